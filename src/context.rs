//! All that a command may touch: streams, time, prompts, the key and the store.

use std::cell::{OnceCell, RefCell};
use std::fmt::Display;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use authctl::auth::key::{Key, KeySet};
use authctl::auth::login::Candidate;
use authctl::auth::password::{MAX_PASSWORD_BYTES, Password, PasswordPolicy};
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::safe_file::Source;
use authctl::store::users_file::{Listing, Lookup};
use authctl::store::{safe_file, users_file};
use secrecy::ExposeSecret;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::cli::{ColorWhen, Global};
use crate::environment::{Environment, KeySource};
use crate::error::{Failure, reason};
use crate::keys;
use crate::output::escape::{escape, escape_json};
use crate::output::shell;
use crate::output::style::Paint;
use crate::terminal::{self, Unanswered};

/// What a command works with.
pub(crate) struct Context {
    /// The options that every command has.
    pub(crate) global: Global,
    /// The variables.
    pub(crate) environment: Environment,
    /// Whether warnings are kept to ourselves.
    pub(crate) quiet: bool,
    /// Where answers go. Flushed at the end, and by those who cannot wait.
    pub(crate) stdout: io::BufWriter<io::Stdout>,
    /// The warnings so far: each is given once.
    warned: RefCell<Vec<String>>,
    /// The keys that a pipe had: it is read once.
    piped: OnceCell<KeySet>,
}

impl Context {
    /// The context of the process.
    pub(crate) fn new(global: Global) -> Self {
        Self {
            global,
            environment: Environment::read(),
            quiet: false,
            stdout: io::BufWriter::with_capacity(64 * 1024, io::stdout()),
            warned: RefCell::default(),
            piped: OnceCell::new(),
        }
    }

    /// The time now, to the millisecond: the only clock there is.
    pub(crate) fn now() -> Result<Timestamp, Failure> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        since_epoch
            .and_then(|time| u64::try_from(time.as_millis()).ok())
            .and_then(Timestamp::from_milliseconds)
            .ok_or_else(|| {
                Failure::unknown("clock", "the system's clock shows a time before 1970 or after 9999")
            })
    }

    /// Whether the answer is wanted in JSON.
    pub(crate) fn json(&self) -> bool {
        self.global.json
    }

    /// Colours for standard output.
    pub(crate) fn paint(&self) -> Paint {
        self.paint_for(io::stdout().is_terminal())
    }

    /// Colours for standard error.
    pub(crate) fn paint_stderr(&self) -> Paint {
        self.paint_for(io::stderr().is_terminal())
    }

    fn paint_for(&self, is_terminal: bool) -> Paint {
        let on = match self.global.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => is_terminal && !self.environment.plain,
        };
        Paint { on }
    }

    /// Prints `value` as one line of JSON.
    pub(crate) fn print_json(&mut self, value: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string(value)?;
        writeln!(self.stdout, "{}", escape_json(&json))?;
        Ok(())
    }

    /// Says something on standard error. Nobody may be listening: that is no failure.
    pub(crate) fn say(&self, label: &str, text: impl Display) {
        let paint = self.paint_stderr();
        let label = match label {
            "error" => paint.error("error:"),
            "warning" => paint.warning("warning:"),
            _ => paint.hint(format_args!("{label}:")),
        };
        let _unheard = writeln!(io::stderr(), "{label} {}", escape(&text.to_string()));
    }

    /// Warns once, unless nothing is to be said, and says what to do.
    fn warn(&self, warning: impl Display, hint: impl Display) {
        let warning = warning.to_string();
        let mut warned = self.warned.borrow_mut();
        if !self.quiet && !warned.contains(&warning) {
            self.say("warning", &warning);
            self.say("hint", hint);
            warned.push(warning);
        }
    }

    /// Where the store is.
    pub(crate) fn users_path(&self) -> Result<PathBuf, Failure> {
        match &self.global.users_file {
            Some(path) => Ok(path.clone()),
            None => self.environment.users_file(),
        }
    }

    /// Where the key is.
    pub(crate) fn key_source(&self) -> Result<KeySource, Failure> {
        let source = match &self.global.key_file {
            Some(path) => KeySource::File(path.clone()),
            None => self.environment.key()?,
        };
        if let KeySource::File(path) = &source {
            keys::refuse_no_file(path)?;
        }
        Ok(source)
    }

    /// The keys, without a word about how safe they are.
    pub(crate) fn read_keys(&self) -> Result<KeySet, Failure> {
        if let Some(keys) = self.piped.get() {
            return Ok(keys.clone());
        }
        let (keys, source) = keys::load(&self.key_source()?)?;
        if source == Source::Pipe {
            return Ok(self.piped.get_or_init(|| keys).clone());
        }
        Ok(keys)
    }

    /// The keys.
    pub(crate) fn keys(&self) -> Result<KeySet, Failure> {
        let source = self.key_source()?;
        let keys = self.read_keys()?;
        if let Some((warning, hint)) = keys::published(&keys, &source) {
            self.warn(warning, hint);
        }
        if let KeySource::File(path) = &source {
            self.warn_of_exposure("key file", path, keys.keys().iter().any(Key::is_private));
        }
        Ok(keys)
    }

    /// Warns of a file that others than its owner can change, or read although it `is_secret`, and of a home in
    /// which they can replace it.
    pub(crate) fn warn_of_exposure(&self, what: &str, path: &Path, is_secret: bool) {
        let exposure = safe_file::exposure(path).unwrap_or_default();
        let (verb, mode) = match (is_secret && exposure.readable, exposure.writable) {
            (true, true) => ("read and write", "600"),
            (true, false) => ("read", "600"),
            (false, true) => ("write", "go-w"),
            (false, false) => ("", ""),
        };
        if !verb.is_empty() {
            self.warn(
                format_args!("others can {verb} the {what} `{}`", path.display()),
                format_args!("run `chmod {mode} {}`", shell::path(path)),
            );
        }
        if let Ok(home) = self.environment.home()
            && path.parent() == Some(home.as_path())
            && safe_file::exposure(&home).is_ok_and(|exposure| exposure.writable)
        {
            self.warn(
                format_args!("others can replace the files in `{}`", home.display()),
                format_args!("run `chmod go-w {}`", shell::path(&home)),
            );
        }
    }

    /// The store, all of it.
    pub(crate) fn store(&self) -> Result<UserStore, Failure> {
        self.store_text()?.parse()
    }

    /// Warns of a store that others than its owner can change. Many may read it on purpose: that is for `doctor`.
    pub(crate) fn warn_if_others_can_write(&self, path: &Path) {
        self.warn_of_exposure("user store", path, false);
    }

    /// The store, not looked into yet.
    pub(crate) fn store_text(&self) -> Result<StoreText, Failure> {
        let path = self.users_path()?;
        let text = StoreText::read(path)?;
        self.warn_if_others_can_write(&text.path);
        Ok(text)
    }

    /// The policy of the store for new passwords and where it is, or the default where there is no store.
    pub(crate) fn password_policy(&self) -> Result<(PasswordPolicy, Option<PathBuf>), Failure> {
        match self.users_path() {
            Ok(path) if path.exists() => Ok((self.store()?.passwords, Some(path))),
            _ => Ok((PasswordPolicy::default(), None)),
        }
    }
}

/// The text of the store: what is asked for is read from it, and all of it is checked each time.
pub(crate) struct StoreText {
    path: PathBuf,
    text: String,
}

impl StoreText {
    /// The text of the store at `path`, and no word about its permissions.
    pub(crate) fn read(path: PathBuf) -> Result<Self, Failure> {
        let shown = path.display();
        let bytes = safe_file::read(&path, users_file::MAX_BYTES)
            .map_err(|error| unreadable("user store", &shown, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            // It is not UTF-8, so this is a fault.
            let fault = users_file::text(error.as_bytes()).err();
            fault.map_or_else(
                || Failure::unknown("invalid_store", "not UTF-8"),
                |fault| invalid_store(&shown, &fault),
            )
        })?;
        Ok(StoreText { path, text })
    }

    /// All of the store.
    pub(crate) fn parse(&self) -> Result<UserStore, Failure> {
        users_file::parse(&self.text).map_err(|fault| invalid_store(&self.path.display(), &fault))
    }

    /// All users, one at a time.
    pub(crate) fn list(&self) -> Result<Listing<'_>, Failure> {
        users_file::list(&self.text).map_err(|fault| invalid_store(&self.path.display(), &fault))
    }

    /// All users, indexed by name.
    pub(crate) fn look_up_all(&self) -> Result<Lookup, Failure> {
        users_file::look_up_all(&self.text).map_err(|fault| invalid_store(&self.path.display(), &fault))
    }

    /// What a login as `name` is verified against. `now` is a time before the store was read.
    pub(crate) fn candidate(&self, name: &str, now: Timestamp) -> Result<Candidate, Failure> {
        users_file::candidate(&self.text, name, now)
            .map_err(|fault| invalid_store(&self.path.display(), &fault))
    }

    /// As much of it as concerns users of these names: that is quicker, and keeps memory small.
    pub(crate) fn look_up(&self, names: &[&str]) -> Result<Lookup, Failure> {
        users_file::look_up(&self.text, names).map_err(|fault| invalid_store(&self.path.display(), &fault))
    }
}

/// Says what was done, on standard error.
pub(crate) fn report(text: impl Display) {
    let _unheard = writeln!(io::stderr(), "{}", escape(&text.to_string()));
}

/// The password, from standard input or asked for with `prompt`.
pub(crate) fn password(from_stdin: bool, prompt: &str) -> Result<Password, Failure> {
    if from_stdin {
        return password_from_stdin();
    }
    let typed = terminal::read_password(prompt).map_err(|error| {
        unanswered(&error, "the password", "give it on standard input with `--password-stdin`")
    })?;
    Ok(Password::from(typed.as_bytes().to_vec()))
}

/// A new password that `check` accepts: asked for twice, and checked before the second time.
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

/// What is said of a file that cannot be read.
pub(crate) fn unreadable(what: &str, path: &impl Display, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::unknown("not_found", format!("{what} `{path}` does not exist"))
            .hint("run `authctl init`");
    }
    Failure::unknown("unreadable", format!("cannot read the {what} `{path}`: {}", reason(error)))
}

/// What is said of a store that is not valid.
pub(crate) fn invalid_store(path: &impl Display, fault: &users_file::StoreFault) -> Failure {
    Failure::unknown("invalid_store", format!("user store `{path}`, {fault}"))
}

/// What is said of a prompt that has no answer: that there is no terminal to ask for `what` on, or what is wrong with
/// what was typed. `otherwise` is the way without a terminal.
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

/// One line from standard input, minus its end. Nothing of it is ever shown.
fn password_from_stdin() -> Result<Password, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::usage("`--password-stdin` would show the password on this terminal")
            .hint("leave the option out, and type the password without echo"));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(8192));
    stdin
        .lock()
        .take(MAX_PASSWORD_BYTES as u64 + 3)
        .read_to_end(&mut bytes)
        .map_err(cannot("read standard input"))?;
    let line =
        bytes.strip_suffix(b"\n").map_or(bytes.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
    if line.is_empty() {
        return Err(Failure::usage("the password on standard input is empty"));
    }
    if line.len() > MAX_PASSWORD_BYTES {
        return Err(Failure::usage("the password on standard input has more than 4096 bytes"));
    }
    if line.contains(&b'\n') {
        return Err(Failure::usage("the password on standard input has more than one line"));
    }
    Ok(Password::from(line.to_vec()))
}

/// For `map_err`: what could not be done, and what the system said.
pub(crate) fn cannot(what: impl Display) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::unknown("io", format!("cannot {what}: {}", reason(&error)))
}
