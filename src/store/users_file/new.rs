//! Renders a new file, a user and a value as TOML.

use crate::auth::password::PasswordHash;
use crate::auth::scope::{Scope, ScopeSet};
use crate::auth::user::{Removed, User};
use crate::store::toml;

const TOKENS: &str = "\
# The users and rules of authctl. `authctl users` changes this file and keeps what you write here.

[tokens]
# issuer = \"https://auth.example.com\"    # written into every token, and demanded of it
# audience = \"example-api\"
lifetime = \"30m\"
max_lifetime = \"24h\"
";

const SCOPES: &str = "
# All that can be granted. Without this table, anything can.
";

const NO_SCOPES: &str = "# [scopes]
# me = \"Read information about the current user.\"
";

/// Renders a new users file with comments, the scopes and perhaps a first user.
#[must_use]
pub fn new_store(scopes: &[(Scope, String)], user: Option<&User>) -> String {
    let mut text = [TOKENS, SCOPES].concat();
    if scopes.is_empty() {
        text.push_str(NO_SCOPES);
    } else {
        text.push_str("[scopes]\n");
    }
    for (scope, description) in scopes {
        let field = field(&toml::key(scope.as_str()), &quoted(description));
        text.extend([&field, "\n"]);
    }
    if let Some(user) = user {
        text.push('\n');
        text.push_str(&user_table(user, "\n"));
    }
    text
}

/// Renders `[name]` and these entries, one per line.
pub(super) fn new_table(name: &str, entries: &[(&str, String)], newline: &str) -> String {
    let mut text = format!("[{name}]{newline}");
    for (key, value) in entries {
        text.extend([&field(&toml::key(key), value), newline]);
    }
    text
}

/// `[users.name]` and its fields.
pub(super) fn user_table(user: &User, newline: &str) -> String {
    let mut text = format!("[users.{}]{newline}", toml::key(user.name.as_str()));
    for field in fields(user) {
        text.extend([&field, newline]);
    }
    text
}

/// `name = { … }`
pub(super) fn inline_user(user: &User) -> String {
    format!("{} = {{ {} }}", toml::key(user.name.as_str()), fields(user).join(", "))
}

fn fields(user: &User) -> Vec<String> {
    let text = |name, value: &Option<String>| value.as_deref().map(|value| field(name, &quoted(value)));
    let mut fields = Vec::new();
    fields.extend(text("full_name", &user.full_name));
    fields.extend(text("email", &user.email));
    let hash = user.hash.as_ref().map(PasswordHash::expose);
    fields.extend(hash.map(|hash| field("hashed_password", &quoted(hash))));
    fields.extend(user.disabled.then(|| field("disabled", "true")));
    fields.extend((!user.scopes.is_empty()).then(|| field("scopes", &array(&user.scopes))));
    fields.extend(user.tokens_valid_from.map(|from| field("tokens_valid_from", &from.to_string())));
    fields.extend((user.generation > 0).then(|| field("generation", &user.generation.to_string())));
    fields
}

/// The fields of an entry of `[removed]`.
pub(super) fn removed_fields(removed: &Removed) -> [(&'static str, String); 2] {
    [("generation", removed.generation.to_string()), ("until", removed.until.to_string())]
}

/// `{ generation = …, until = … }`
pub(super) fn inline_removed(removed: &Removed) -> String {
    let fields = removed_fields(removed).map(|(name, value)| field(name, &value));
    format!("{{ {} }}", fields.join(", "))
}

/// `name = value`
pub(super) fn field(key: &str, value: &str) -> String {
    format!("{key} = {value}")
}

pub(super) fn array(scopes: &ScopeSet) -> String {
    let scopes: Vec<String> = scopes.iter().map(|scope| quoted(scope.as_str())).collect();
    format!("[{}]", scopes.join(", "))
}

/// Renders `text` as a basic string on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                quoted.extend(["\\u", &format!("{:04X}", u32::from(control))]);
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::new_store;
    use super::{PasswordHash, User};
    use crate::auth::time::{Span, Timestamp};

    #[test]
    fn a_new_store_reads_as_what_it_was_made_of() {
        let scopes = [("me", "Read \"me\"\n\u{7}."), ("users:read", "")]
            .map(|(name, text)| (name.parse().unwrap(), text.to_owned()));
        let user = User {
            name: "a.b@c".parse().unwrap(),
            full_name: Some("\u{1b}[31m \u{85} \\ 'é'".to_owned()),
            email: None,
            hash: Some(PasswordHash::parse("!")),
            disabled: true,
            scopes: "users:read,me".parse().unwrap(),
            tokens_valid_from: Timestamp::new(1_795_294_800),
            generation: 7,
        };
        let text = new_store(&scopes, Some(&user));
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{85}']));
        let store = parse(&text).unwrap();
        assert_eq!(store.tokens.lifetime, Span::minutes(30));
        assert_eq!(store.scopes.unwrap().into_iter().collect::<Vec<_>>(), scopes);
        assert_eq!(store.users["a.b@c"], user);
    }

    #[test]
    fn a_new_store_without_scopes_or_users_restricts_nothing() {
        let store = parse(&new_store(&[], None)).unwrap();
        assert!(store.scopes.is_none() && store.users.is_empty());
    }
}
