//! Values that an option does not take, and what was meant.

use authctl::auth::key::Algorithm;

use crate::output::table::MARK;

/// Whether two names differ in the case of letters and in punctuation alone: `rs-256` is `RS256`.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.replace(|c: char| !c.is_alphanumeric(), "").to_lowercase();
    bare(one) == bare(other)
}

/// The list of algorithms that was meant, where each is [the same](is_same) as one.
pub(super) fn meant(option: &str, value: &str) -> Option<String> {
    if !option.starts_with("--alg ") {
        return None;
    }
    let names = value.split([',', ' ']).filter(|name| !name.is_empty());
    let known = |name: &str| {
        let all = Algorithm::ALL.into_iter().map(Algorithm::as_str).chain(["Ed25519"]);
        all.into_iter().find(|known| is_same(known, name))
    };
    names
        .map(known)
        .collect::<Option<Vec<_>>>()
        .filter(|names| !names.is_empty())
        .map(|names| names.join(","))
}

/// What to give an option or an operand whose value is in another form.
pub(super) fn hint(option: &str, value: &str) -> Option<&'static str> {
    if value.ends_with(MARK) {
        return Some("a table cut it to fit the terminal: in a pipe (`| cat`) and with `--json` it is whole");
    }
    option
        .starts_with("--expires ")
        .then_some("give the `exp` of the token, or the latest that it can be: `max_lifetime` from now")
}
