//! `authctl revoke`: tokens taken back before they expire.

use std::collections::HashSet;
use std::ffi::OsStr;

use anyhow::Result;
use authctl::auth::change::Change;
use authctl::auth::refusal::Reason;
use authctl::auth::revoke::{RevokeRefusal, is_over, revocation};
use authctl::auth::time::Timestamp;
use authctl::auth::user::{Revocation, UserStore};
use authctl::auth::words;
use authctl::store::postgres::Asked;
use serde::Serialize;

use super::misplaced;
use crate::cli::RevokeArgs;
use crate::clock;
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::files::database::failed;
use crate::files::no_path::is_token;
use crate::input::{Input, Place};
use crate::output::table::{Column, write_table};
use crate::output::time::{local, relative};

/// The most tokens of one run, which are in memory until all are revoked at once.
const MOST: usize = 300_000;

/// What came of one token.
#[derive(Serialize)]
struct Answer {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip)]
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Revoked,
    AlreadyRevoked,
    Expired,
    Refused,
}

/// Takes all tokens back that are genuine, by one change of the store; or lists or forgets those that were.
pub(crate) fn run(args: &RevokeArgs, cx: &mut Context) -> Result<Exit> {
    match (&args.id, args.expires) {
        (Some(id), _) if is_token(id) => Err(Failure::usage("`--id` is not shown: it looks like a token")
            .hint("give the token itself: as an argument, or on standard input")
            .into()),
        (Some(id), Some(expires)) => {
            revoke(vec![known(Revocation { id: id.clone(), expires }, None, Place::Only)], cx)
        }
        _ if args.prune => prune(cx),
        _ if args.list => list(cx),
        _ => revoke(read(args, cx)?, cx),
    }
}

/// Reads the tokens. A fault of the store comes before anything is read from standard input.
fn read(args: &RevokeArgs, cx: &Context) -> Result<Vec<Answer>> {
    let input = Input::of(&args.tokens)?;
    let keys = cx.keys()?;
    cx.open_store()?.look_up(&[])?;
    let mut answers = Vec::new();
    let is_broken_token = input.for_each(|place, token| {
        if answers.len() == MOST {
            return Err(Failure::usage(format!("more than {MOST} tokens at once; none is revoked"))
                .hint("hand them over in parts, such as those of `split -l 100000`")
                .into());
        }
        let revocation =
            token.map_err(|fault| Reason::from(fault).into()).and_then(|token| revocation(token, &keys));
        answers.push(match revocation {
            Ok((revocation, subject)) => known(revocation, subject, place),
            Err(refusal) => refused(&refusal, place, input.argument(place)),
        });
        Ok(())
    })?;
    if let Some(last) = answers.last_mut().filter(|_| is_broken_token) {
        last.hint = Some(misplaced::JOIN.to_owned());
    }
    Ok(answers)
}

fn revoke(mut answers: Vec<Answer>, cx: &mut Context) -> Result<Exit> {
    let tokens: Vec<Revocation> = answers.iter().filter_map(Answer::revocation).collect();
    let mut now = clock::now()?;
    if !tokens.is_empty() {
        let ids: Vec<&str> = tokens.iter().map(|token| token.id.as_str()).collect();
        cx.edit_store(Asked::Tokens(&ids), |store, at_last| {
            now = at_last;
            judge(&mut answers, store, now);
            Ok(Change::RevokeTokens { tokens: tokens.clone(), now })
        })?;
    }
    let any_refused = answers.iter().any(|answer| answer.status == Status::Refused);
    for mut answer in answers {
        if cx.console.json {
            answer.hint = answer.hint.map(|hint| cx.console.files.in_commands_of(&hint).into_owned());
            cx.console.print_json(&answer)?;
        } else {
            answer.say(cx, now);
        }
    }
    Ok(if any_refused { Exit::No } else { Exit::Yes })
}

fn known(revocation: Revocation, subject: Option<String>, place: Place) -> Answer {
    Answer {
        status: Status::Revoked,
        jti: Some(revocation.id),
        sub: subject,
        exp: Some(revocation.expires),
        error: None,
        message: None,
        hint: None,
        line: place.line(),
        place,
    }
}

fn refused(refusal: &RevokeRefusal, place: Place, argument: Option<&OsStr>) -> Answer {
    let by_user = "`authctl users sign-out NAME` refuses every token its user has now";
    let hint = match refusal {
        RevokeRefusal::NoId => Some(by_user.to_owned()),
        RevokeRefusal::NotGenuine(Reason::Malformed(_)) => argument.and_then(misplaced::hint),
        RevokeRefusal::NotGenuine(_) => None,
    };
    Answer {
        status: Status::Refused,
        jti: None,
        sub: None,
        exp: None,
        error: Some(refusal.code()),
        message: Some(refusal.to_string()),
        hint,
        line: place.line(),
        place,
    }
}

/// Tells tokens that are taken back now from those that need it no more.
fn judge(answers: &mut [Answer], store: &UserStore, now: Timestamp) {
    let mut seen: HashSet<String> = HashSet::new();
    for answer in answers {
        let Some(Revocation { id, expires }) = answer.revocation() else { continue };
        if is_over(expires, now) {
            answer.status = Status::Expired;
        } else if store.revoked.contains_key(&id) || !seen.insert(id) {
            answer.status = Status::AlreadyRevoked;
        }
    }
}

impl Answer {
    /// What to record, if the token is genuine.
    fn revocation(&self) -> Option<Revocation> {
        Some(Revocation { id: self.jti.clone()?, expires: self.exp? })
    }

    fn say(&self, cx: &Context, now: Timestamp) {
        let label = self.place.label();
        if let Some(message) = &self.message {
            cx.console.say("error", format_args!("{label}{message}"));
            if let Some(hint) = &self.hint {
                cx.console.say("hint", hint);
            }
            return;
        }
        let done = match self.status {
            Status::AlreadyRevoked => "was revoked already",
            Status::Expired => "is not good any more",
            Status::Revoked | Status::Refused => "is revoked",
        };
        let id = words::brief(self.jti.as_deref().unwrap_or_default());
        let of = self.sub.as_ref().map(|who| format!(" of `{}`", words::brief(who))).unwrap_or_default();
        let expiry = self.exp.map(|expires| {
            let verb = if expires <= now { "expired" } else { "would expire" };
            format!("{verb} {}", relative(expires, now))
        });
        let expiry = expiry.unwrap_or_default();
        report(format_args!("{label}token `{id}`{of} {done}: {expiry}"));
    }
}

/// A revoked token as scripts see it.
#[derive(Serialize)]
struct Listed<'a> {
    jti: &'a str,
    exp: Timestamp,
}

/// Lists the revoked tokens, the first to expire first.
fn list(cx: &mut Context) -> Result<Exit> {
    let (revoked, now) = (cx.open_store()?.revoked()?, clock::now()?);
    let mut revoked: Vec<Listed<'_>> = revoked.iter().map(|(jti, exp)| Listed { jti, exp: *exp }).collect();
    revoked.sort_by_key(|token| token.exp);
    if cx.console.json {
        cx.console.print_json(&revoked)?;
        return Ok(Exit::Yes);
    }
    let rows = revoked.iter().map(|token| {
        let expires = format!("{}, {}", local(token.exp), relative(token.exp, now));
        vec![words::brief(token.jti).to_string(), expires]
    });
    let (screen, columns) = (cx.console.screen(), [Column::cut("JTI", 16), Column::lead("EXPIRES")]);
    write_table(&mut cx.console.stdout, screen, &columns, rows)?;
    Ok(Exit::Yes)
}

/// Forgets what is of no more use.
fn prune(cx: &mut Context) -> Result<Exit> {
    let mut dropped = 0;
    if let Some(database) = cx.files.database()? {
        let pruned = database.prune().map_err(|error| failed(&error))?;
        dropped = usize::try_from(pruned).unwrap_or(usize::MAX);
    } else {
        cx.edit_store(Asked::Tokens(&[]), |store, now| {
            dropped = store.revoked.values().filter(|expires| is_over(**expires, now)).count();
            Ok(Change::RevokeTokens { tokens: Vec::new(), now })
        })?;
    }
    if cx.console.json {
        cx.console.print_json(&serde_json::json!({ "pruned": dropped }))?;
    } else {
        report(format_args!("forgot {}", words::count(dropped, "expired token")));
    }
    Ok(Exit::Yes)
}
