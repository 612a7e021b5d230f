//! A generated password, which is told once: it is either told before it counts, or its loss is.

use std::io::Write;

use anyhow::Result;
use authctl::auth::user::Username;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{Failure, reason};

/// Refuses to generate a password where standard output keeps nothing of it.
///
/// # Errors
///
/// Standard output is the null device. One that was closed (`>&-`) is the null device too by the time a program runs.
pub(super) fn can_be_told() -> Result<(), Failure> {
    if system::stdout_is_null() {
        let message = "standard output is closed or the null device, and a generated password would be lost";
        return Err(Failure::unknown("io", message)
            .hint("run it on a terminal, or with a file or a pipe for the password to go to"));
    }
    Ok(())
}

/// Prints a password before it counts, `label` before it: one that was never shown would lock the user out. In JSON it
/// is a part of the answer instead.
pub(super) fn tell(label: &str, generated: Option<&Zeroizing<String>>, cx: &mut Context) -> Result<()> {
    if let (Some(password), false) = (generated, cx.console.json) {
        writeln!(cx.console.stdout, "{label}{}", password.as_str())?;
        cx.console.stdout.flush()?;
    }
    Ok(())
}

/// Says of a password that was [told](tell) that it counts for nothing, where the change failed.
pub(super) fn void(failure: &Failure, generated: Option<&Zeroizing<String>>, cx: &Context) {
    if generated.is_some() && !cx.console.json && failure.code != "unknown_outcome" {
        cx.console.say("note", "the password that was printed is not in use");
    }
}

/// Ends an answer that has the password of `name` in it. If it cannot be printed, says what to do: the password counts
/// already, and was never shown.
pub(super) fn told(printed: Result<()>, name: &Username, cx: &mut Context) -> Result<()> {
    let flushed = printed.and_then(|()| Ok(cx.console.stdout.flush()?));
    flushed.map_err(|error| match error.downcast::<std::io::Error>() {
        Ok(error) => Failure::unknown(
            "io",
            format!("user `{name}` has a new password, and it cannot be printed: {}", reason(&error)),
        )
        .hint(format!("run `authctl users passwd {}`", crate::output::shell::last(name.as_str())))
        .into(),
        Err(error) => error,
    })
}

#[cfg(unix)]
mod system {
    use rustix::fs::{FileType, fstat, stat};

    pub(super) fn stdout_is_null() -> bool {
        let (Ok(stdout), Ok(null)) = (fstat(std::io::stdout()), stat("/dev/null")) else { return false };
        FileType::from_raw_mode(stdout.st_mode) == FileType::CharacterDevice && stdout.st_rdev == null.st_rdev
    }
}

#[cfg(not(unix))]
mod system {
    pub(super) fn stdout_is_null() -> bool {
        false
    }
}
