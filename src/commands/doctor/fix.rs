//! What mends a finding: commands to run as they stand, or something else to do.

use authctl::auth::audit::{Finding, NamedKey};
use authctl::auth::password::HashFault;
use authctl::auth::scope::Scope;
use authctl::auth::user::Username;

use crate::files::Files;
use crate::output::shell::quoted;

/// A shared secret is mended on both sides.
const NEW_SECRET: &str =
    "give authctl and every server that shares the secret a new one, as `openssl rand -hex 32` prints";

/// What mends a finding: commands, or something else to do, or either of the two.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fix {
    /// Reads before all else.
    first: Option<&'static str>,
    /// The arguments of `authctl` for each. A word in capitals is to be chosen.
    commands: Vec<Vec<String>>,
    /// Reads after "or", or alone.
    otherwise: Option<String>,
}

impl Fix {
    /// The fix of a finding.
    pub(super) fn of(finding: &Finding) -> Self {
        match finding {
            Finding::OnlyRetiredKeys { has_private: true } => Self::command(&["keys", "rotate"]),
            Finding::OnlyRetiredKeys { has_private: false } => {
                Self::other("copy `authctl keys public` from the machine that issues tokens")
            }
            Finding::UnusableKey { .. } => {
                Self::other("remove it from the set, if no token is signed with it")
            }
            // Another algorithm would leave out the servers that share the secret.
            Finding::WeakKey { key, .. } => Self { first: Some(NEW_SECRET), ..Self::replace(key) },
            Finding::SmallRsaKey { key, .. } => Self::replace(key),
            Finding::ScopeClaim => Self::other("add `scope` to `scope_claim` in the `[tokens]` of the store"),
            Finding::WeakPasswordPolicy(_) => Self::other(
                "set `memory_kib = 65536`, `iterations = 3` and `parallelism = 4` in `[passwords]`",
            ),
            Finding::ShortPasswords(_) => Self::other("set `min_length = 8` or more in `[passwords]`"),
            Finding::ExpiredRevocations(_) => Self::command(&["revoke", "--prune"]),
            Finding::UnusableHash { user, fault: HashFault::Locked } => {
                Self::of_user("disable", user, None, &[]).or("set a password")
            }
            Finding::UnusableHash { user, .. } => Self::of_user("passwd", user, None, &[]),
            Finding::OutdatedHash { user, is_replaced, .. } => {
                Self::of_user("passwd", user, None, &[]).or(if *is_replaced {
                    "wait for the next login, which renews it"
                } else {
                    "set `rehash = true` in `[passwords]`, and the next login renews it"
                })
            }
            Finding::UndeclaredScopes { user, scopes } => {
                let list = scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(",");
                let them = if scopes.len() == 1 { "it" } else { "them" };
                Self::of_user("ungrant", user, Some(&list), &[]).or(&format!("declare {them} in `[scopes]`"))
            }
            Finding::NoScope { user } => {
                Self::of_user("grant", user, Some("SCOPE"), &[]).or("disable a user who needs no token")
            }
            Finding::ValidFromInFuture { .. } => {
                Self::other("correct `tokens_valid_from` in the store, or the clock of this machine")
            }
            Finding::CaseTwins { change, .. } => Self::of_user("remove", change, None, &[])
                .or("add them under another name first, if they are another person"),
            Finding::DoubledEmail { change, .. } => {
                Self::of_user("set", change, None, &["--email", "ADDRESS"])
            }
            Finding::DoubledFullName { change, .. } => {
                Self::of_user("set", change, None, &["--full-name", "NAME"])
            }
        }
    }

    /// The fix of a finding about the key in `AUTHCTL_SECRET_KEY`, which no command can change.
    pub(super) fn of_variable(finding: &Finding) -> Self {
        match finding {
            Finding::WeakKey { .. } => Self::other(
                "set `AUTHCTL_SECRET_KEY`, and the key of every server that shares it, to what `openssl rand -hex 32` prints",
            ),
            finding => match Self::of(finding) {
                Self { commands, otherwise: Some(otherwise), .. } if commands.is_empty() => {
                    Self::other(&otherwise)
                }
                _ => Self::other("replace the keys in `AUTHCTL_SECRET_KEY`"),
            },
        }
    }

    /// What to do, as a hint. Its commands are about the same files as this one.
    pub(super) fn hint(self, files: &Files) -> String {
        let commands: Vec<String> =
            self.commands.iter().map(|words| format!("`{}`", command_line(words, files))).collect();
        let run = (!commands.is_empty()).then(|| format!("run {}", commands.join(", then ")));
        let ways = [self.first.map(str::to_owned), run, self.otherwise];
        ways.into_iter().flatten().collect::<Vec<_>>().join(", or ")
    }

    fn command(words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { first: None, commands: vec![words], otherwise: None }
    }

    fn other(text: &str) -> Self {
        Self { first: None, commands: Vec::new(), otherwise: Some(text.to_owned()) }
    }

    /// Retires the key. One that signs is replaced first.
    fn replace(key: &NamedKey) -> Self {
        let end: &[&str] = if key.name.starts_with('-') { &["--", &key.name] } else { &[&key.name] };
        let mut fix = Self::command(&[&["keys", "retire"], end].concat());
        if key.signs {
            fix.commands.insert(0, vec!["keys".to_owned(), "rotate".to_owned()]);
        }
        fix
    }

    /// A command of `authctl users` about `user`, with another operand and options.
    fn of_user(command: &str, user: &Username, operand: Option<&str>, options: &[&str]) -> Self {
        let operands: Vec<&str> = std::iter::once(user.as_str()).chain(operand).collect();
        // A name or a scope may start as an option does.
        let [first, second, third]: [&[&str]; 3] = if operands.iter().any(|word| word.starts_with('-')) {
            [options, &["--"], &operands]
        } else {
            [&operands, options, &[]]
        };
        Self::command(&[&["users", command], first, second, third].concat())
    }

    fn or(self, text: &str) -> Self {
        Self { otherwise: Some(text.to_owned()), ..self }
    }
}

/// A command line that is about the same files as this one.
fn command_line(words: &[String], files: &Files) -> String {
    files.command(words.iter().map(|word| quoted(word)).collect())
}

#[cfg(test)]
mod tests {
    use authctl::auth::audit::{Finding, NamedKey};
    use authctl::auth::key::Weakness;
    use authctl::auth::password::{HashFault, Shortfall};

    use super::{Fix, NEW_SECRET};

    #[track_caller]
    fn case(finding: &Finding, expected: &str) {
        let fix = Fix::of(finding);
        let commands = fix.commands.iter().map(|words| words.join(" "));
        let first = fix.first.into_iter().map(str::to_owned);
        let said: Vec<String> = first.chain(commands).chain(fix.otherwise).collect();
        assert_eq!(said.join(" / "), expected);
    }

    #[test]
    fn a_fix_is_a_command_or_something_else_to_do() {
        let user = |name: &str| name.parse().unwrap();
        let key = |signs| NamedKey { name: "a".to_owned(), signs };
        let (key_of, weakness) = (key(true), Weakness::Published);
        case(
            &Finding::WeakKey { key: key_of, weakness },
            &format!("{NEW_SECRET} / keys rotate / keys retire a"),
        );
        case(&Finding::SmallRsaKey { key: key(false), bits: 2048 }, "keys retire a");
        case(&Finding::SmallRsaKey { key: key(true), bits: 2048 }, "keys rotate / keys retire a");
        case(&Finding::OnlyRetiredKeys { has_private: true }, "keys rotate");
        case(
            &Finding::OnlyRetiredKeys { has_private: false },
            "copy `authctl keys public` from the machine that issues tokens",
        );
        case(
            &Finding::UnusableHash { user: user("a"), fault: HashFault::Locked },
            "users disable a / set a password",
        );
        case(&Finding::UnusableHash { user: user("a"), fault: HashFault::Unknown }, "users passwd a");
        for (is_replaced, otherwise) in [
            (true, "wait for the next login, which renews it"),
            (false, "set `rehash = true` in `[passwords]`, and the next login renews it"),
        ] {
            let shortfall = Shortfall::Salt(8);
            let finding = Finding::OutdatedHash { user: user("a"), shortfall, is_replaced };
            case(&finding, &format!("users passwd a / {otherwise}"));
        }
        for (scopes, expected) in [
            ("x", "users ungrant a x / declare it in `[scopes]`"),
            ("x,y", "users ungrant a x,y / declare them in `[scopes]`"),
            ("-x", "users ungrant -- a -x / declare it in `[scopes]`"),
        ] {
            let finding = Finding::UndeclaredScopes { user: user("a"), scopes: scopes.parse().unwrap() };
            case(&finding, expected);
        }
        let users = || vec![user("-a"), user("-b")];
        case(
            &Finding::DoubledEmail { users: users(), change: user("-b") },
            "users set --email ADDRESS -- -b",
        );
        case(&Finding::DoubledFullName { users: users(), change: user("b") }, "users set b --full-name NAME");
        case(
            &Finding::CaseTwins { users: users(), change: user("b") },
            "users remove b / add them under another name first, if they are another person",
        );
    }
}
