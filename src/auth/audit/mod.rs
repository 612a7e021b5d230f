//! What an auditor says of keys and users: nothing here keeps a token from being good, and each is a risk.

use std::collections::BTreeMap;

use super::key::{Key, KeyKind, KeySet};
use super::password::HashFault;
use super::revoke::is_over;
use super::time::{Span, Timestamp};
use super::user::{User, UserStore, Username};
use super::words;

/// One thing to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What scripts know it by. It never changes.
    pub code: &'static str,
    /// Lower case, no final period, values in backticks.
    pub message: String,
    /// What mends it.
    pub fix: Fix,
    /// What it is about.
    pub about: About,
}

/// What mends a finding: commands, or something else to do, or either of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// Of each the arguments of `authctl`. A word in capitals stands for something to be chosen.
    pub commands: Vec<Vec<String>>,
    /// To be read after "or", or alone.
    pub otherwise: Option<String>,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The keys.
    Keys,
    /// The store as a whole.
    Store,
    /// One user; of several the one to change.
    User(Username),
}

impl Fix {
    fn command<const N: usize>(words: [&str; N]) -> Self {
        Self { commands: vec![words.map(str::to_owned).to_vec()], otherwise: None }
    }

    /// Of `authctl users`: the command, the user's name and what else comes after it, and options.
    fn of_user<const N: usize>(command: &str, operands: &[&str], options: [&str; N]) -> Self {
        let mut words = vec!["users", command];
        if operands.iter().any(|word| word.starts_with('-')) {
            // A name or a scope may start as an option does.
            words.extend(options);
            words.push("--");
            words.extend(operands);
        } else {
            words.extend(operands);
            words.extend(options);
        }
        Self { commands: vec![words.into_iter().map(str::to_owned).collect()], otherwise: None }
    }

    fn then(mut self, then: Self) -> Self {
        self.commands.extend(then.commands);
        self
    }

    fn other(text: impl Into<String>) -> Self {
        Self { commands: Vec::new(), otherwise: Some(text.into()) }
    }

    fn or(self, text: impl Into<String>) -> Self {
        Self { otherwise: Some(text.into()), ..self }
    }
}

/// Faults of keys and store together: each is sound alone.
#[must_use]
pub fn audit_both(keys: &KeySet, store: &UserStore) -> Vec<Finding> {
    let paths = &store.tokens.scope_claims;
    let names_scope = paths.is_empty() || paths.iter().any(|path| path.as_str() == "scope");
    let finding = (keys.signing_key().is_some() && !names_scope).then(|| Finding {
        code: "scope_claim",
        message: "`scope_claim` does not name `scope`: tokens signed with this key permit nothing".to_owned(),
        fix: Fix::other("add `scope` to `scope_claim` in the `[tokens]` of the store"),
        about: About::Store,
    });
    finding.into_iter().collect()
}

/// Findings about the keys. Retired keys do no harm.
#[must_use]
pub fn audit_keys(keys: &KeySet, now: Timestamp) -> Vec<Finding> {
    let in_use = || keys.keys().iter().filter(|key| !key.is_retired());
    let mut findings = Vec::new();
    let mut find = |code, message, fix| findings.push(Finding { code, message, fix, about: About::Keys });
    if in_use().next().is_none() {
        let fix = if keys.keys().iter().any(Key::is_private) {
            Fix::command(["keys", "rotate"])
        } else {
            Fix::other("copy `authctl keys public` from the machine that issues tokens")
        };
        find("only_retired_keys", "all keys are retired: no token is good".to_owned(), fix);
    }
    for key in keys.unusable() {
        let message = format!("{key} cannot be used: {}", key.fault());
        let fix = Fix::other("remove it from the set, if no token is signed with it");
        find("unusable_key", message, fix);
    }
    let signing = keys.signing_key().map(Key::thumbprint);
    let replace = |key: &Key, name: &str| {
        let retire = Fix::command(["keys", "retire", name]);
        let signs = signing == Some(key.thumbprint());
        if signs { Fix::command(["keys", "rotate"]).then(retire) } else { retire }
    };
    let names = keys.names();
    for (key, name) in keys.keys().iter().zip(&names).filter(|(key, _)| !key.is_retired()) {
        if let Some(weakness) = key.weakness() {
            find("weak_key", weakness.to_string(), replace(key, name));
        }
        if let KeyKind::Rsa { bits } = key.kind()
            && bits < 3072
            && now >= END_OF_RSA_2048
        {
            let message = format!("an RSA key of {bits} bits is too weak since 2031");
            find("small_rsa_key", message, replace(key, name));
        }
    }
    findings
}

/// 2031-01-01T00:00:00Z: NIST lets 112 bits of strength stand until the end of 2030 (SP 800-57, part 1, 5.6.3).
const END_OF_RSA_2048: Timestamp = match Timestamp::new(1_924_992_000) {
    Some(moment) => moment,
    None => Timestamp::MAX,
};

/// Clocks differ a little, and a user who was just signed out may be ahead.
const CLOCK_DIFFERENCE: Span = Span::minutes(1);

/// What is wrong with the store: with the whole of it first, then with users in the order of their names.
///
/// Of disabled users only that counts which would be a risk as soon as they are enabled, or the store leaks.
#[must_use]
pub fn audit_store(store: &UserStore, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    audit_policy(store, &mut findings);
    audit_revoked(store, now, &mut findings);
    let start = findings.len();
    for user in store.users.values() {
        audit_hash(user, store, &mut findings);
        audit_scopes(user, store, &mut findings);
        audit_sign_out(user, now, &mut findings);
    }
    audit_doubles(store, &mut findings);
    // It is stable, so that what is said of one user keeps its order.
    findings[start..].sort_by(|a, b| a.user().cmp(&b.user()));
    findings
}

impl Finding {
    /// The user it is about, if it is one.
    #[must_use]
    pub fn user(&self) -> Option<&Username> {
        match &self.about {
            About::User(name) => Some(name),
            About::Keys | About::Store => None,
        }
    }

    fn of_user(code: &'static str, user: &User, message: String, fix: Fix) -> Self {
        Self { code, message, fix, about: About::User(user.name.clone()) }
    }
}

fn audit_policy(store: &UserStore, findings: &mut Vec<Finding>) {
    let policy = store.passwords;
    let mut find = |code, message, fix| findings.push(Finding { code, message, fix, about: About::Store });
    if !policy.params.are_strong() {
        find(
            "weak_password_policy",
            format!("new hashes cost `{}`, below the minimum of OWASP", policy.params),
            Fix::other("set `memory_kib = 65536`, `iterations = 3` and `parallelism = 4` in `[passwords]`"),
        );
    }
    if policy.min_length < 8 {
        find(
            "short_passwords",
            format!("a new password may have {}", words::count(policy.min_length as usize, "character")),
            Fix::other("set `min_length = 8` or more in `[passwords]`"),
        );
    }
}

fn audit_revoked(store: &UserStore, now: Timestamp, findings: &mut Vec<Finding>) {
    let over = store.revoked.values().filter(|expires| is_over(**expires, now)).count();
    if over > 0 {
        findings.push(Finding {
            code: "expired_revocations",
            message: format!("{} in `[revoked]` expired long ago", words::count(over, "token")),
            fix: Fix::command(["revoke", "--prune"]),
            about: About::Store,
        });
    }
}

fn audit_hash(user: &User, store: &UserStore, findings: &mut Vec<Finding>) {
    let name = user.name.as_str();
    // A user without a password is a service.
    let Some(hash) = &user.hash else { return };
    match (hash.fault(), hash.shortfall(&store.passwords)) {
        (Some(_), _) if user.disabled => {}
        (Some(fault), _) => {
            let fix = match fault {
                HashFault::Locked => Fix::of_user("disable", &[name], []).or("set a password"),
                _ => Fix::of_user("passwd", &[name], []),
            };
            let message = format!("user `{name}` cannot log in: {fault}");
            findings.push(Finding::of_user("unusable_hash", user, message, fix));
        }
        (None, Some(shortfall)) => {
            let fix = Fix::of_user("passwd", &[name], []);
            let fix = if store.passwords.rehash {
                fix.or("wait for the next login, which renews it")
            } else {
                fix.or("set `rehash = true` in `[passwords]`, and the next login renews it")
            };
            let message = format!("the hash of user `{name}` is outdated: {shortfall}");
            findings.push(Finding::of_user("outdated_hash", user, message, fix));
        }
        (None, None) => {}
    }
}

fn audit_scopes(user: &User, store: &UserStore, findings: &mut Vec<Finding>) {
    let name = user.name.as_str();
    let undeclared: Vec<&str> = user
        .scopes
        .iter()
        .filter(|scope| !store.is_declared(scope))
        .map(super::scope::Scope::as_str)
        .collect();
    if !undeclared.is_empty() {
        let message =
            format!("user `{name}` is granted {}, not declared in `[scopes]`", words::list(&undeclared));
        let fix = Fix::of_user("revoke", &[name, &undeclared.join(",")], [])
            .or(format!("declare {} in `[scopes]`", if undeclared.len() == 1 { "it" } else { "them" }));
        findings.push(Finding::of_user("undeclared_scope", user, message, fix));
    }
    // Where there are no scopes at all, tokens say who somebody is, and that is all they are to say.
    let has_scopes = store.scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
    if user.scopes.is_empty() && !user.disabled && has_scopes {
        let fix = Fix::of_user("grant", &[name, "SCOPE"], []).or("disable whoever is to do nothing");
        let message = format!("user `{name}` has no scope: their tokens permit nothing");
        findings.push(Finding::of_user("no_scope", user, message, fix));
    }
}

fn audit_sign_out(user: &User, now: Timestamp, findings: &mut Vec<Finding>) {
    if let Some(from) = user.tokens_valid_from
        && from > now.after(CLOCK_DIFFERENCE)
    {
        let message = format!("no token of another issuer for user `{}` is good before {from}", user.name);
        let fix = Fix::other("correct `tokens_valid_from` in the store, or the clock of this machine");
        findings.push(Finding::of_user("valid_from_in_future", user, message, fix));
    }
}

/// Users whom people confuse.
fn audit_doubles(store: &UserStore, findings: &mut Vec<Finding>) {
    let all = || store.users.values();
    let enabled = || all().filter(|user| !user.disabled);
    for group in groups(all(), |user| Some(user.name.as_str())) {
        let is_closed = |user: &&&User| user.disabled || user.usable_hash().is_none();
        let Some(last) = group.iter().find(is_closed).or(group.last()) else { continue };
        let fix = Fix::of_user("remove", &[last.name.as_str()], [])
            .or("add them under another name first, if they are somebody else");
        let message = format!("the names of users {} differ in case only", names(&group));
        findings.push(Finding::of_user("case_twins", last, message, fix));
    }
    for group in groups(enabled(), |user| user.email.as_deref()) {
        let Some(last) = group.last() else { continue };
        let fix = Fix::of_user("set", &[last.name.as_str()], ["--email", "ADDRESS"]);
        let message = format!("users {} have the same email", names(&group));
        findings.push(Finding::of_user("doubled_email", last, message, fix));
    }
    for group in groups(enabled(), |user| user.full_name.as_deref()) {
        let Some(last) = group.last() else { continue };
        let fix = Fix::of_user("set", &[last.name.as_str()], ["--full-name", "NAME"]);
        let message = format!("users {} have the same full name", names(&group));
        findings.push(Finding::of_user("doubled_full_name", last, message, fix));
    }
}

/// Users for whom `text` says the same, but for case and the spaces around it.
fn groups<'a>(
    users: impl Iterator<Item = &'a User>,
    text: impl Fn(&'a User) -> Option<&'a str>,
) -> impl Iterator<Item = Vec<&'a User>> {
    let mut groups: BTreeMap<String, Vec<&User>> = BTreeMap::new();
    for user in users {
        let text = text(user).map(|text| text.trim().to_lowercase());
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            groups.entry(text).or_default().push(user);
        }
    }
    groups.into_values().filter(|group| group.len() > 1)
}

fn names(group: &[&User]) -> String {
    words::list(group.iter().map(|user| &user.name))
}

#[cfg(test)]
mod tests;
