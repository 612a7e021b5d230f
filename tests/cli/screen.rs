//! A real pseudo-terminal, to run a program on as a person does.

use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Pts, Pty};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

/// How often a condition is looked at before it is given up: for half a minute.
const LOOKS: u32 = 6000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// A program that runs on a terminal of its own.
pub(crate) struct Screen {
    pty: Arc<Pty>,
    pts: Pts,
    child: Child,
    shown: Arc<Shown>,
    reader: JoinHandle<()>,
    /// The number of shown bytes that were waited for.
    seen: usize,
    /// The terminal's settings before the program ran.
    before: String,
}

#[derive(Default)]
struct Shown {
    bytes: Mutex<Vec<u8>>,
    grown: Condvar,
}

impl Screen {
    /// Runs `command` with a terminal for its controlling one, and for all its streams.
    pub(crate) fn new(command: Command) -> Self {
        Self::with(command, |command| command)
    }

    /// As [`Screen::new`], with other streams than the terminal where `redirect` says so.
    pub(crate) fn with(
        command: Command,
        redirect: impl FnOnce(pty_process::blocking::Command) -> pty_process::blocking::Command,
    ) -> Self {
        Self::sized(command, 120, redirect)
    }

    /// As [`Screen::with`], on a terminal of so many columns.
    pub(crate) fn sized(
        command: Command,
        columns: u16,
        redirect: impl FnOnce(pty_process::blocking::Command) -> pty_process::blocking::Command,
    ) -> Self {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(Size::new(24, columns)).unwrap();
        let pty = Arc::new(pty);
        let before = settings(&pty);
        let child = redirect(command.into()).spawn_borrowed(&pts).unwrap();
        let shown = Arc::new(Shown::default());
        let reader = std::thread::spawn({
            let (pty, shown) = (Arc::clone(&pty), Arc::clone(&shown));
            move || read_all(&pty, &shown)
        });
        Self { pty, pts, child, shown, reader, seen: 0, before }
    }

    /// Waits until `text` is shown after the text that was waited for last.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> &mut Self {
        let bytes = self.shown.bytes.lock().unwrap();
        let find = |bytes: &[u8]| bytes.windows(text.len()).position(|part| part == text.as_bytes());
        let patience = BETWEEN_LOOKS * LOOKS;
        let missing = |bytes: &mut Vec<u8>| find(&bytes[self.seen..]).is_none();
        let (bytes, _) = self.shown.grown.wait_timeout_while(bytes, patience, missing).unwrap();
        match find(&bytes[self.seen..]) {
            Some(at) => self.seen += at + text.len(),
            None => panic!("no `{text}` on the screen:\n{}", String::from_utf8_lossy(&bytes)),
        }
        drop(bytes);
        self
    }

    /// Types.
    pub(crate) fn type_in(&mut self, text: &str) -> &mut Self {
        self.type_bytes(text.as_bytes())
    }

    /// Types bytes, which need not be text.
    pub(crate) fn type_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        (&*self.pty).write_all(bytes).unwrap();
        self
    }

    /// Whether the terminal echoes.
    pub(crate) fn echoes(&self) -> bool {
        tcgetattr(&*self.pty).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Turns echo on, as a shell does when its job stops.
    pub(crate) fn show_typing(&mut self) -> &mut Self {
        let mut settings = tcgetattr(&*self.pty).unwrap();
        settings.local_modes.insert(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(&*self.pty, OptionalActions::Now, &settings).unwrap();
        self
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self
    }

    /// Ends the program, which has done its part.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of the program. All that was shown, and its exit code or the signal that ended it.
    ///
    /// Fails if the terminal is not as it was before.
    #[track_caller]
    pub(crate) fn end(mut self) -> String {
        let status = (0..LOOKS).find_map(|_| {
            let status = self.child.try_wait().unwrap();
            if status.is_none() {
                std::thread::sleep(BETWEEN_LOOKS);
            }
            status
        });
        let Some(status) = status else {
            self.child.kill().unwrap();
            let shown = self.shown.bytes.lock().unwrap();
            panic!("it does not end; on the screen:\n{}", String::from_utf8_lossy(&shown));
        };
        assert_eq!(settings(&self.pty), self.before, "the terminal is not as it was");
        // No process has the terminal open now, so reading ends.
        drop(self.pts);
        self.reader.join().unwrap();
        let shown = String::from_utf8_lossy(&self.shown.bytes.lock().unwrap()).replace("\r\n", "\n");
        let end = match (status.code(), status.signal()) {
            (Some(code), _) => format!("[exit {code}]"),
            (None, signal) => format!("[signal {}]", signal.unwrap_or_default()),
        };
        format!("{}\n{end}", shown.trim_end_matches('\n'))
    }
}

fn read_all(mut pty: &Pty, shown: &Shown) {
    let mut chunk = [0; 4096];
    // Linux reports an error once no process has the terminal open.
    while let Ok(length @ 1..) = pty.read(&mut chunk) {
        shown.bytes.lock().unwrap().extend_from_slice(&chunk[..length]);
        shown.grown.notify_all();
    }
}

fn settings(pty: &Pty) -> String {
    format!("{:?}", tcgetattr(pty).unwrap())
}
