//! The strict reading of a users file: every table, every field, or a fault.

use std::collections::BTreeMap;

use super::fault::{Fault, FaultKind, StoreFault, shown};
use super::lines;
use super::value;
use crate::auth::password::{HashParams, PasswordHash, PasswordPolicy};
use crate::auth::scope::{Scope, ScopeSet};
use crate::auth::time::Timestamp;
use crate::auth::user::{Removed, TokenPolicy, User, UserStore, Username};
use crate::store::toml::{self, Entry, SyntaxError, Table, Tree, Value};

type Read<T> = Result<T, Fault>;

/// Reads a users file through its tree. This reader defines the format; the quick one must agree.
pub(super) fn read(text: &str) -> Result<UserStore, StoreFault> {
    // A byte order mark is not part of the first line.
    let text = lines::without_mark(text);
    let store = match Tree::parse(text) {
        Ok(tree) => store(&tree.root()),
        Err(error) => Err(syntax_fault(text, error)),
    };
    store.map_err(|fault| fault.in_text(text))
}

fn syntax_fault(text: &str, SyntaxError { message, at }: SyntaxError) -> Fault {
    let at = lines::character_at(text, at);
    Fault { at, user: user_around(text, at), kind: FaultKind::Syntax(message) }
}

/// Guesses the user whose entry holds `at`, in a text that need not be TOML: by the header above and the key in the line.
fn user_around(text: &str, at: usize) -> Option<String> {
    let start = lines::start_of(text, at);
    let line = &text[start..lines::end_of(text, at)];
    let header = |line: &str| {
        let (path, _) = line.trim_start().strip_prefix('[')?.split_once(']')?;
        toml::key_parts(path)
    };
    let path = header(line).or_else(|| {
        let mut path = text[..start].lines().rev().find_map(header).unwrap_or_default();
        let key = line.split_once('=').and_then(|(key, _)| toml::key_parts(key.trim()));
        path.extend(key.unwrap_or_default());
        Some(path)
    })?;
    match path.as_slice() {
        [users, name, ..] if users == "users" && Username::check(name).is_ok() => Some(name.clone()),
        _ => None,
    }
}

fn store(root: &Table<'_>) -> Read<UserStore> {
    let mut store = UserStore::default();
    for entry in root.entries() {
        match entry.key {
            "tokens" => store.tokens = tokens(&value::table(&entry)?)?,
            "passwords" => store.passwords = passwords(&value::table(&entry)?)?,
            "scopes" => store.scopes = Some(declared(&value::table(&entry)?)?),
            "users" => store.users = users(&value::table(&entry)?)?,
            "revoked" => store.revoked = revoked(&value::table(&entry)?)?,
            "removed" => store.removed = removed(&value::table(&entry)?)?,
            _ => return Err(unknown_at_the_top(&entry)),
        }
    }
    Ok(store)
}

fn unknown_at_the_top(entry: &Entry<'_>) -> Fault {
    match entry.node.value {
        Value::Table(_) | Value::Tables => {
            Fault::new(entry.key_span.start, FaultKind::UnknownTable(shown(entry.key)))
        }
        _ => value::unknown(entry),
    }
}

fn tokens(table: &Table<'_>) -> Read<TokenPolicy> {
    let mut policy = TokenPolicy::default();
    let mut lifetime = None;
    for entry in table.entries() {
        match entry.key {
            "issuer" => policy.issuer = Some(value::filled_text(&entry)?),
            "audience" => policy.audience = Some(value::filled_text(&entry)?),
            "type" => policy.token_type = value::token_type(&entry)?,
            "lifetime" => lifetime = Some((value::lifetime(&entry)?, entry.node.span.start)),
            "max_lifetime" => policy.max_lifetime = value::lifetime(&entry)?,
            "scope_claim" => policy.scope_claims = value::claim_paths(&entry)?,
            _ => return Err(value::unknown(&entry)),
        }
    }
    match lifetime {
        Some((lifetime, at)) if lifetime > policy.max_lifetime => {
            return Err(Fault::new(at, FaultKind::AboveMaximum));
        }
        Some((lifetime, _)) => policy.lifetime = lifetime,
        None => policy.lifetime = policy.lifetime.min(policy.max_lifetime),
    }
    Ok(policy)
}

fn passwords(table: &Table<'_>) -> Read<PasswordPolicy> {
    let mut policy = PasswordPolicy::default();
    let HashParams { memory_kib, iterations, parallelism } = &mut policy.params;
    let mut params_at = 0;
    for entry in table.entries() {
        let param = match entry.key {
            "memory_kib" => &mut *memory_kib,
            "iterations" => &mut *iterations,
            "parallelism" => &mut *parallelism,
            "min_length" => {
                // A password of so many characters, at 4 bytes each, still fits in the 4096 bytes that are read.
                policy.min_length = value::number(&entry, 1, 1024)?;
                continue;
            }
            "rehash" => {
                policy.rehash = value::boolean(&entry)?;
                continue;
            }
            _ => return Err(value::unknown(&entry)),
        };
        *param = value::number(&entry, 1, u32::MAX)?;
        params_at = entry.node.span.start;
    }
    if policy.params.are_usable() {
        Ok(policy)
    } else {
        Err(Fault::new(params_at, FaultKind::Params(policy.params)))
    }
}

fn declared(table: &Table<'_>) -> Read<BTreeMap<Scope, String>> {
    let mut scopes = BTreeMap::new();
    for entry in table.entries() {
        let scope = entry.key.parse();
        let scope = scope.map_err(|error| Fault::new(entry.key_span.start, FaultKind::Scope(error)))?;
        scopes.insert(scope, value::text(&entry)?.to_owned());
    }
    Ok(scopes)
}

fn users(table: &Table<'_>) -> Read<BTreeMap<Username, User>> {
    let mut users = BTreeMap::new();
    for entry in table.entries() {
        let name = username(&entry)?;
        let user = user(&entry, &name).map_err(|fault| fault.of_user(entry.key))?;
        users.insert(name, user);
    }
    Ok(users)
}

fn username(entry: &Entry<'_>) -> Read<Username> {
    entry.key.parse().map_err(|error| Fault::new(entry.key_span.start, FaultKind::Username(error)))
}

fn user(entry: &Entry<'_>, name: &Username) -> Read<User> {
    let (mut full_name, mut email, mut hash, mut tokens_valid_from) = (None, None, None, None);
    let (mut disabled, mut scopes, mut generation) = (false, ScopeSet::new(), 0);
    for field in value::table(entry)?.entries() {
        match field.key {
            "full_name" => full_name = Some(value::text(&field)?.to_owned()),
            "email" => email = Some(value::text(&field)?.to_owned()),
            "hashed_password" => hash = Some(PasswordHash::parse(value::text(&field)?)),
            "disabled" => disabled = value::boolean(&field)?,
            "scopes" => scopes = value::scopes(&field)?,
            "tokens_valid_from" => tokens_valid_from = Some(value::moment(&field)?),
            "generation" => generation = value::generation(&field)?,
            _ => return Err(value::unknown(&field)),
        }
    }
    Ok(User { name: name.clone(), full_name, email, hash, disabled, scopes, tokens_valid_from, generation })
}

fn missing(entry: &Entry<'_>, field: &'static str) -> Fault {
    Fault::new(entry.key_span.start, FaultKind::Missing(field))
}

fn revoked(table: &Table<'_>) -> Read<BTreeMap<String, Timestamp>> {
    let entries = table.entries();
    entries.map(|entry| Ok((entry.key.to_owned(), value::moment(&entry)?))).collect()
}

fn removed(table: &Table<'_>) -> Read<BTreeMap<Username, Removed>> {
    let entries = table.entries();
    entries.map(|entry| Ok((username(&entry)?, removed_user(&entry)?))).collect()
}

fn removed_user(entry: &Entry<'_>) -> Read<Removed> {
    let (mut generation, mut until) = (None, None);
    for field in value::table(entry)?.entries() {
        match field.key {
            "generation" => generation = Some(value::generation(&field)?),
            "until" => until = Some(value::moment(&field)?),
            _ => return Err(value::unknown(&field)),
        }
    }
    Ok(Removed {
        generation: generation.ok_or_else(|| missing(entry, "generation"))?,
        until: until.ok_or_else(|| missing(entry, "until"))?,
    })
}

#[cfg(test)]
mod tests;
