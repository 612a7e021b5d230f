//! Verdicts on their way to standard output: none is handed out that was judged too long ago.
//!
//! A reader that stalls leaves verdicts waiting. Only as many are written at once as can be taken without waiting; after a
//! wait the rest is judged again.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::answers::{Answers, End};
use crate::error::{Exit, Failure};

/// The oldest verdict that is handed out.
const FRESH_VERDICT: Duration = Duration::from_millis(500);

/// A pipe that can be written takes this much at once (`PIPE_BUF`).
const AT_ONCE: usize = 4096;

/// Where verdicts go, and what they come to.
pub(super) struct Delivery<'a> {
    stdout: &'a mut io::BufWriter<io::Stdout>,
    /// Whether standard output and standard error end up in the same place.
    same: bool,
    /// Whether a write to standard output can wait for a reader.
    can_stall: bool,
    first_refusal: Option<Exit>,
}

impl<'a> Delivery<'a> {
    pub(super) fn to(stdout: &'a mut io::BufWriter<io::Stdout>) -> Self {
        Self { stdout, same: system::same_place(), can_stall: system::can_stall(), first_refusal: None }
    }

    /// The answer to all tokens: that to the first that was refused.
    pub(super) fn exit(&self) -> Exit {
        self.first_refusal.unwrap_or(Exit::Yes)
    }

    /// Writes the answers to some tokens, in order. `judge_again` judges these tokens but for so many at the start.
    pub(super) fn deliver(
        &mut self,
        answers: Answers,
        judge_again: impl FnMut(usize) -> Result<Answers, Failure>,
    ) -> Result<()> {
        self.deliver_judged(answers, Instant::now(), judge_again)
    }

    /// As [`deliver`](Self::deliver), for tokens that were judged at the moment `judged`.
    pub(super) fn deliver_judged(
        &mut self,
        mut answers: Answers,
        mut judged: Instant,
        mut judge_again: impl FnMut(usize) -> Result<Answers, Failure>,
    ) -> Result<()> {
        // Of all tokens, those before `skipped` have no place in `answers`.
        let (mut skipped, mut done, mut last) = (0, 0, End::default());
        while done < answers.ends.len() {
            let room = self.room(&answers)?;
            if judged.elapsed() > FRESH_VERDICT {
                skipped += done;
                (answers, judged, done, last) = (judge_again(skipped)?, Instant::now(), 0, End::default());
            }
            // Refusals take room too where both streams end up in one pipe.
            let taken =
                |end: &End| end.stdout - last.stdout + if self.same { end.stderr - last.stderr } else { 0 };
            let fit = answers.ends[done..].iter().take_while(|end| taken(end) <= room).count();
            let end = (done + fit.max(1)).min(answers.ends.len());
            last = self.write(&answers, last, done..end)?;
            done = end;
        }
        Ok(())
    }

    /// Waits until standard output can be written, and says how many bytes it takes without waiting again.
    fn room(&self, answers: &Answers) -> io::Result<usize> {
        let has_any = !answers.stdout.is_empty() || (self.same && !answers.stderr.is_empty());
        if self.can_stall && has_any { system::wait_for_room() } else { Ok(usize::MAX) }
    }

    /// Writes the answers to these tokens, which begin where `last` ends.
    fn write(&mut self, answers: &Answers, mut last: End, tokens: std::ops::Range<usize>) -> io::Result<End> {
        let ends = &answers.ends[tokens];
        self.first_refusal = self.first_refusal.or_else(|| ends.iter().find_map(|end| end.refusal));
        for (index, end) in ends.iter().enumerate() {
            // On a common terminal the order counts: standard error waits for what is before it.
            let is_turn = self.same && end.stderr > last.stderr;
            if is_turn || index + 1 == ends.len() {
                self.write_part(
                    &answers.stdout[last.stdout..end.stdout],
                    &answers.stderr[last.stderr..end.stderr],
                )?;
                last = *end;
            }
        }
        Ok(last)
    }

    fn write_part(&mut self, stdout: &str, stderr: &str) -> io::Result<()> {
        if !stdout.is_empty() {
            self.stdout.write_all(stdout.as_bytes())?;
            self.stdout.flush()?;
        }
        if !stderr.is_empty() {
            // The exit code says it too, if nothing reads standard error.
            let _unheard = io::stderr().write_all(stderr.as_bytes());
        }
        Ok(())
    }
}

#[cfg(unix)]
mod system {
    use std::io;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::fs::{FileType, fstat};
    use rustix::io::{Errno, ioctl_fionread, retry_on_intr};

    use super::AT_ONCE;

    pub(super) fn same_place() -> bool {
        let place = |stat: rustix::fs::Stat| (stat.st_dev, stat.st_ino);
        let stdout = fstat(io::stdout()).map(place);
        stdout.is_ok() && stdout == fstat(io::stderr()).map(place)
    }

    pub(super) fn can_stall() -> bool {
        let kind = |stat: rustix::fs::Stat| FileType::from_raw_mode(stat.st_mode);
        fstat(io::stdout()).is_ok_and(|stat| matches!(kind(stat), FileType::Fifo | FileType::Socket))
    }

    pub(super) fn wait_for_room() -> io::Result<usize> {
        let stdout = io::stdout();
        retry_on_intr(|| poll(&mut [PollFd::new(&stdout, PollFlags::OUT)], None))?;
        // One that is empty takes as much as it holds.
        let is_empty = ioctl_fionread(&stdout) == Ok(0);
        let size = if is_empty { capacity(&stdout) } else { Err(Errno::INVAL) };
        Ok(size.unwrap_or(AT_ONCE).max(AT_ONCE))
    }

    #[cfg(target_os = "linux")]
    fn capacity(stdout: &io::Stdout) -> Result<usize, Errno> {
        rustix::pipe::fcntl_getpipe_size(stdout)
    }

    #[cfg(not(target_os = "linux"))]
    fn capacity(_: &io::Stdout) -> Result<usize, Errno> {
        Err(Errno::INVAL)
    }
}

#[cfg(not(unix))]
mod system {
    use std::io::{self, IsTerminal};

    pub(super) fn same_place() -> bool {
        io::stdout().is_terminal() && io::stderr().is_terminal()
    }

    pub(super) const fn can_stall() -> bool {
        false
    }

    pub(super) const fn wait_for_room() -> io::Result<usize> {
        Ok(super::AT_ONCE)
    }
}
