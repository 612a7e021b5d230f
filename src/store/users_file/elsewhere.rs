//! A users file that only says where the users are: `users = "postgres://…"`.

use secrecy::SecretString;

use super::fault::{Fault, FaultKind, StoreFault};
use super::lines;
use crate::store::toml::{Tree, Value};

/// The longest text that is looked at: a longer one has users in it.
pub const MAX_POINTER_BYTES: u64 = 64 << 10;

/// The URL of a text that has nothing but `users = "…"`. It may have a password in it. `None` if the text begins
/// otherwise: then it is a users file, or none at all.
///
/// # Errors
///
/// A fault at what stands beside it.
pub fn elsewhere(text: &str) -> Result<Option<SecretString>, StoreFault> {
    let text = lines::without_mark(text);
    let mut lines =
        text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // Before any table, since it is in none.
    let Some(value) = lines.next().and_then(|line| line.strip_prefix("users")).map(str::trim_start) else {
        return Ok(None);
    };
    let Some(Ok(tree)) = value.starts_with('=').then(|| Tree::parse(text)) else { return Ok(None) };
    let root = tree.root();
    let Some(users) = root.entry("users") else { return Ok(None) };
    let Value::Text(url) = users.node.value else { return Ok(None) };
    let other = root.entries().find(|entry| entry.key != "users");
    match other {
        Some(other) => Err(Fault::new(other.key_span.start, FaultKind::Elsewhere).in_text(text)),
        None => Ok(Some(SecretString::from(url))),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::elsewhere;

    #[test]
    fn a_text_says_where_the_users_are_and_nothing_else() {
        let url = |text| elsewhere(text).unwrap().map(|url| url.expose_secret().to_owned());
        let found = Some("postgres://h/d".to_owned());
        assert_eq!(url("users = \"postgres://h/d\""), found);
        assert_eq!(url("\u{feff}# ours\n\n  users='postgres://h/d' # there\n"), found);
        for other in [
            "",
            "[users.a]\n",
            "users = {}\n",
            "users.a = {}\n",
            "[tokens]\nusers = 'x'\n",
            "users = 'x",
            "usersx = 'y'",
        ] {
            assert_eq!(url(other), None, "{other}");
        }
        let fault = elsewhere("users = 's3cret'\n[tokens]\n").unwrap_err().to_string();
        assert_eq!(fault, "line 2, column 2: the users are elsewhere: only `users` can stand here");
    }
}
