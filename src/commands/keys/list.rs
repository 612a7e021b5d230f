//! Keys as tables and JSON. Nothing of them is shown that is secret.

use anyhow::Result;
use authctl::auth::key::{Key, KeySet};
use serde::Serialize;

use crate::context::Context;
use crate::error::Exit;
use crate::output::table::write_table;

/// What can be said of a key.
#[derive(Serialize)]
pub(super) struct KeyJson<'a> {
    name: String,
    kid: Option<&'a str>,
    /// Not of a secret: it would tell whoever guesses at it that they are right.
    thumbprint: Option<String>,
    alg: &'static str,
    kind: String,
    part: &'static str,
    state: &'static str,
}

impl<'a> KeyJson<'a> {
    /// About `key`, which is one of `keys`.
    pub(super) fn of(key: &'a Key, keys: &KeySet) -> Self {
        Self {
            name: name(key, keys),
            kid: key.id(),
            thumbprint: (!key.is_symmetric()).then(|| key.thumbprint()),
            alg: key.algorithm().as_str(),
            kind: key.kind().to_string(),
            part: part(key),
            state: state(key, keys),
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

/// What it does for tokens. Only one key of a set signs.
fn state(key: &Key, keys: &KeySet) -> &'static str {
    let signs = keys.signing_key().is_some_and(|signing| std::ptr::eq(signing, key));
    match (key.is_retired(), signs) {
        (true, _) => "retired",
        (false, true) => "signs",
        (false, false) => "verifies",
    }
}

/// What `keys retire` knows `key` by, which is one of `keys`.
pub(super) fn name(key: &Key, keys: &KeySet) -> String {
    let mut named = keys.names().into_iter().zip(keys.keys());
    named.find_map(|(name, one)| std::ptr::eq(one, key).then_some(name)).unwrap_or_default()
}

/// Lists all keys in the order of the file.
pub(super) fn run(cx: &mut Context) -> Result<Exit> {
    let keys = cx.keys()?;
    if cx.console.json {
        let list: Vec<_> = keys.keys().iter().map(|key| KeyJson::of(key, &keys)).collect();
        cx.console.print_json(&list)?;
        return Ok(Exit::Yes);
    }
    let rows = keys.keys().iter().map(|key| {
        let words = [key.algorithm().as_str(), part(key), state(key, &keys)];
        let [alg, part, state] = words.map(str::to_owned);
        vec![name(key, &keys), alg, key.kind().to_string(), part, state]
    });
    let paint = cx.console.paint();
    write_table(&mut cx.console.stdout, paint, &["KEY", "ALG", "KIND", "PART", "STATE"], rows)?;
    Ok(Exit::Yes)
}
