//! Passwords: typed at a prompt, or from standard input.

use std::io::{self, IsTerminal, Read};

use authctl::auth::password::{MAX_PASSWORD_BYTES, Password};
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::error::{Failure, cannot, reason};
use crate::terminal::{self, Unanswered};

/// Gets a password from standard input, or asks for it with `prompt`.
pub(crate) fn password(from_stdin: bool, prompt: &str) -> Result<Password, Failure> {
    if from_stdin {
        return password_from_stdin();
    }
    let typed = terminal::read_password(prompt).map_err(|error| {
        unanswered(&error, "the password", "give it on standard input with `--password-stdin`")
    })?;
    Ok(Password::from(typed.as_bytes().to_vec()))
}

/// Gets a new password that `check` accepts. The prompt asks twice, and `check` runs before the second time.
pub(crate) fn new_password(
    from_stdin: bool,
    check: impl FnOnce(&Password) -> Result<(), Failure>,
) -> Result<Password, Failure> {
    if from_stdin {
        let password = password_from_stdin()?;
        return check(&password).map(|()| password);
    }
    let first = password(false, "New password: ")?;
    if first.expose_secret().is_empty() {
        return Err(Failure::usage("the password is empty"));
    }
    check(&first)?;
    let again = password(false, "Once more: ")?;
    if first.expose_secret() != again.expose_secret() {
        return Err(Failure::usage("the two passwords differ"));
    }
    Ok(first)
}

/// The failure of a prompt for `what`: no terminal to ask on, or a line that cannot be taken. `otherwise` is the way
/// without a terminal.
pub(crate) fn unanswered(error: &Unanswered, what: &str, otherwise: &str) -> Failure {
    let (code, message) = match error {
        Unanswered::NoTerminal => {
            let message = format!("there is no terminal to ask for {what} on");
            return Failure::unknown("no_terminal", message).hint(otherwise);
        }
        Unanswered::Io(error) => ("no_terminal", format!("cannot ask on the terminal: {}", reason(error))),
        Unanswered::EndOfInput => ("end_of_input", error.to_string()),
        Unanswered::ControlCharacter | Unanswered::NotUtf8 | Unanswered::TooLong => {
            ("not_a_line", error.to_string())
        }
    };
    Failure::unknown(code, message).hint(format!("type {what} again, or {otherwise}"))
}

/// One line from standard input, minus its end. No message shows any of it.
fn password_from_stdin() -> Result<Password, Failure> {
    if io::stdin().is_terminal() {
        return Err(Failure::usage("`--password-stdin` would show the password on this terminal")
            .hint("leave the option out, and type the password without echo"));
    }
    line_from_stdin("password")
}

/// Gets the hash of a password, which another program made, from standard input.
pub(crate) fn hash_from_stdin() -> Result<Password, Failure> {
    if io::stdin().is_terminal() {
        return Err(Failure::usage("`--hash-stdin` reads no terminal")
            .hint("pipe the hash in, or name its file with `<`"));
    }
    line_from_stdin("hash")
}

fn line_from_stdin(what: &str) -> Result<Password, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
    io::stdin()
        .lock()
        .take(MAX_PASSWORD_BYTES as u64 + 3)
        .read_to_end(&mut bytes)
        .map_err(cannot("read standard input"))?;
    let line =
        bytes.strip_suffix(b"\n").map_or(bytes.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
    if line.is_empty() {
        return Err(Failure::usage(format!("the {what} on standard input is empty")));
    }
    if line.len() > MAX_PASSWORD_BYTES {
        return Err(Failure::usage(format!("the {what} on standard input has more than 4096 bytes")));
    }
    if line.contains(&b'\n') {
        return Err(Failure::usage(format!("the {what} on standard input has more than one line")));
    }
    Ok(Password::from(line.to_vec()))
}
