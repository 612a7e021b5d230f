//! A stream of tokens: judged on all processors, answered in order.
//!
//! As long as tokens trickle in, each is answered by the thread that reads. Once they come by the
//! block, blocks are dealt out in turn to one thread a processor, and a last thread takes the answers
//! from them in the same turn: so they are in order without being sorted.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::answers::{Answers, Streams};
use super::lines::{Block, Blocks};
use super::{Bench, Judge};
use crate::commands::tokens::{Place, bare, no_token};
use crate::context::{Context, cannot};
use crate::error::Failure;

/// Blocks that may wait for each thread: enough to keep it busy, and memory small.
const WAITING: usize = 2;

/// Judges every line of standard input.
///
/// # Errors
///
/// If there is no token at all, or reading or writing fails.
pub(super) fn run(bench: &mut Bench<'_>, streams: &mut Streams<'_>) -> Result<()> {
    let mut blocks = Blocks::new(io::stdin().lock());
    let mut any = false;
    // For a few tokens at the start their users are looked up; if more come, all users are read once,
    // and again only when the store was changed meanwhile.
    let mut judge = None;
    let mut knows_all = false;
    while let Some(block) = blocks.next().map_err(cannot("read standard input"))? {
        if bench.refresh()? {
            judge = None;
        }
        let is_start = judge.is_none() && !block.is_full;
        let judge = match &mut judge {
            Some(judge) if knows_all => judge,
            judge if is_start => {
                knows_all = false;
                judge.insert(Arc::new(judge_of(bench, &block)?))
            }
            judge => {
                knows_all = true;
                judge.insert(Arc::new(bench.judge_of_all()?))
            }
        };
        if block.is_full {
            let judge = Arc::clone(judge);
            any |= run_in_parallel(bench, judge, streams, block, &mut blocks)?;
            break;
        }
        let answers = answer(judge, &block)?;
        streams.write(&answers)?;
        any |= answers.any();
    }
    if any { Ok(()) } else { Err(no_token("no token on standard input").into()) }
}

fn judge_of(bench: &Bench<'_>, block: &Block) -> Result<Judge, Failure> {
    let lines: Vec<_> = block.lines().map(|(_, line)| text(line)).collect();
    bench.judge_of(lines.iter().map(|line| bare(line)))
}

/// The verdicts on the lines of a block. The clock is read once for all of them: that takes far less
/// than a second.
fn answer(judge: &Judge, block: &Block) -> Result<Answers, Failure> {
    let now = Context::now()?;
    let mut answers = Answers::for_block(block.len());
    let mut verifier = judge.verifier();
    for (number, line) in block.lines() {
        let line = text(line);
        let token = bare(&line);
        if !token.is_empty() {
            judge.judge(&mut verifier, token, Place::Line(number), now, &mut answers);
        }
    }
    Ok(answers)
}

/// What is no UTF-8 is replaced by characters that no token has.
fn text(line: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
}

/// A block, and who judges it.
type Dealt = (Block, Arc<Judge>);
type Answered = Result<Answers, Failure>;

/// For how long a stream goes by the files as they were.
const FRESH: Duration = Duration::from_millis(500);

/// Judges `first` and all blocks after it on all processors. Says whether there was any token.
fn run_in_parallel(
    bench: &mut Bench<'_>,
    judge: Arc<Judge>,
    streams: &mut Streams<'_>,
    first: Block,
    blocks: &mut Blocks<impl io::Read>,
) -> Result<bool> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(16);
    thread::scope(|scope| {
        let (done, done_with) = channel::<Block>();
        let mut dealt: Vec<SyncSender<Dealt>> = Vec::new();
        let mut answered: Vec<Receiver<Answered>> = Vec::new();
        for _ in 0..threads {
            let (give, take) = sync_channel::<Dealt>(WAITING);
            let (reply, replies) = sync_channel::<Answered>(WAITING);
            // It ends when no more blocks come, or nobody takes the answers.
            let done = done.clone();
            let work = move || {
                take.iter().try_for_each(|(block, judge)| {
                    let answers = answer(&judge, &block);
                    // If nobody wants its room any more, it is let go.
                    let _unwanted = done.send(block);
                    reply.send(answers)
                })
            };
            thread::Builder::new().spawn_scoped(scope, work).map_err(cannot("start a thread"))?;
            dealt.push(give);
            answered.push(replies);
        }
        let write = move || write_in_turn(&answered, streams);
        let writer = thread::Builder::new().spawn_scoped(scope, write).map_err(cannot("start a thread"))?;
        let read = deal_in_turn(bench, judge, first, blocks, &dealt, &done_with);
        drop(dealt);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // If writing failed, that is why reading ended too.
        let any = written?;
        read?;
        Ok(any)
    })
}

/// Deals the blocks out until there are no more, or nobody takes them.
fn deal_in_turn(
    bench: &mut Bench<'_>,
    mut judge: Arc<Judge>,
    first: Block,
    blocks: &mut Blocks<impl io::Read>,
    dealt: &[SyncSender<Dealt>],
    done_with: &Receiver<Block>,
) -> Result<(), Failure> {
    let mut next = Some(first);
    let mut looked = Instant::now();
    for give in dealt.iter().cycle() {
        let Some(block) = next else { break };
        if looked.elapsed() > FRESH {
            if bench.refresh()? {
                judge = Arc::new(bench.judge_of_all()?);
            }
            looked = Instant::now();
        }
        if give.send((block, Arc::clone(&judge))).is_err() {
            break;
        }
        for block in done_with.try_iter() {
            blocks.take_back(block);
        }
        next = blocks.next().map_err(cannot("read standard input"))?;
    }
    Ok(())
}

/// Writes the answers in the turn in which the blocks were dealt, until one of the threads has no more.
fn write_in_turn(answered: &[Receiver<Answered>], streams: &mut Streams<'_>) -> Result<bool> {
    let mut any = false;
    for replies in answered.iter().cycle() {
        let Ok(answers) = replies.recv() else { break };
        let answers = answers?;
        streams.write(&answers)?;
        any |= answers.any();
    }
    Ok(any)
}
