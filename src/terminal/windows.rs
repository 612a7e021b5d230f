//! Prompts on the console of Windows, wherever the standard streams go.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::windows::io::AsRawHandle as _;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, ENABLE_PROCESSED_INPUT, GetConsoleMode, ReadConsoleW,
    SetConsoleCtrlHandler, SetConsoleMode,
};
use windows_sys::core::BOOL;
use zeroize::Zeroizing;

use super::Unanswered;
use super::line::{MAX_BYTES, text};

/// `STATUS_CONTROL_C_EXIT`, with which Windows ends a process on Ctrl-C: shells and scripts know it.
const INTERRUPTED: i32 = 0xC000_013A_u32.cast_signed();

/// The console that is silent, and its mode before. The handle is its own: one on which a read waits does nothing else.
static SILENT: Mutex<Option<(File, CONSOLE_MODE)>> = Mutex::new(None);

/// Makes Ctrl-C, and the end of the console or of the session, restore the console before they end the process.
#[expect(unsafe_code, reason = "no safe function adds a handler")]
pub(crate) fn prepare() -> io::Result<()> {
    // SAFETY: the handler lives as long as the process, and calls nothing that it may not.
    succeeded(unsafe { SetConsoleCtrlHandler(Some(end), 1) })
}

/// Asks for a line with echo; the console handles corrections.
pub(super) fn ask(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    let (console, mut screen) = open()?;
    screen.write_all(prompt.as_bytes())?;
    read_line(&console)
}

/// Asks for a line without echo.
pub(super) fn ask_silently(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    let (console, mut screen) = open()?;
    let silence = Silence::new(open()?.0)?;
    screen.write_all(prompt.as_bytes())?;
    let line = read_line(&console);
    drop(silence);
    screen.write_all(b"\r\n")?;
    line
}

/// Opens the keyboard and the screen of the console.
fn open() -> Result<(File, File), Unanswered> {
    let place = |name| OpenOptions::new().read(true).write(true).open(name);
    match (place("CONIN$"), place("CONOUT$")) {
        (Ok(console), Ok(screen)) => Ok((console, screen)),
        _ => Err(Unanswered::NoTerminal),
    }
}

/// While this lives, the console shows nothing of the line that is typed.
struct Silence;

impl Silence {
    fn new(console: File) -> io::Result<Self> {
        let before = mode(&console)?;
        let silent = (before | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT) & !ENABLE_ECHO_INPUT;
        set_mode(&console, silent)?;
        *silenced() = Some((console, before));
        Ok(Self)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        restore();
    }
}

fn silenced() -> MutexGuard<'static, Option<(File, CONSOLE_MODE)>> {
    SILENT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn restore() {
    if let Some((console, before)) = silenced().take() {
        let _gone = set_mode(&console, before);
    }
}

/// The system calls it in a thread of its own.
#[expect(clippy::exit, reason = "the process was interrupted")]
extern "system" fn end(_: u32) -> BOOL {
    restore();
    std::process::exit(INTERRUPTED)
}

#[expect(unsafe_code, reason = "no safe function asks for the mode of a console")]
fn mode(console: &File) -> io::Result<CONSOLE_MODE> {
    let mut mode = 0;
    // SAFETY: the handle is open, and `mode` is all that is written.
    succeeded(unsafe { GetConsoleMode(console.as_raw_handle(), &raw mut mode) })?;
    Ok(mode)
}

#[expect(unsafe_code, reason = "no safe function sets the mode of a console")]
fn set_mode(console: &File, mode: CONSOLE_MODE) -> io::Result<()> {
    // SAFETY: the handle is open.
    succeeded(unsafe { SetConsoleMode(console.as_raw_handle(), mode) })
}

/// Reads a line in the characters that were typed; the bytes of a console are of a code page that may lack some of them.
#[expect(
    unsafe_code,
    reason = "no safe function reads the characters of a console other than standard input"
)]
fn read_line(console: &File) -> Result<Zeroizing<String>, Unanswered> {
    let mut units = Zeroizing::new([0_u16; MAX_BYTES + 2]);
    let (mut length, space) = (0, units.len() as u32);
    // Ctrl-C interrupts the read. It ends the process, in another thread.
    while length == 0 {
        let place = units.as_mut_ptr().cast();
        // SAFETY: the handle is open; at most `space` units and `length` are written.
        succeeded(unsafe {
            ReadConsoleW(console.as_raw_handle(), place, space, &raw mut length, ptr::null())
        })?;
    }
    let typed = &units[..length as usize];
    let Some(typed) = typed.strip_suffix(&[u16::from(b'\n')]) else {
        return Err(if length == space { Unanswered::TooLong } else { Unanswered::EndOfInput });
    };
    let typed = typed.strip_suffix(&[u16::from(b'\r')]).unwrap_or(typed);
    // Allocated once: a buffer that grows leaves copies in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(3 * typed.len()));
    for character in char::decode_utf16(typed.iter().copied()) {
        let character = character.map_err(|_| Unanswered::NotUtf8)?;
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    if bytes.len() > MAX_BYTES { Err(Unanswered::TooLong) } else { text(bytes) }
}

fn succeeded(result: BOOL) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
