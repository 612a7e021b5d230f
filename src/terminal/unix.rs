//! Prompts on `/dev/tty`.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::{Errno, ioctl_fionread};
use rustix::process::Signal;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcsetattr,
};
use signal_hook::consts::SIGCONT;
use zeroize::Zeroizing;

use super::Unanswered;
use super::line::{Key, Keys, Line, MAX_BYTES, text};
use super::signals::{Deferred, Watch, end_by, ending, send_to_job};

/// The number of bytes of a line that every terminal holds before a process reads it. Outside Linux it is
/// `_POSIX_MAX_CANON` (POSIX).
const HELD_BYTES: u64 = if cfg!(target_os = "linux") { MAX_BYTES as u64 } else { 255 };

/// The terminal that the process belongs to, wherever its standard streams go.
fn open() -> Result<File, Unanswered> {
    OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|error| {
        // ENXIO: no terminal. ENOENT: no `/dev`.
        let is_none = error.raw_os_error() == Some(Errno::NXIO.raw_os_error())
            || error.kind() == io::ErrorKind::NotFound;
        if is_none { Unanswered::NoTerminal } else { Unanswered::Io(error) }
    })
}

/// Asks for a line with echo; the terminal handles corrections.
pub(super) fn ask(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    let mut terminal = open()?;
    let _again = Watch::new(&[SIGCONT], {
        let (mut terminal, prompt) = (terminal.try_clone()?, prompt.to_owned());
        move |_| {
            let _gone = tcflush(&terminal, QueueSelector::IFlush);
            let _gone = terminal.write_all(prompt.as_bytes());
        }
    })?;
    terminal.write_all(prompt.as_bytes())?;
    // The terminal delivers one line at a time, of limited length.
    let mut bytes = Zeroizing::new(vec![0; 2 * MAX_BYTES]);
    let length = read(&mut terminal, &mut bytes)?;
    bytes.truncate(length);
    if bytes.pop() != Some(b'\n') {
        terminal.write_all(b"\n")?;
        return Err(Unanswered::EndOfInput);
    }
    // A longer line would have been cut to this length.
    if bytes.len() as u64 >= HELD_BYTES { Err(Unanswered::TooLong) } else { text(bytes) }
}

/// Asks for a line without echo.
pub(super) fn ask_silently(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    let mut terminal = open()?;
    loop {
        let mut line = Line::new();
        let silence = Silence::new(&terminal, prompt)?;
        let key = silence.read(&mut terminal, &mut line);
        drop(silence);
        let _gone = terminal.write_all(b"\n");
        match key? {
            Key::Edit | Key::EndOfInput => return Err(Unanswered::EndOfInput),
            Key::Enter => return line.finish(),
            Key::Interrupt => send_to_job(Signal::INT)?,
            Key::Quit => send_to_job(Signal::QUIT)?,
            Key::Suspend => send_to_job(Signal::TSTP)?,
        }
    }
}

/// Reads once, and again if a signal interrupts.
fn read(terminal: &mut File, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match terminal.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// A prompt during which the terminal shows nothing and delivers each byte as it is typed. The terminal is restored
/// when a signal ends the process, and when this is dropped.
struct Silence {
    // The order of drops matters: first the reactions end, then the terminal is restored, then signals end the process.
    _watch: Watch,
    terminal: Silenced,
    _deferred: Deferred,
    keys: Keys,
    /// The number of bytes typed before the prompt was shown.
    held: u64,
    /// Whether the process was suspended and resumed since the last look.
    resumed: Arc<AtomicBool>,
}

/// The settings of a terminal, normal and silent.
struct Settings {
    terminal: File,
    before: Termios,
    silent: Termios,
}

impl Settings {
    /// Silences the terminal and shows the prompt. Returns the number of bytes typed before.
    fn ask(&self, prompt: &str, actions: OptionalActions) -> io::Result<u64> {
        tcsetattr(&self.terminal, actions, &self.silent)?;
        let held = ioctl_fionread(&self.terminal)?;
        (&self.terminal).write_all(prompt.as_bytes())?;
        Ok(held)
    }

    /// Restores the terminal, if it still exists.
    fn restore(&self, actions: OptionalActions) {
        let _gone = tcsetattr(&self.terminal, actions, &self.before);
    }
}

/// Restores the terminal when it is dropped.
struct Silenced(Arc<Settings>);

impl Drop for Silenced {
    fn drop(&mut self) {
        self.0.restore(OptionalActions::Now);
    }
}

impl Silence {
    /// Silences the terminal and shows the prompt.
    fn new(terminal: &File, prompt: &str) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let (silent, keys) = (silent(&before), keys(&before));
        let settings = Arc::new(Settings { terminal: terminal.try_clone()?, before, silent });
        let resumed = Arc::new(AtomicBool::new(false));
        let watch = Watch::new(&[ending()?, &[SIGCONT]].concat(), {
            let (settings, resumed, prompt) = (settings.clone(), resumed.clone(), prompt.to_owned());
            move |signal| {
                if signal == SIGCONT {
                    // The shell has turned echo on: silence the terminal again, and drop the keys typed so far.
                    resumed.store(true, Ordering::SeqCst);
                    let _gone = settings.ask(&prompt, OptionalActions::Flush);
                    return;
                }
                // Keep the keys typed so far from the shell.
                settings.restore(OptionalActions::Flush);
                let _gone = (&settings.terminal).write_all(b"\n");
                end_by(signal);
            }
        })?;
        let terminal = Silenced(settings);
        let mut silence =
            Self { _watch: watch, terminal, _deferred: Deferred::new(), keys, held: 0, resumed };
        silence.held = silence.terminal.0.ask(prompt, OptionalActions::Now)?;
        Ok(silence)
    }

    /// Reads keys into `line` up to the one that ends it.
    fn read(&self, terminal: &mut File, line: &mut Line) -> Result<Key, Unanswered> {
        let mut byte = Zeroizing::new([0]);
        let mut count = 0;
        while read(terminal, byte.as_mut_slice())? == 1 {
            if self.resumed.swap(false, Ordering::SeqCst) {
                line.clear();
            }
            match line.type_byte(byte[0], &self.keys) {
                Key::Edit => count += 1,
                // The terminal may have cut the line before the first read.
                Key::Enter if self.held.min(count) >= HELD_BYTES => return Err(Unanswered::TooLong),
                key => return Ok(key),
            }
        }
        Ok(Key::EndOfInput)
    }
}

/// The settings for no echo and unchanged bytes, except that Enter ends a line.
fn silent(before: &Termios) -> Termios {
    let mut silent = before.clone();
    silent.local_modes.remove(
        LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN,
    );
    let altering =
        InputModes::IXON | InputModes::ISTRIP | InputModes::INLCR | InputModes::IGNCR | InputModes::PARMRK;
    silent.input_modes.remove(altering);
    #[cfg(target_os = "linux")]
    silent.input_modes.remove(InputModes::IUCLC);
    silent.input_modes.insert(InputModes::ICRNL);
    silent.special_codes[SpecialCodeIndex::VMIN] = 1;
    silent.special_codes[SpecialCodeIndex::VTIME] = 0;
    silent
}

/// The keys of a terminal.
fn keys(terminal: &Termios) -> Keys {
    // `_POSIX_VDISABLE` is 0 on Linux and 255 on BSD.
    let key = |index| Some(terminal.special_codes[index]).filter(|byte| ![0, 0xff].contains(byte));
    let signal = |index| key(index).filter(|_| terminal.local_modes.contains(LocalModes::ISIG));
    Keys {
        erase: key(SpecialCodeIndex::VERASE),
        erase_word: key(SpecialCodeIndex::VWERASE),
        erase_line: key(SpecialCodeIndex::VKILL),
        end_of_input: key(SpecialCodeIndex::VEOF),
        interrupt: signal(SpecialCodeIndex::VINTR),
        quit: signal(SpecialCodeIndex::VQUIT),
        suspend: signal(SpecialCodeIndex::VSUSP),
    }
}
