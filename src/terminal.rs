//! The terminal: prompts that do not show what is typed, and leave it as it was.

use std::io::{self, BufRead, Write};

use zeroize::Zeroizing;

/// Asks for a password without echo. `None`: there is no terminal to ask on.
///
/// Ctrl-C and SIGTERM end the process with 130 and 143, the terminal's echo restored.
pub(crate) fn read_password(prompt: &str) -> io::Result<Option<Zeroizing<String>>> {
    let Some(typed) = system::ask_silently(prompt)?.map(Zeroizing::new) else { return Ok(None) };
    // What rpassword makes of any bytes that are not UTF-8: the password would not be what was typed.
    if typed.contains(char::REPLACEMENT_CHARACTER) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "what was typed is not UTF-8"));
    }
    Ok(Some(typed))
}

/// Asks for a line, which is empty where the input ends. `None`: there is no terminal to ask on.
pub(crate) fn read_line(prompt: &str) -> io::Result<Option<String>> {
    let Some(mut terminal) = system::open()? else { return Ok(None) };
    terminal.write_all(prompt.as_bytes())?;
    terminal.flush()?;
    let mut line = String::new();
    io::BufReader::new(&terminal).read_line(&mut line)?;
    if !line.ends_with('\n') {
        terminal.write_all(b"\n")?;
    }
    Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
}

pub(crate) use system::exit_on_signals;

#[cfg(unix)]
mod system {
    use std::fs::{File, OpenOptions};
    use std::io::{self, Write};
    use std::sync::atomic::{AtomicBool, Ordering};

    use rpassword::ConfigBuilder;
    use rustix::process::Signal;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::{Handle, Signals};
    use signal_hook::{flag, low_level};

    /// Whether a signal ends the process at once; not while the terminal has to be restored first.
    static AT_ONCE: AtomicBool = AtomicBool::new(true);
    static TOO_LARGE: AtomicBool = AtomicBool::new(false);

    /// Makes Ctrl-C and SIGTERM end the process with 130 and 143, and no other signal end it for what is an
    /// error.
    pub(crate) fn exit_on_signals() -> io::Result<()> {
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, &AT_ONCE)?;
        }
        // A file that grows beyond its limit is an error of writing, to be told and tidied up after.
        flag::register(Signal::XFSZ.as_raw(), &TOO_LARGE)?;
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

    /// Asks for a line that is not shown while it is typed.
    pub(super) fn ask_silently(prompt: &str) -> io::Result<Option<String>> {
        let Some(guard) = EchoGuard::new()? else { return Ok(None) };
        // Given streams, rpassword leaves the terminal's settings to us. Left to itself it turns the echo
        // off only after the prompt, and may do so after a signal has had it restored for good.
        let config = ConfigBuilder::new()
            .input_reader(guard.terminal.try_clone()?)
            .output_writer(guard.terminal.try_clone()?)
            .build();
        let typed = rpassword::prompt_password_with_config(prompt, config);
        // The end of the line was not shown either.
        let _gone = (&guard.terminal).write_all(b"\n");
        typed.map(Some)
    }

    /// Turns the echo off, and restores the terminal when a signal comes, and when it is dropped.
    struct EchoGuard {
        terminal: File,
        before: Termios,
        watch: Handle,
    }

    impl EchoGuard {
        fn new() -> io::Result<Option<Self>> {
            let Some(terminal) = open()? else { return Ok(None) };
            let before = tcgetattr(&terminal)?;
            let mut signals = Signals::new([SIGINT, SIGTERM])?;
            let watch = signals.handle();
            AT_ONCE.store(false, Ordering::SeqCst);
            let guard = Self { terminal: terminal.try_clone()?, before: before.clone(), watch };
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
            // Nobody would restore the echo after Ctrl-\ and Ctrl-Z.
            silent.special_codes[SpecialCodeIndex::VQUIT] = 0;
            silent.special_codes[SpecialCodeIndex::VSUSP] = 0;
            tcsetattr(&terminal, OptionalActions::Now, &silent)?;
            std::thread::Builder::new().spawn(move || {
                let mut terminal = terminal;
                if let Some(signal) = signals.forever().next() {
                    // A terminal that is gone needs no restoring.
                    let _gone = tcsetattr(&terminal, OptionalActions::Flush, &before);
                    let _gone = terminal.write_all(b"\n");
                    low_level::exit(128 + signal);
                }
            })?;
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

    pub(super) fn ask_silently(prompt: &str) -> io::Result<Option<String>> {
        match open()? {
            Some(_) => rpassword::prompt_password(prompt).map(Some),
            None => Ok(None),
        }
    }
}
