//! `authctl keys retire`: one key by its name, or all whose tokens have expired.

use std::collections::BTreeSet;

use anyhow::Result;
use authctl::auth::key::{Key, KeySet, RetireError};
use authctl::auth::verify::MAX_LEEWAY;
use authctl::auth::words::{self, brief};

use super::list::{KeyJson, name};
use super::rotate::ELSEWHERE;
use super::{retiring, since};
use crate::cli::RetireKeyArgs;
use crate::clock;
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::files::no_path::{HIDDEN, is_token_or_url};
use crate::output::alike::nearest;
use crate::output::table::MARK;

/// Retires a key under all its names, or every unused one.
pub(super) fn run(args: &RetireKeyArgs, cx: &mut Context) -> Result<Exit> {
    match &args.key {
        Some(key) => one(key, cx),
        None if args.unused => unused(cx),
        None => Err(not_named(&cx.keys()?).into()),
    }
}

/// The failure where no key is named, with those that can be.
fn not_named(keys: &KeySet) -> Failure {
    let names = keys.retirable();
    Failure::usage("`<KEY>` is missing").hint(if names.is_empty() {
        format!("no key can be retired now: {}", before_the_last(keys))
    } else {
        format!(
            "keys that can be retired: {}; `--unused` retires those whose tokens have all expired",
            words::list(&names)
        )
    })
}

fn one(asked: &str, cx: &mut Context) -> Result<Exit> {
    let mut meant = String::new();
    let (old, new) = cx.edit_keys(|keys| {
        meant = only(meant_by(keys, asked), asked)?;
        keys.retire(&meant).map_err(|error| not_retired(error, &meant, keys))
    })?;
    if cx.console.json {
        if let Some(key) = new.named(&meant) {
            cx.console.print_json(&KeyJson::of(key, &new))?;
        }
        return Ok(Exit::Yes);
    }
    let retired = |keys: &KeySet| keys.keys().iter().filter(|key| key.is_retired()).count();
    let shown = brief(&meant);
    if retired(&old) == retired(&new) {
        report(format_args!("key `{shown}` was retired already: nothing was changed"));
    } else {
        report(format_args!("retired key `{shown}`: its tokens are refused {}", since(cx)));
    }
    let signing = |keys: &KeySet| keys.signing_key().map(Key::thumbprint);
    if let Some(key) = new.signing_key().filter(|_| signing(&old) != signing(&new)) {
        report(format_args!(
            "tokens are signed with the key `{}` ({}) {}",
            name(key, &new),
            key.algorithm(),
            since(cx)
        ));
        let was = old.keys().iter().find(|one| one.thumbprint() == key.thumbprint());
        if was.is_some_and(|was| old.tokens_until(was).is_some()) {
            cx.console.say("warning", "that key was replaced before, and signs again: others may have it");
            cx.console.say("hint", "run `authctl keys rotate` for a new one");
        }
    }
    Ok(Exit::Yes)
}

/// The names of the keys that `text` may mean, which may be the beginning of a name as a table shows it, cut with a mark.
fn meant_by(keys: &KeySet, text: &str) -> Vec<String> {
    let names = keys.meant_by(text);
    match text.strip_suffix(MARK).filter(|_| names.is_empty()) {
        Some(start) => keys.longer_names(start),
        None => names,
    }
}

/// The one key that was meant.
fn only(mut names: Vec<String>, asked: &str) -> Result<String, Failure> {
    match (names.pop(), names.is_empty()) {
        (Some(name), true) => Ok(name),
        (Some(last), false) => {
            names.push(last);
            let message = format!("`{}` is the beginning of {}", brief(asked), words::list(&names));
            Err(Failure::unknown("ambiguous", message).hint("name one of them with more characters"))
        }
        (None, _) => Err(no_such_key(asked)),
    }
}

fn no_such_key(asked: &str) -> Failure {
    let message = if is_token_or_url(asked) {
        format!("no key has that name, which {HIDDEN}")
    } else {
        format!("no key is called `{}`", brief(asked))
    };
    let hint = if asked.starts_with('-') && nearest(asked, ["--unused"]).is_some() {
        "did you mean `--unused`?".to_owned()
    } else if asked.chars().count() < KeySet::LEAST_PREFIX {
        format!(
            "`authctl keys` lists them; {} or more stand for a name",
            words::count(KeySet::LEAST_PREFIX, "character")
        )
    } else {
        "`authctl keys` lists them".to_owned()
    };
    Failure::no("no_such_key", message).hint(hint)
}

/// What to do before the last key can be retired. A set of public keys gets no new one here.
fn before_the_last(keys: &KeySet) -> &'static str {
    if keys.keys().iter().any(Key::is_private) { "run `authctl keys rotate` first" } else { ELSEWHERE }
}

fn not_retired(error: RetireError, asked: &str, keys: &KeySet) -> Failure {
    match error {
        RetireError::Unknown => no_such_key(asked),
        RetireError::Last => {
            Failure::no("last_key", "the last key in use cannot be retired").hint(before_the_last(keys))
        }
    }
}

fn unused(cx: &mut Context) -> Result<Exit> {
    let now = clock::now()?;
    let mut retired = BTreeSet::new();
    let (_, new) = cx.edit_keys(|keys| {
        let (set, names) = keys
            .retire_unused(MAX_LEEWAY, now)
            .map_err(|error| Failure::no("last_key", error.to_string()))?;
        retired = names.into_iter().collect();
        Ok(set)
    })?;
    let named = || new.names().into_iter().zip(new.keys());
    if cx.console.json {
        let keys = named().filter(|(name, _)| retired.contains(name));
        let keys: Vec<KeyJson<'_>> =
            keys.map(|(name, key)| KeyJson::new(key, name, new.signing_key(), None)).collect();
        cx.console.print_json(&keys)?;
    } else {
        for (name, _) in named().filter(|(name, _)| retired.contains(name)) {
            report(format_args!("retired key `{}`: its tokens have all expired", brief(&name)));
        }
        if retired.is_empty() {
            report("no key is unused: nothing was retired");
        }
    }
    named().filter(|(_, key)| new.is_superseded(key)).for_each(|(name, key)| left(key, &name, &new, cx));
    Ok(Exit::Yes)
}

/// Says why a key that no longer signs was not retired.
fn left(key: &Key, name: &str, keys: &KeySet, cx: &Context) {
    let until = keys.tokens_until(key);
    let why = match (key.made(), until) {
        (None, _) => "it has no date, and other programs may sign with it".to_owned(),
        (_, Some(until)) => format!("tokens of it can be good until {}", until.after(MAX_LEEWAY)),
        (_, None) => "no rotation noted when its last token expires".to_owned(),
    };
    cx.console.say("note", format_args!("key `{}` is left: {why}", brief(name)));
    if key.made().is_none() || until.is_none() {
        let retire = retiring(name, cx);
        cx.console.say("hint", format_args!("run `{retire}` when no token of it is in use"));
    }
}
