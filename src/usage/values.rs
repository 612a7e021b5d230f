//! Values that an option does not take, and what was meant.

use authctl::auth::key::Algorithm;

use crate::output::table::MARK;

/// The one of the `known` names that differs from `name` in the case of letters and in punctuation alone: of `rs-256` it is
/// `RS256`, though `ES256` is nearer by its letters.
fn alike<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let bare = |name: &str| name.replace(|c: char| !c.is_alphanumeric(), "").to_lowercase();
    let name = bare(name);
    known.into_iter().find(|known| bare(known) == name)
}

/// The one of the `valid` values that was meant.
pub(super) fn one_of<'n>(valid: &'n [String], value: &str) -> Option<&'n str> {
    let find = |value| alike(value, valid.iter().map(String::as_str));
    // RFC 9864 has that name for the one curve that `EdDSA` stands for here.
    find(value).or_else(|| alike(value, ["Ed25519"]).and_then(|_| find("EdDSA")))
}

/// The list of algorithms that was meant, where each is [`alike`] one.
pub(super) fn meant(option: &str, value: &str) -> Option<String> {
    if option != "--alg" {
        return None;
    }
    let known = || Algorithm::ALL.into_iter().map(Algorithm::as_str).chain(["Ed25519"]);
    let names = value.split([',', ' ']).filter(|name| !name.is_empty());
    let meant: Option<Vec<&str>> = names.map(|name| alike(name, known())).collect();
    meant.filter(|names| !names.is_empty()).map(|names| names.join(","))
}

/// What to give an option or an operand whose value is in another form.
pub(super) fn hint(option: &str, value: &str) -> Option<&'static str> {
    if value.ends_with(MARK) {
        return Some("a table cut it to fit the terminal: in a pipe (`| cat`) and with `--json` it is whole");
    }
    (option == "--expires")
        .then_some("give the `exp` of the token, or the latest that it can be: `max_lifetime` from now")
}
