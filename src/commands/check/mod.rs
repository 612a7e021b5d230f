//! `authctl check`: are these tokens good for these scopes, now?

mod answers;
mod lines;
mod stream;
mod users_by_name;

use std::fs::Metadata;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;
use authctl::auth::json::{Value, read_object};
use authctl::auth::key::KeySet;
use authctl::auth::time::Timestamp;
use authctl::auth::token::Parts;
use authctl::auth::user::Users;
use authctl::auth::verify::{Demands, MAX_LEEWAY, Verifier};

use super::tokens::{Place, bare, no_token, refuse_stdin_twice};
use crate::cli::{CheckArgs, merged};
use crate::context::{Context, StoreText, read_keys};
use crate::environment::KeySource;
use crate::error::{Exit, Failure};
use answers::{Answers, Streams};
use users_by_name::{Known, Source};

/// How answers are written.
#[derive(Clone)]
struct Style {
    json: bool,
    quiet: bool,
    /// The word `good` on standard output, and `error:` on standard error, in their colours.
    good: String,
    error: String,
}

/// All that it takes to judge a token.
struct Judge {
    keys: KeySet,
    users: Option<Box<dyn Users + Send + Sync>>,
    demands: Demands,
    style: Style,
}

impl Judge {
    fn users(&self) -> Option<&dyn Users> {
        self.users.as_ref().map(|users| &**users as &dyn Users)
    }

    /// What the tokens at hand are verified with.
    fn verifier(&self) -> Verifier<'_> {
        Verifier::new(&self.keys, self.users(), &self.demands)
    }

    /// Judges one token and adds the verdict to `answers`.
    fn judge(
        &self,
        verifier: &mut Verifier<'_>,
        token: &str,
        place: Place,
        now: Timestamp,
        answers: &mut Answers,
    ) {
        match verifier.verify(token, now) {
            Ok(genuine) => {
                answers.accept(&genuine, self.users(), &self.demands.required, place, now, &self.style);
            }
            Err(refusal) => answers.refuse(&refusal, place, &self.style),
        }
    }
}

/// What judges are made of, once it is known which users are asked for.
struct Bench<'a> {
    args: &'a CheckArgs,
    style: Style,
    key: KeySource,
    users_file: Option<PathBuf>,
    keys: KeySet,
    source: Source,
    /// What the files looked like just before they were read.
    seen: Seen,
}

/// Enough to tell that a file was changed or replaced.
type Seen = [Option<(SystemTime, u64, u64)>; 2];

impl Bench<'_> {
    /// Reads the files again if they were changed, so that it counts at once; says whether they were.
    fn refresh(&mut self) -> Result<bool, Failure> {
        let seen = look_at(&self.key, self.users_file.as_deref());
        if seen == self.seen {
            return Ok(false);
        }
        self.keys = read_keys(&self.key)?;
        self.source = Source(self.users_file.clone().map(StoreText::read).transpose()?);
        self.seen = seen;
        Ok(true)
    }

    /// A judge who knows the users of these tokens.
    fn judge_of<'t>(&self, tokens: impl Iterator<Item = &'t str>) -> Result<Judge, Failure> {
        let names: Vec<String> = tokens.filter_map(subject_unverified).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(self.judge(self.source.look_up(&names)?))
    }

    /// A judge who knows all users.
    fn judge_of_all(&self) -> Result<Judge, Failure> {
        Ok(self.judge(self.source.all()?))
    }

    fn judge(&self, known: Known) -> Judge {
        let Known { users, demands } = known;
        Judge {
            keys: self.keys.clone(),
            users,
            demands: demanded(self.args, demands),
            style: self.style.clone(),
        }
    }
}

fn look_at(key: &KeySource, users_file: Option<&Path>) -> Seen {
    let key_file = match key {
        KeySource::File(path) => Some(path.as_path()),
        KeySource::Secret(_) => None,
    };
    [key_file, users_file].map(|path| {
        let metadata = path?.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len(), number_of(&metadata)))
    })
}

#[cfg(unix)]
fn number_of(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number_of(_: &Metadata) -> u64 {
    0
}

/// Whom a token is about, if it can be believed: good enough to look the user up.
fn subject_unverified(token: &str) -> Option<String> {
    let claims = Parts::of(token).ok()?.claims_bytes().ok()?;
    let mut subject = None;
    read_object(&claims, |member| {
        if let ("sub", Value::String(name)) = (&*member.name, member.value) {
            subject = Some(name.into_owned());
        }
    })
    .ok()?;
    subject
}

/// Says whether each token is good for the required scopes now.
pub(crate) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit> {
    refuse_nonsense(args)?;
    refuse_stdin_twice(&args.tokens)?;
    let from_stdin = args.tokens.is_empty() || args.tokens.iter().any(|token| token == "-");
    if from_stdin && io::stdin().is_terminal() {
        return Err(no_token("no token given, and standard input is a terminal").into());
    }
    let style = Style {
        json: cx.json(),
        quiet: args.quiet,
        good: cx.paint().good("good"),
        error: cx.paint_stderr().error("error:"),
    };
    cx.quiet = args.quiet;
    let key = cx.key_source()?;
    let users_file = if args.stateless { None } else { Some(cx.users_path()?) };
    let seen = look_at(&key, users_file.as_deref());
    let keys = cx.keys()?;
    let source = Source(if args.stateless { None } else { Some(cx.store_text()?) });
    let mut bench = Bench { args, style, key, users_file, keys, source, seen };
    let mut streams = Streams::new(cx);
    if args.tokens.is_empty() {
        stream::run(&mut bench, &mut streams)?;
        return Ok(streams.exit());
    }
    let only = args.tokens.len() == 1;
    let tokens: Vec<_> = args.tokens.iter().map(|argument| argument.to_string_lossy()).collect();
    let judge = bench.judge_of(tokens.iter().map(|token| bare(token)))?;
    let mut number = 0;
    for token in &tokens {
        if token == "-" {
            stream::run(&mut bench, &mut streams)?;
            continue;
        }
        number += 1;
        let place = if only { Place::Only } else { Place::Argument(number) };
        let mut answers = Answers::default();
        judge.judge(&mut judge.verifier(), bare(token), place, Context::now()?, &mut answers);
        streams.write(&answers)?;
    }
    Ok(streams.exit())
}

fn refuse_nonsense(args: &CheckArgs) -> Result<(), Failure> {
    if args.leeway > MAX_LEEWAY {
        return Err(Failure::usage(format!("`--leeway` is at most {MAX_LEEWAY}")));
    }
    for (option, value) in
        [("--user", &args.user), ("--issuer", &args.issuer), ("--audience", &args.audience)]
    {
        if value.as_deref() == Some("") {
            return Err(Failure::usage(format!("`{option}` is empty")));
        }
    }
    Ok(())
}

/// What is demanded of every token, and by the options.
fn demanded(args: &CheckArgs, policy: Demands) -> Demands {
    Demands {
        required: merged(&args.require),
        user: args.user.clone(),
        issuer: args.issuer.clone().or(policy.issuer),
        audience: args.audience.clone().or(policy.audience),
        token_type: policy.token_type,
        leeway: args.leeway,
        min_ttl: args.min_ttl.unwrap_or_default(),
    }
}
