//! A line on the terminal for what takes longer than a second.

use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The line, which is gone when this is dropped.
pub(super) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Says `what` on standard error after a second, if that is a terminal.
    pub(super) fn start(what: &'static str) -> Self {
        if !stderr().is_terminal() {
            return Self(None);
        }
        let (done, wait) = channel::<()>();
        let thread = thread::Builder::new().spawn(move || {
            // An end of the channel before that is the end of the work.
            if wait.recv_timeout(Duration::from_secs(1)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _unseen = write!(stderr(), "{what}…");
                let _done = wait.recv();
                let _unseen = write!(stderr(), "\r\u{1b}[K");
            }
        });
        Self(thread.ok().map(|thread| (done, thread)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.0.take() {
            drop(done);
            let _ended = thread.join();
        }
    }
}
