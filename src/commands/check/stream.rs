//! A stream of tokens: judged on all processors, answered in order.
//!
//! As long as tokens trickle in, each is answered by the thread that reads. Once they come by the
//! block, blocks are dealt out in turn to one thread a processor, and a last thread takes the answers
//! from them in the same turn: so they are in order without being sorted.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

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
pub(super) fn run(bench: &Bench<'_>, streams: &mut Streams<'_>) -> Result<()> {
    let mut blocks = Blocks::new(io::stdin().lock());
    let mut any = false;
    // For a few tokens at the start their users are looked up; if more come, all users are read once.
    let mut judge = None;
    let mut knows_all = false;
    while let Some(block) = blocks.next().map_err(cannot("read standard input"))? {
        let is_start = judge.is_none() && !block.is_full;
        let judge = match &mut judge {
            Some(judge) if knows_all => judge,
            judge if is_start => judge.insert(judge_of(bench, &block)?),
            judge => {
                knows_all = true;
                judge.insert(bench.judge_of_all()?)
            }
        };
        if block.is_full {
            any |= run_in_parallel(judge, streams, block, &mut blocks)?;
            break;
        }
        let answers = answer(judge, &block)?;
        streams.write(&answers)?;
        any |= answers.any();
    }
    if any { Ok(()) } else { Err(no_token("no token on standard input").into()) }
}

fn judge_of<'b>(bench: &'b Bench<'_>, block: &Block) -> Result<Judge<'b>, Failure> {
    let lines: Vec<_> = block.lines().map(|(_, line)| String::from_utf8_lossy(line)).collect();
    bench.judge_of(lines.iter().map(|line| bare(line)))
}

/// The verdicts on the lines of a block. The clock is read once for all of them: that takes far less
/// than a second.
fn answer(judge: &Judge<'_>, block: &Block) -> Result<Answers, Failure> {
    let now = Context::now()?;
    let mut answers = Answers::default();
    for (number, line) in block.lines() {
        let line = String::from_utf8_lossy(line);
        let token = bare(&line);
        if !token.is_empty() {
            judge.judge(token, Place::Line(number), now, &mut answers);
        }
    }
    Ok(answers)
}

type Answered = Result<Answers, Failure>;

/// Judges `first` and all blocks after it on all processors. Says whether there was any token.
fn run_in_parallel(
    judge: &Judge<'_>,
    streams: &mut Streams<'_>,
    first: Block,
    blocks: &mut Blocks<impl io::Read>,
) -> Result<bool> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(16);
    thread::scope(|scope| {
        let mut dealt: Vec<SyncSender<Block>> = Vec::new();
        let mut answered: Vec<Receiver<Answered>> = Vec::new();
        for _ in 0..threads {
            let (give, take) = sync_channel::<Block>(WAITING);
            let (reply, replies) = sync_channel::<Answered>(WAITING);
            // It ends when no more blocks come, or nobody takes the answers.
            scope.spawn(move || take.iter().try_for_each(|block| reply.send(answer(judge, &block))));
            dealt.push(give);
            answered.push(replies);
        }
        let writer = scope.spawn(move || write_in_turn(&answered, streams));
        let read = deal_in_turn(first, blocks, &dealt);
        drop(dealt);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // If writing failed, that is why reading ended too.
        let any = written?;
        read.map_err(cannot("read standard input"))?;
        Ok(any)
    })
}

/// Deals the blocks out until there are no more, or nobody takes them.
fn deal_in_turn(
    first: Block,
    blocks: &mut Blocks<impl io::Read>,
    dealt: &[SyncSender<Block>],
) -> io::Result<()> {
    let mut next = Some(first);
    for give in dealt.iter().cycle() {
        let Some(block) = next else { break };
        if give.send(block).is_err() {
            break;
        }
        next = blocks.next()?;
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
