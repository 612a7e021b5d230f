//! A stream of tokens: judged on all processors, answered in order.
//!
//! As long as tokens trickle in, each is answered by the thread that reads. Once they come by the
//! block, blocks are dealt out in turn to one thread a processor, and a last thread takes the answers
//! from them in the same turn: so they are in order without being sorted.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::answers::Answers;
use super::batch::Batch;
use super::delivery::Delivery;
use super::judge::Judge;
use super::session::Session;
use crate::error::{Failure, cannot};
use crate::input::{Block, Blocks, Waiting};

/// Blocks that may wait for each thread: enough to keep it busy, and memory small.
const WAITING: usize = 2;

/// A stream looks at the files again after this time. With the age of a verdict it is at most a second.
const FRESH_FILES: Duration = Duration::from_millis(500);

/// Judges every token of standard input.
///
/// # Errors
///
/// If there is no token, or reading or writing fails.
pub(super) fn run(
    blocks: &mut Blocks<impl Waiting>,
    session: &mut Session<'_>,
    delivery: &mut Delivery<'_>,
) -> Result<()> {
    while let Some(block) = blocks.next().map_err(cannot("read standard input"))? {
        if block.is_full {
            run_in_parallel(session, delivery, block, blocks)?;
            break;
        }
        let mut batch = Batch::new(block);
        let answers = session.judge(Duration::ZERO, false)?.answer(&mut batch, 0)?;
        delivery.deliver(answers, |skip| session.judge(Duration::ZERO, false)?.answer(&mut batch, skip))?;
        blocks.take_back(batch.into_source());
    }
    Ok(blocks.require_any()?)
}

/// A block, the verdicts on it, and when they were made.
type Answered = Result<(Batch<Block>, Answers, Instant), Failure>;

/// Judges `block` by the files as they are.
fn judged(session: &Mutex<&mut Session<'_>>, block: Block) -> Answered {
    let mut batch = Batch::new(block);
    // This takes the most time, in which the files may change.
    batch.open(&current(session, FRESH_FILES)?.keys);
    let judge = current(session, FRESH_FILES)?;
    let now = Instant::now();
    let answers = judge.answer(&mut batch, 0)?;
    Ok((batch, answers, now))
}

/// Judges `first` and all blocks after it on all processors.
fn run_in_parallel(
    session: &mut Session<'_>,
    delivery: &mut Delivery<'_>,
    first: Block,
    blocks: &mut Blocks<impl Waiting>,
) -> Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(16);
    // Shared by the threads that judge and the one that writes.
    let session = Mutex::new(session);
    thread::scope(|scope| {
        let (done, done_with) = channel::<Block>();
        let session = &session;
        let mut dealt: Vec<SyncSender<Block>> = Vec::new();
        let mut answered: Vec<Receiver<Answered>> = Vec::new();
        for _ in 0..threads {
            let (give, take) = sync_channel::<Block>(WAITING);
            let (reply, replies) = sync_channel::<Answered>(WAITING);
            // It ends when no more blocks come, or the answers are taken no more.
            let work = move || {
                for block in take {
                    if reply.send(judged(session, block)).is_err() {
                        break;
                    }
                }
            };
            thread::Builder::new().spawn_scoped(scope, work).map_err(cannot("start a thread"))?;
            dealt.push(give);
            answered.push(replies);
        }
        let write = move || write_in_turn(session, &answered, delivery, &done);
        let writer = thread::Builder::new().spawn_scoped(scope, write).map_err(cannot("start a thread"))?;
        let read = deal_in_turn(first, blocks, &dealt, &done_with);
        drop(dealt);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // If writing failed, that is why reading ended too.
        written?;
        Ok(read?)
    })
}

/// The current judge, for many tokens.
fn current<'a>(session: &Mutex<&mut Session<'a>>, max_age: Duration) -> Result<Arc<Judge<'a>>, Failure> {
    session.lock().unwrap_or_else(PoisonError::into_inner).judge(max_age, true)
}

/// Deals the blocks out until there are no more, or none takes them.
fn deal_in_turn(
    first: Block,
    blocks: &mut Blocks<impl Waiting>,
    dealt: &[SyncSender<Block>],
    done_with: &Receiver<Block>,
) -> Result<(), Failure> {
    let mut next = Some(first);
    for give in dealt.iter().cycle() {
        let Some(block) = next else { break };
        if give.send(block).is_err() {
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
fn write_in_turn(
    session: &Mutex<&mut Session<'_>>,
    answered: &[Receiver<Answered>],
    delivery: &mut Delivery<'_>,
    done: &std::sync::mpsc::Sender<Block>,
) -> Result<()> {
    for replies in answered.iter().cycle() {
        let Ok(answered) = replies.recv() else { break };
        let (mut batch, answers, judged) = answered?;
        let again = |skip| current(session, Duration::ZERO)?.answer(&mut batch, skip);
        delivery.deliver_judged(answers, judged, again)?;
        // Once all is read, nothing takes the buffer back.
        let _unwanted = done.send(batch.into_source());
    }
    Ok(())
}
