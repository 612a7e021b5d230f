//! The terminal: prompts that do not show what is typed, and leave it as it was.

use std::io::{self, BufRead, Write};

use zeroize::Zeroizing;

/// Asks for a password without echo. `None`: there is no terminal to ask on.
///
/// Ctrl-C and SIGTERM end the process with 130 and 143, the terminal's echo restored.
pub(crate) fn read_password(prompt: &str) -> io::Result<Option<Zeroizing<String>>> {
    let Some(_restored) = system::EchoGuard::new()? else { return Ok(None) };
    rpassword::prompt_password(prompt).map(Zeroizing::new).map(Some)
}

/// Asks for a line. `None`: there is no terminal to ask on, or nothing was typed before it ended.
pub(crate) fn read_line(prompt: &str) -> io::Result<Option<String>> {
    let Some(mut terminal) = system::open()? else { return Ok(None) };
    terminal.write_all(prompt.as_bytes())?;
    terminal.flush()?;
    let mut line = String::new();
    let read = io::BufReader::new(terminal).read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
}

pub(crate) use system::exit_on_signals;

#[cfg(unix)]
mod system {
    use std::fs::{File, OpenOptions};
    use std::io::{self, Write};
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::{Handle, Signals};
    use signal_hook::{flag, low_level};

    /// Whether a signal ends the process at once; not while the terminal has to be restored first.
    static AT_ONCE: AtomicBool = AtomicBool::new(true);

    /// Makes Ctrl-C and SIGTERM end the process with 130 and 143.
    pub(crate) fn exit_on_signals() -> io::Result<()> {
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, &AT_ONCE)?;
        }
        Ok(())
    }

    /// The terminal that the process belongs to, whatever its standard streams are.
    pub(super) fn open() -> io::Result<Option<File>> {
        match OpenOptions::new().read(true).write(true).open("/dev/tty") {
            Ok(terminal) => Ok(Some(terminal)),
            Err(error) => match error.raw_os_error() {
                // No terminal (ENXIO), or no such device where there is no /dev to speak of.
                Some(code) if code == rustix::io::Errno::NXIO.raw_os_error() => Ok(None),
                _ if error.kind() == io::ErrorKind::NotFound => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Restores the terminal when a signal comes, and when it is dropped.
    pub(super) struct EchoGuard {
        terminal: File,
        before: Termios,
        watch: Handle,
    }

    impl EchoGuard {
        pub(super) fn new() -> io::Result<Option<Self>> {
            let Some(terminal) = open()? else { return Ok(None) };
            let before = tcgetattr(&terminal)?;
            let mut signals = Signals::new([SIGINT, SIGTERM])?;
            let watch = signals.handle();
            AT_ONCE.store(false, Ordering::SeqCst);
            let guard = Self { terminal: terminal.try_clone()?, before: before.clone(), watch };
            std::thread::spawn(move || {
                let mut terminal = terminal;
                if let Some(signal) = signals.forever().next() {
                    // A terminal that is gone needs no restoring.
                    let _gone = tcsetattr(&terminal, OptionalActions::Now, &before);
                    let _gone = terminal.write_all(b"\n");
                    low_level::exit(128 + signal);
                }
            });
            Ok(Some(guard))
        }
    }

    impl Drop for EchoGuard {
        fn drop(&mut self) {
            let _gone = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
            AT_ONCE.store(true, Ordering::SeqCst);
            self.watch.close();
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::{File, OpenOptions};
    use std::io;

    /// The system ends the process on Ctrl-C by itself.
    pub(crate) fn exit_on_signals() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn open() -> io::Result<Option<File>> {
        Ok(OpenOptions::new().read(true).write(true).open("CON").ok())
    }

    pub(super) struct EchoGuard;

    impl EchoGuard {
        pub(super) fn new() -> io::Result<Option<Self>> {
            Ok(open()?.map(|_| Self))
        }
    }
}
