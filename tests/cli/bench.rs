//! A place to run authctl in: a home of its own, a clean environment, and whole transcripts back.
#![allow(dead_code, reason = "each file of tests uses what it needs")]

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use std::{fs, io};

use assert_cmd::Command;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::Span;
use authctl::auth::user::{User, UserStore};
use authctl::store::users_file;
use insta::assert_snapshot;

use crate::database::Users;
use crate::support;
use crate::support::samples::{HEADER, at, seconds_now};
pub(crate) use crate::support::samples::{SECRET, cheap_hash, key, signed};

/// A home of authctl, and the variables to run it with.
pub(crate) struct Bench {
    home: tempfile::TempDir,
    variables: Vec<(OsString, OsString)>,
    /// The time when the bench was made, in seconds.
    now: u64,
    /// The database that its users are in, if they are in one.
    users: Option<Users>,
}

/// The result of a run, with the parts that vary masked: see [`masked`].
pub(crate) struct Answer {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
    /// As it was printed.
    pub(crate) raw: Output,
}

impl Bench {
    /// A key, and a store with the users `johndoe` (password `secret`, scopes `me` and `items`) and
    /// `alice` (password `wonderland`, scope `me`, disabled). `admin` is declared, and no user has it.
    pub(crate) fn new() -> Self {
        let store = format!(
            r#"# Users of the test.
[passwords]
memory_kib = 8
iterations = 1
parallelism = 1

[scopes]
me = "Read information about the current user."
items = "Read items."
admin = "Everything."

[users.johndoe]
full_name = "John Doe"
email = "johndoe@example.com"
hashed_password = "{}"
scopes = ["me", "items"]

[users.alice]
full_name = "Alice Chains"
hashed_password = "{}"
disabled = true
scopes = ["me"]
"#,
            cheap_hash("secret"),
            cheap_hash("wonderland")
        );
        Self::with_store(&store)
    }

    /// A key, and this store.
    pub(crate) fn with_store(store: &str) -> Self {
        let bench = Self::empty();
        bench.write("secret.key", format!("{SECRET}\n"));
        bench.write("users.toml", store);
        bench
    }

    /// Nothing but a home.
    pub(crate) fn empty() -> Self {
        let home = tempfile::tempdir().unwrap();
        let users = Users::of_a_bench();
        let mut bench = Self { home, variables: Vec::new(), now: seconds_now(), users };
        let path = bench.home.path().as_os_str().to_owned();
        bench.set("AUTHCTL_HOME", path).set("TZ", "UTC");
        bench
    }

    /// Sets an environment variable for the runs to come.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) -> &mut Self {
        self.unset(name);
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Unsets an environment variable for the runs to come.
    pub(crate) fn unset(&mut self, name: &str) -> &mut Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// The environment of a run.
    fn variables(&self) -> impl Iterator<Item = (OsString, OsString)> {
        let is_file = self.path("users.toml").symlink_metadata().is_ok();
        let users = self.users.as_ref().filter(|users| !users.are_written() && !is_file);
        let url = users.map(|users| ("AUTHCTL_USERS_URL".into(), users.url().into()));
        url.into_iter().chain(self.variables.iter().cloned())
    }

    /// The path of a file in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file in the home that only its owner can read. A store goes to the database, if there is one.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let mut content = content.as_ref().to_vec();
        if let (Some(users), Ok(text), "users.toml") = (&self.users, str::from_utf8(&content), name)
            && users.write(text).is_some()
        {
            content = users.pointer().into_bytes();
        }
        fs::write(self.path(name), content).unwrap();
        self.set_mode(name, 0o600);
    }

    /// Sets the permissions of a file in the home, where there are such.
    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        #[cfg(unix)]
        fs::set_permissions(self.path(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        #[cfg(not(unix))]
        let _ = (name, mode);
    }

    /// The text of a file in the home, or of the store in the database.
    pub(crate) fn read(&self, name: &str) -> String {
        match &self.users {
            Some(users) if name == "users.toml" && !users.are_written() => users.read(),
            Some(users) => {
                let text = fs::read_to_string(self.path(name)).unwrap();
                if Users::are_named(&text) { users.read() } else { text }
            }
            None => fs::read_to_string(self.path(name)).unwrap(),
        }
    }

    /// Changes the text of `users.toml`, which has to have `from` in it.
    pub(crate) fn edit_store(&self, from: &str, to: &str) {
        let text = self.read("users.toml");
        assert!(text.contains(from), "no `{from}` in the store");
        self.write("users.toml", text.replacen(from, to, 1));
    }

    /// The names of the files in the home, sorted. `users.toml` stands for a database that a variable names.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        if self.users.as_ref().is_some_and(|users| !users.are_written() && users.are_there()) {
            names.push("users.toml".to_owned());
        }
        names.sort();
        names
    }

    /// Runs authctl with nothing on standard input. The transcript.
    pub(crate) fn run(&self, args: impl Arguments) -> String {
        self.pipe(args, "")
    }

    /// Runs authctl with `stdin` on standard input. The transcript.
    pub(crate) fn pipe(&self, args: impl Arguments, stdin: impl AsRef<[u8]>) -> String {
        self.answer(args, stdin).transcript()
    }

    /// Runs authctl with `stdin` on standard input. The parts of the transcript.
    pub(crate) fn answer(&self, args: impl Arguments, stdin: impl AsRef<[u8]>) -> Answer {
        let args = args.list();
        self.answer_of(started(|| {
            Command::from_std(self.command(args.as_slice()))
                .write_stdin(stdin.as_ref())
                .timeout(Duration::from_secs(60))
                .output()
        }))
    }

    /// Runs authctl in a session of its own, in which there is no terminal to ask on. `None` where
    /// the system has no way to do that.
    pub(crate) fn run_without_terminal(&self, args: impl Arguments) -> Option<String> {
        let inner = self.command(args);
        let mut command = std::process::Command::new("setsid");
        command.arg("--wait").arg(inner.get_program()).args(inner.get_args()).env_clear();
        command.env("PATH", std::env::var_os("PATH")?).envs(self.variables());
        let output = command.stdin(Stdio::null()).output().ok()?;
        Some(self.answer_of(output).transcript())
    }

    /// The command itself, for special ways of running it.
    pub(crate) fn command(&self, args: impl Arguments) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_authctl"));
        command.env_clear().envs(self.variables());
        command.current_dir(self.home.path()).args(args.list());
        command
    }

    /// A shell that runs the command in the variable `authctl`.
    pub(crate) fn shell(&self, shell: &str, args: &[&str]) -> std::process::Command {
        let authctl = self.command("");
        let mut command = std::process::Command::new(shell);
        command.env_clear().envs(self.variables()).current_dir(self.home.path()).args(args);
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("PS1", "ready ");
        command.env("authctl", authctl.get_program());
        command
    }

    /// The result of a command that was run another way.
    pub(crate) fn answer_of(&self, output: Output) -> Answer {
        let text = |bytes: &[u8]| self.masked(&String::from_utf8_lossy(bytes));
        Answer {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code(),
            raw: output,
        }
    }

    /// The moment `offset` seconds from when the bench was made, as a claim has it.
    pub(crate) fn at(&self, offset: i64) -> u64 {
        self.now.saturating_add_signed(offset)
    }

    /// A good token of `user` with these scopes, issued now for half an hour and a bit.
    ///
    /// With the bit every run prints "in 30 minutes". The user must be in the store; grants do not matter.
    pub(crate) fn token(&self, user: &str, scopes: &str) -> String {
        self.token_of_age(user, scopes, 0)
    }

    /// As [`Bench::token`], issued `age` seconds ago.
    pub(crate) fn token_of_age(&self, user: &str, scopes: &str, age: u64) -> String {
        let store = self.users();
        let scopes = if scopes.is_empty() { ScopeSet::new() } else { scopes.parse().unwrap() };
        let user = User { scopes, disabled: false, ..store.user(user).unwrap().clone() };
        support::issue(&user, &store.tokens, Span::minutes(30), &key(), at(self.now - age)).unwrap().token
    }

    /// A genuine token with these claims, valid or not.
    #[expect(clippy::unused_self, reason = "tests read it as a token of the bench")]
    pub(crate) fn claims(&self, claims: &str) -> String {
        signed(HEADER, claims)
    }

    /// The store as the library reads it.
    pub(crate) fn users(&self) -> UserStore {
        users_file::parse(&self.read("users.toml")).unwrap()
    }

    /// `text` with all that is different in each run replaced: the path of the home by `<home>`,
    /// moments by `<time>`, tokens by `<token>`, token ids by `<jti>`, salt and tag of a hash by
    /// `<salt>` and `<tag>`.
    pub(crate) fn masked(&self, text: &str) -> String {
        let of_database = self.users.as_ref().map(|users| users.masked(text, &self.path("users.toml")));
        let text = of_database.as_deref().unwrap_or(text);
        let home = self.home.path().to_string_lossy();
        // JSON doubles the `\` of Windows.
        let text = text.replace(&home.replace('\\', r"\\"), "<home>").replace(&*home, "<home>");
        masked(&if cfg!(windows) { as_on_unix(&text) } else { text })
    }

    /// The home.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }
}

impl Answer {
    /// Standard output as it is, standard error with `2> ` before each line, and the exit code.
    pub(crate) fn transcript(&self) -> String {
        let mut text = self.stdout.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str("[no newline]\n");
        }
        for line in self.stderr.lines() {
            text.extend(["2> ", line]);
            text.push('\n');
        }
        let end = self.code.map_or_else(|| "[killed]".to_owned(), |code| format!("[exit {code}]"));
        text + &end
    }

    /// Standard output as it was printed.
    pub(crate) fn stdout_raw(&self) -> String {
        String::from_utf8(self.raw.stdout.clone()).unwrap()
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.raw.stdout).unwrap()
    }
}

/// The result of `start`, which starts a process. Where many end at the same time, Wine starts one only when asked again.
pub(crate) fn started<T>(mut start: impl FnMut() -> io::Result<T>) -> T {
    /// `ERROR_INTERNAL_ERROR`: there was no process.
    const NOT_STARTED: i32 = 1359;
    let mut attempts = 0..5;
    loop {
        match start() {
            Err(error)
                if cfg!(windows)
                    && error.raw_os_error() == Some(NOT_STARTED)
                    && attempts.next().is_some() => {}
            result => return result.unwrap(),
        }
    }
}

/// Arguments as a line to be split at spaces, or as a list of which nothing is split.
pub(crate) trait Arguments {
    fn list(self) -> Vec<OsString>;
}

impl Arguments for &str {
    fn list(self) -> Vec<OsString> {
        self.split_whitespace().map(OsString::from).collect()
    }
}

impl Arguments for &String {
    fn list(self) -> Vec<OsString> {
        self.as_str().list()
    }
}

impl<T: AsRef<OsStr>, const N: usize> Arguments for [T; N] {
    fn list(self) -> Vec<OsString> {
        self.iter().map(OsString::from).collect()
    }
}

impl<T: AsRef<OsStr>> Arguments for &[T] {
    fn list(self) -> Vec<OsString> {
        self.iter().map(OsString::from).collect()
    }
}

/// The same token with another signature of the same form.
pub(crate) fn forged(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{message}.{first}{}", &signature[1..])
}

/// The text with what Windows says in another way: separators in paths below the home, quotes around a list (which to
/// PowerShell is more than one word), how lines are joined, and words of the system (Wine's, and Windows').
fn as_on_unix(text: &str) -> String {
    let mut parts = text.split("<home>");
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['`', '"', '\'', '\n']).unwrap_or(part.len());
        said.push_str("<home>");
        said.push_str(&part[..end].replace(r"\\", "/").replace('\\', "/"));
        said.push_str(&part[end..]);
    }
    for quote in [r#"\""#, "\""] {
        said = said.replace(&format!("--scope {quote}me,items{quote}"), "--scope me,items");
    }
    said = said.replace("`(Get-Content FILE) -join ''`", r"`tr -d '\r\n'`");
    for word in ["file", "path"] {
        said = said.replace(&format!(": {word} not found\n"), ": no such file or directory\n");
        let windows = format!(": the system cannot find the {word} specified\n");
        said = said.replace(&windows, ": no such file or directory\n");
    }
    said
}

/// Masks the parts of `text` that vary from run to run: see [`Bench::masked`].
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(next) = rest.chars().next() {
        let inside_a_word = before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
        let (length, name) = if inside_a_word { (0, "") } else { changing(rest) };
        if length > 0 {
            masked.push_str(name);
            before = rest[..length].chars().next_back().unwrap();
            rest = &rest[length..];
        } else {
            masked.push(next);
            before = next;
            rest = &rest[next.len_utf8()..];
        }
    }
    masked
}

/// The varying part at the start of `text`: its length, and its name.
fn changing(text: &str) -> (usize, &'static str) {
    let run = |allowed: fn(u8) -> bool| text.bytes().take_while(|byte| allowed(*byte)).count();
    if text.starts_with("eyJ") {
        let length = run(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if text[..length].split('.').count() == 3 {
            return (length, "<token>");
        }
    }
    if let Some(length) = date_and_time(text) {
        return (length, "<time>");
    }
    let word = run(|byte| byte.is_ascii_alphanumeric());
    if word == 32 && run(|byte| byte.is_ascii_hexdigit()) == 32 {
        return (32, "<jti>");
    }
    // Seconds since 1970, from 2001 to 2286; with a fraction, too.
    if word == 10 && run(|byte| byte.is_ascii_digit()) == 10 {
        return (run(|byte| byte.is_ascii_digit() || byte == b'.'), "<time>");
    }
    salt_and_tag(text).map_or((0, ""), |length| (length, "$<salt>$<tag>"))
}

/// How long the moment at the start of `text` is: `2026-11-21T21:00:00Z`, `2026-11-21 21:00:00 +00:00`.
fn date_and_time(text: &str) -> Option<usize> {
    let shape = "dddd-dd-dd?dd:dd:dd";
    let fits = |(byte, shape): (u8, u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        b'?' => byte == b'T' || byte == b' ',
        other => byte == other,
    };
    let long_enough = text.len() >= shape.len();
    if !long_enough || !text.bytes().zip(shape.bytes()).all(fits) {
        return None;
    }
    let rest = &text[shape.len()..];
    let fraction = rest.bytes().take_while(|byte| *byte == b'.' || byte.is_ascii_digit()).count();
    let zone = &rest[fraction..];
    let zone_length = if zone.starts_with('Z') {
        1
    } else {
        let zone = zone.as_bytes();
        let named = matches!(zone, [b' ', b'+' | b'-', _, _, b':', _, _, ..]);
        if named { 7 } else { 0 }
    };
    Some(shape.len() + fraction + zone_length)
}

/// How long `$SALT$TAG` at the start of `text` is.
fn salt_and_tag(text: &str) -> Option<usize> {
    let mut fields = text.strip_prefix('$')?.splitn(3, '$');
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let salt = fields.next().filter(|salt| salt.len() == 22 && salt.bytes().all(is_base64))?;
    let tag = fields.next()?.bytes().take_while(|byte| is_base64(*byte)).count();
    (tag == 43).then_some(1 + salt.len() + 1 + tag)
}

#[test]
fn what_changes_from_run_to_run_is_masked() {
    let jti = "0123456789abcdef0123456789abcdef";
    for (text, expected) in [
        ("at 2026-11-21T21:00:00Z, now", "at <time>, now"),
        ("at 2026-11-21T21:00:00.731Z", "at <time>"),
        ("x  2026-11-21 21:00:00 +00:00, in", "x  <time>, in"),
        ("\"exp\":1795294800,\"iat\":1795294800.731}", "\"exp\":<time>,\"iat\":<time>}"),
        ("123456789 12345678901", "123456789 12345678901"),
        (jti, "<jti>"),
        ("eyJhbGci.eyJz-_.AbC\n", "<token>\n"),
        ("eyJhbGci", "eyJhbGci"),
        (SECRET, SECRET),
    ] {
        assert_eq!(masked(text), expected);
    }
    let hash = masked(&format!("x {}\n", cheap_hash("secret")));
    assert_eq!(hash, "x $argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>\n");
}

#[test]
fn a_transcript_has_both_streams_and_the_exit_code() {
    let bench = Bench::new();
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", "secret\n"), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", "wrong\n"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
}
