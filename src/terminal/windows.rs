//! Prompts on the console of Windows.

use std::fs::OpenOptions;
use std::io::{self, BufRead, Write};

use zeroize::Zeroizing;

use super::Unanswered;
use super::line::text;

/// The system ends the process on Ctrl-C by itself.
pub(crate) fn prepare() -> io::Result<()> {
    Ok(())
}

/// Asks for a line with echo; the console handles corrections.
pub(super) fn ask(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    let mut console = open()?;
    console.write_all(prompt.as_bytes())?;
    let mut bytes = Zeroizing::new(Vec::new());
    io::BufReader::new(&console).read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Err(Unanswered::EndOfInput);
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    text(bytes)
}

/// Asks for a line without echo.
pub(super) fn ask_silently(prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
    open()?;
    text(Zeroizing::new(rpassword::prompt_password(prompt)?.into_bytes()))
}

fn open() -> Result<std::fs::File, Unanswered> {
    OpenOptions::new().read(true).write(true).open("CON").map_err(|_| Unanswered::NoTerminal)
}
