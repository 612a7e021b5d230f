//! Hints about the names of fields and tables in a user store that is not valid.

use authctl::store::users_file::{FaultKind, StoreFault};

use crate::output::alike::nearest;

/// The tables of a user store, as a hint names them, and their fields.
const TABLES: [(&str, &[&str]); 4] = [
    ("`[tokens]`", &["issuer", "audience", "type", "lifetime", "max_lifetime", "scope_claim"]),
    ("`[passwords]`", &["memory_kib", "iterations", "parallelism", "min_length", "rehash"]),
    (
        OF_USER,
        &["full_name", "email", "hashed_password", "disabled", "scopes", "tokens_valid_from", "generation"],
    ),
    ("an entry of `[removed]`", &["generation", "until"]),
];

const OF_USER: &str = "the table of a user, such as `[users.johndoe]`";

/// The names at the top of a user store.
const TOP: [&str; 6] = ["tokens", "passwords", "scopes", "users", "revoked", "removed"];

/// The name that was meant, or the table that has the field.
pub(super) fn hint(fault: &StoreFault) -> Option<String> {
    match &fault.kind {
        FaultKind::UnknownTable(name) => nearest(name, TOP).map(did_you_mean),
        FaultKind::UnknownField(name) => {
            let home = TABLES.iter().find(|(_, fields)| fields.contains(&name.as_str()));
            if let Some((table, _)) = home {
                return Some(format!("`{name}` belongs into {table}"));
            }
            // Where a user has the fault, the fields of users are the ones that were meant.
            let can_be = |table: &str| fault.user.is_none() || table == OF_USER;
            let fields = TABLES.iter().filter(|(table, _)| can_be(table)).flat_map(|(_, fields)| *fields);
            nearest(name, fields.copied()).map(did_you_mean)
        }
        _ => None,
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

#[cfg(test)]
mod tests {
    use authctl::store::users_file::{FaultKind, parse};

    use super::{OF_USER, TABLES, TOP, hint};

    fn said(store: &str) -> String {
        hint(&parse(store).unwrap_err()).unwrap_or_default()
    }

    #[test]
    fn a_misspelt_name_and_a_field_elsewhere_are_told_apart() {
        for (store, wanted) in [
            ("[tokens]\nmax_lifetme = '1h'\n", "did you mean `max_lifetime`?"),
            ("[tokens]\nIssuer = 'us'\n", "did you mean `issuer`?"),
            ("[passwords]\nmemory = 65536\n", "did you mean `memory_kib`?"),
            ("[users.a]\ndisable = true\n", "did you mean `disabled`?"),
            ("[token]\n", "did you mean `tokens`?"),
            ("[users.a]\nlifetime = '1h'\n", "`lifetime` belongs into `[tokens]`"),
            ("lifetime = '1h'\n", "`lifetime` belongs into `[tokens]`"),
            ("[tokens]\nrehash = true\n", "`rehash` belongs into `[passwords]`"),
            ("[tokens]\nzzz = true\n", ""),
            ("[qqq]\n", ""),
            ("tokens = 1\n", ""),
        ] {
            assert_eq!(said(store), wanted, "{store}");
        }
    }

    #[test]
    fn each_name_is_one_that_the_reader_knows() {
        let is_known = |store: &str| {
            let kind = parse(store).map_err(|fault| fault.kind);
            !matches!(kind, Err(FaultKind::UnknownField(_) | FaultKind::UnknownTable(_)))
        };
        for (table, fields) in TABLES {
            let header = match table {
                OF_USER => "[users.a]",
                "an entry of `[removed]`" => "[removed.a]",
                _ => table.trim_matches('`'),
            };
            assert!(!is_known(&format!("{header}\nx = 1\n")), "{table}");
            for field in fields {
                assert!(is_known(&format!("{header}\n{field} = {{}}\n")), "{table} {field}");
            }
        }
        assert!(TOP.iter().all(|table| is_known(&format!("[{table}]\n"))));
    }
}
