//! A whole store as the text of a users file, a piece at a time: there may be very many users.

use super::new::{field, inline_removed, new_table, quoted, user_table};
use crate::auth::password::PasswordPolicy;
use crate::auth::user::{TokenPolicy, User, UserStore};

/// The begin of a users file: the policies and the declared scopes of `store`.
#[must_use]
pub fn export_policies(store: &UserStore) -> String {
    let mut text = tokens_table(&store.tokens);
    text.extend(["\n", &passwords_table(store.passwords)]);
    if let Some(scopes) = &store.scopes {
        let scopes: Vec<_> = scopes.iter().map(|(name, text)| (name.as_str(), quoted(text))).collect();
        text.extend(["\n", &new_table("scopes", &scopes, "\n")]);
    }
    text
}

/// A user of a users file, after a blank line.
#[must_use]
pub fn export_user(user: &User) -> String {
    format!("\n{}", user_table(user, "\n"))
}

/// The end of a users file: the revoked tokens and the removed users, each after a blank line.
#[must_use]
pub fn export_records(store: &UserStore) -> String {
    let UserStore { revoked, removed, .. } = store;
    let mut text = String::new();
    if !revoked.is_empty() {
        let revoked: Vec<_> =
            revoked.iter().map(|(id, expires)| (id.as_str(), expires.to_string())).collect();
        text.extend(["\n", &new_table("revoked", &revoked, "\n")]);
    }
    if !removed.is_empty() {
        let removed: Vec<_> =
            removed.iter().map(|(name, removed)| (name.as_str(), inline_removed(removed))).collect();
        text.extend(["\n", &new_table("removed", &removed, "\n")]);
    }
    text
}

fn tokens_table(policy: &TokenPolicy) -> String {
    let TokenPolicy { issuer, audience, token_type, lifetime, max_lifetime, scope_claims } = policy;
    let mut fields = Vec::new();
    fields.extend(issuer.as_deref().map(|issuer| ("issuer", quoted(issuer))));
    fields.extend(audience.as_deref().map(|audience| ("audience", quoted(audience))));
    fields.push(("type", quoted(token_type.as_str())));
    fields.push(("lifetime", quoted(&lifetime.written())));
    fields.push(("max_lifetime", quoted(&max_lifetime.written())));
    if !scope_claims.is_empty() {
        let paths: Vec<String> = scope_claims.iter().map(|path| quoted(path.as_str())).collect();
        fields.push(("scope_claim", format!("[{}]", paths.join(", "))));
    }
    new_table("tokens", &fields, "\n")
}

fn passwords_table(policy: PasswordPolicy) -> String {
    let PasswordPolicy { params, min_length, rehash } = policy;
    let fields = [
        ("memory_kib", params.memory_kib.to_string()),
        ("iterations", params.iterations.to_string()),
        ("parallelism", params.parallelism.to_string()),
        ("min_length", min_length.to_string()),
        ("rehash", rehash.to_string()),
    ];
    let lines: Vec<String> = fields.iter().map(|(name, value)| field(name, value)).collect();
    format!("[passwords]\n{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::super::samples::{Random, usual};
    use super::{export_policies, export_records, export_user};

    #[test]
    fn policies_are_written_whole_with_lengths_of_time_as_a_person_writes_them() {
        let written = |text: &str| export_policies(&parse(text).unwrap());
        let passwords = "[passwords]\nmemory_kib = 65536\niterations = 3\nparallelism = 4\nmin_length = 8\nrehash = false\n";
        assert_eq!(
            written(""),
            format!("[tokens]\ntype = \"JWT\"\nlifetime = \"30m\"\nmax_lifetime = \"24h\"\n\n{passwords}")
        );
        let tokens = "[tokens]\ntype = \"JWT\"\nlifetime = \"90s\"\nmax_lifetime = \"7d\"\n";
        let scopes = "[scopes]\nme = \"\"\n";
        let text = format!("{tokens}\n{passwords}\n{scopes}");
        assert_eq!(written(&text), text);
    }

    #[test]
    fn what_is_exported_reads_as_the_store_does() {
        let mut random = Random(11);
        let mut users = 0;
        for _ in 0..2_000 {
            let Ok(store) = parse(&usual(&mut random)) else { continue };
            users += store.users.len();
            let users: String = store.users.values().map(export_user).collect();
            let text = [export_policies(&store), users, export_records(&store)].concat();
            assert_eq!(parse(&text), Ok(store), "{text}");
        }
        assert!(users > 1_000, "{users}");
    }
}
