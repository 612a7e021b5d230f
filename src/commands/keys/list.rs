//! Keys as tables and JSON, without their secret parts.

use anyhow::Result;
use authctl::auth::key::{Key, KeySet, UnusableKey};
use authctl::auth::time::Timestamp;
use authctl::auth::words::brief;
use serde::Serialize;

use crate::clock;
use crate::context::Context;
use crate::error::Exit;
use crate::output::table::{Column, write_table};
use crate::output::time::{day, relative};

/// A key as scripts see it.
#[derive(Serialize)]
pub(super) struct KeyJson<'a> {
    name: String,
    kid: Option<&'a str>,
    /// Absent for a secret: it would confirm guesses at it.
    thumbprint: Option<String>,
    alg: &'static str,
    kind: String,
    part: &'static str,
    state: &'static str,
    /// When it was made.
    iat: Option<Timestamp>,
    /// Of a key that no longer signs: when its last token expires, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_until: Option<Timestamp>,
}

impl<'a> KeyJson<'a> {
    /// About `key`, which is one of `keys`.
    pub(super) fn of(key: &'a Key, keys: &KeySet) -> Self {
        Self::new(key, name(key, keys), keys.signing_key(), None)
    }

    pub(super) fn new(
        key: &'a Key,
        name: String,
        signing: Option<&Key>,
        tokens_until: Option<Timestamp>,
    ) -> Self {
        Self {
            name,
            kid: key.id(),
            thumbprint: (!key.is_symmetric()).then(|| key.thumbprint()),
            alg: key.algorithm().as_str(),
            kind: key.kind().to_string(),
            part: part(key),
            state: state(key, signing),
            iat: key.made(),
            tokens_until,
        }
    }
}

fn part(key: &Key) -> &'static str {
    match (key.is_symmetric(), key.is_private()) {
        (true, _) => "secret",
        (false, true) => "private",
        (false, false) => "public",
    }
}

/// Whether it signs, verifies, or neither. Only one key of a set signs.
fn state(key: &Key, signing: Option<&Key>) -> &'static str {
    let signs = signing.is_some_and(|signing| std::ptr::eq(signing, key));
    match (key.is_retired(), signs) {
        (true, _) => "retired",
        (false, true) => "signs",
        (false, false) => "verifies",
    }
}

/// The name of `key`, which is one of `keys`.
pub(super) fn name(key: &Key, keys: &KeySet) -> String {
    let mut named = keys.names().into_iter().zip(keys.keys());
    named.find_map(|(name, one)| std::ptr::eq(one, key).then_some(name)).unwrap_or_default()
}

/// A key of a public set that cannot be used.
#[derive(Serialize)]
struct UnusableJson<'a> {
    name: String,
    kid: Option<&'a str>,
    alg: Option<&'a str>,
    kind: &'a str,
    part: &'static str,
    state: &'static str,
    reason: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Listed<'a> {
    Usable(KeyJson<'a>),
    Unusable(UnusableJson<'a>),
}

impl<'a> UnusableJson<'a> {
    fn of(key: &'a UnusableKey) -> Self {
        Self {
            name: key.name(),
            kid: key.id(),
            alg: key.algorithm(),
            kind: key.kind(),
            part: "public",
            state: "unusable",
            reason: key.fault().to_string(),
        }
    }
}

/// Lists the keys in the order of the file, and then those that cannot be used.
pub(super) fn run(cx: &mut Context) -> Result<Exit> {
    let (keys, now) = (cx.listed_keys()?, clock::now()?);
    let signing = keys.signing_key();
    let named = || keys.keys().iter().zip(keys.names());
    if cx.console.json {
        let usable = named()
            .map(|(key, name)| Listed::Usable(KeyJson::new(key, name, signing, keys.tokens_until(key))));
        let unusable = keys.unusable().iter().map(|key| Listed::Unusable(UnusableJson::of(key)));
        cx.console.print_json(&usable.chain(unusable).collect::<Vec<_>>())?;
        return Ok(Exit::Yes);
    }
    let mut columns = vec![
        Column::cut("KEY", 10),
        Column::whole("ALG"),
        Column::lead("KIND").spare(),
        Column::whole("PART").spare(),
        Column::cut("STATE", 8),
    ];
    let has_dates = keys.keys().iter().any(|key| key.made().is_some());
    if has_dates {
        columns.extend([Column::lead("MADE").spare(), Column::whole("LAST TOKEN EXPIRES").spare()]);
    }
    let usable = named().map(|(key, name)| {
        let words = [key.algorithm().as_str(), part(key), state(key, signing)];
        let [alg, part, state] = words.map(str::to_owned);
        let made = key.made().map(|made| day(made, now)).unwrap_or_default();
        let last = match keys.tokens_until(key) {
            Some(until) => relative(until, now).to_string(),
            None if keys.is_superseded(key) => "unknown".to_owned(),
            None => String::new(),
        };
        vec![brief(&name).into_owned(), alg, key.kind().to_string(), part, state, made, last]
    });
    let unusable = keys.unusable().iter().map(|key| {
        let alg = key.algorithm().map_or("-".into(), brief).into_owned();
        let state = format!("unusable: {}", key.fault());
        vec![brief(&key.name()).into_owned(), alg, key.kind().to_owned(), "public".to_owned(), state]
    });
    let screen = cx.console.screen();
    write_table(&mut cx.console.stdout, screen, &columns, usable.chain(unusable))?;
    Ok(Exit::Yes)
}
