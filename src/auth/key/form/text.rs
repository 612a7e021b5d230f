//! The marks of texts that are not a secret.

use serde::de::IgnoredAny;

use super::{decoded, label, password_hash};
use crate::auth::key::Look;

/// How OpenSSH writes a public key, and `PuTTY` and SSH2 a key of theirs.
const SSH: [(&str, Look); 8] = [
    ("ssh-rsa ", Look::OpenSshPublic),
    ("ssh-ed25519 ", Look::OpenSshEd25519),
    ("ssh-dss ", Look::OpenSsh),
    ("ecdsa-sha2-", Look::OpenSshPublic),
    ("sk-ssh-", Look::OpenSsh),
    ("sk-ecdsa-", Look::OpenSsh),
    ("---- BEGIN SSH2", Look::OpenSsh),
    ("PuTTY-User-Key-File", Look::OpenSsh),
];

/// The look of all of `text`.
pub(super) fn whole(text: &str) -> Option<Look> {
    let first = text.chars().next()?;
    let is_markup_start =
        ["<!doctype", "<!--", "<?xml", "<html"].iter().any(|start| starts_with(text, start))
            || starts_with_tag(text);
    if let Some((_, look)) = SSH.iter().find(|(start, _)| text.starts_with(start)) {
        return Some(*look);
    }
    match () {
        () if text.len() > 1 && text.chars().all(|c| c == first) => Some(Look::Repeated),
        () if is_markup_start => Some(Look::Markup),
        () if first == '[' && serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            Some(part(text).unwrap_or(Look::Json))
        }
        () if is_quoted(text) => Some(Look::Quoted),
        () if is_reference(text) => Some(Look::Placeholder),
        () if has_scheme(text) => Some(Look::Url),
        () if is_path(text) => Some(Look::Path),
        () if is_assignment(text, '=') => Some(Look::Assignment),
        () => label::look(text)
            .or_else(|| part(text))
            .or_else(|| is_placeholder(text).then_some(Look::Placeholder))
            .or_else(|| is_assignment(text, ':').then_some(Look::Assignment)),
    }
}

/// The look of `text` or of a part of it.
pub(super) fn part(text: &str) -> Option<Look> {
    // Inside a JSON string, quotes are escaped.
    let plain = text.replace('\\', "");
    let contains = |word: &str| plain.contains(word);
    match () {
        () if contains("-----BEGIN") || contains("-----END") || is_misspelt_pem(&plain) => Some(Look::Pem),
        () if has_jwk(&plain) => Some(Look::Jwk),
        () if has_token(text) => Some(Look::Jwt),
        () if has_member(&plain) => Some(Look::Json),
        () if password_hash::is_in(text) => Some(Look::PasswordHash),
        () if ["http://", "https://"].iter().any(|scheme| find(text, scheme)) => Some(Look::Url),
        () if has_end_tag(text) => Some(Look::Markup),
        () if text.lines().any(is_field) => Some(Look::Yaml),
        () => None,
    }
}

/// Whether `text` begins with `<name>`, `<name/>` or `<name ` and has more.
fn starts_with_tag(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('<') else { return false };
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let after = &rest[length..];
    let is_named = rest.starts_with(|first: char| first.is_ascii_alphabetic());
    is_named && after.len() > 2 && [">", "/>", " "].iter().any(|end| after.starts_with(end))
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

fn find(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// An edge of a PEM block with other dashes, blanks or case.
fn is_misspelt_pem(text: &str) -> bool {
    const LABELS: [&str; 5] = ["publickey", "rsapublickey", "certificate", "privatekey", "rsaprivatekey"];
    let letters = text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase());
    let letters: zeroize::Zeroizing<String> = zeroize::Zeroizing::new(letters.collect());
    ["begin", "end"].iter().any(|edge| {
        letters
            .match_indices(edge)
            .any(|(at, _)| LABELS.iter().any(|label| letters[at + edge.len()..].starts_with(label)))
    })
}

/// Whether there is a member `kty`, as JSON, YAML or JavaScript writes it.
fn has_jwk(text: &str) -> bool {
    text.match_indices("kty").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start_matches(['"', '\'']).trim_start();
        rest.starts_with([':', '='])
    })
}

/// Whether there is a member of JSON: a name in quotes where one can be, a colon, and the start of a value.
fn has_member(text: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte);
    let is_start = |byte: u8| byte.is_ascii_alphanumeric() || b"\"'{[-".contains(&byte);
    ['"', '\''].into_iter().any(|quote| {
        let pieces: Vec<&str> = text.split(quote).collect();
        pieces.windows(3).any(|three| {
            let before = three[0].trim_end();
            let value = three[2].trim_start().strip_prefix(':').map(str::trim_start);
            // The next piece begins after the quote of a value.
            let has_value = value.is_some_and(|value| value.bytes().next().is_none_or(is_start));
            let can_begin = before.is_empty() || before.ends_with(['{', ',', '[']);
            can_begin && has_value && three[1].len() > 1 && three[1].bytes().all(is_name)
        })
    })
}

/// Whether there is a token or the start of one: JSON in base64url that names an algorithm, or has a dot after it.
fn has_token(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let header = decoded::base64url_at_start(&text[at..]);
        let is_part = || text[at..].trim_start_matches(is_base64url).starts_with('.');
        let is_header = |header: &str| header.contains("\"alg\"") || is_part();
        std::str::from_utf8(&header)
            .is_ok_and(|header| has_member(header) && !has_jwk(header) && is_header(header))
    })
}

fn is_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Whether there is `</name>`, of more letters than random punctuation has.
fn has_end_tag(text: &str) -> bool {
    text.match_indices("</").any(|(at, _)| {
        let name = &text[at + 2..];
        let length = name.bytes().take_while(u8::is_ascii_alphabetic).count();
        length > 2 && name[length..].starts_with('>')
    })
}

/// Whether a line is `name: value` or `name:`, as YAML and the headers of HTTP have it.
fn is_field(line: &str) -> bool {
    let line = line.trim().trim_start_matches("- ");
    let Some((name, value)) = line.split_once(':') else { return false };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !name.is_empty() && name.bytes().all(is_name) && (value.starts_with([' ', '\t']) || value.is_empty())
}

/// Quotes around what can only be a value: an encoded secret or a word. Random punctuation may have quotes at both ends.
fn is_quoted(text: &str) -> bool {
    let quotes = ['"', '\'', '`'];
    let inner = quotes.into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(is_of_an_encoding))
}

/// Whether a byte can be in base64, base64url, hexadecimal or a UUID.
pub(super) fn is_of_an_encoding(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=:".contains(&byte)
}

/// Whether it is the name of a secret in a secret manager or a vault.
fn is_reference(text: &str) -> bool {
    let starts =
        ["op://", "vault:", "arn:", "data:", "env:", "file:", "ssm:", "urn:", "ENC[", "ENC(", "@Microsoft."];
    let is_of_google = || text.starts_with("projects/") && text.contains("/secrets/");
    starts.iter().any(|start| starts_with(text, start)) || is_of_google()
}

/// A URL of any scheme. Random punctuation may begin like one, and has characters that no URL has.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(is_part)
        // Laravel's label, and base64 that begins with two slashes.
        && scheme != "base64";
    is_scheme && !rest.is_empty() && !rest.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}'])
}

/// A path from the home or the current folder. Others are told by the file system alone.
fn is_path(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./ ".contains(&byte);
    let starts = ["~/", "./", "../"];
    starts.iter().find_map(|start| text.strip_prefix(start)).is_some_and(|rest| rest.bytes().all(is_part))
}

/// `NAME=value`, or with another `mark` between. A name of one or two characters counts where the value is nothing but encoded: random punctuation may
/// begin like that.
fn is_assignment(text: &str, mark: char) -> bool {
    let Some((name, value)) = text.strip_prefix("export ").unwrap_or(text).split_once(mark) else {
        return false;
    };
    let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let has_letter = name.bytes().any(|byte| byte.is_ascii_uppercase())
        && !name.starts_with(|first: char| first.is_ascii_digit());
    let is_value = value.bytes().any(|byte| byte != b'=');
    is_name && has_letter && is_value && (name.len() > 2 || value.bytes().all(is_of_an_encoding))
}

/// A text that a template, a shell or a reader of the manual was to replace.
pub(super) fn is_placeholder(text: &str) -> bool {
    let between = |start: &str, end: &str| {
        text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).filter(|inner| !inner.is_empty())
    };
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let templates = [("${", "}"), ("{{", "}}"), ("{%", "%}"), ("<", ">")];
    let around_names = [
        ("$", ""),
        ("$(", ")"),
        ("#{", "}"),
        ("%{", "}"),
        ("{", "}"),
        ("%", "%"),
        ("[", "]"),
        ("__", "__"),
        ("@@", "@@"),
    ];
    templates.into_iter().any(|(start, end)| between(start, end).is_some())
        || around_names.into_iter().any(|(start, end)| between(start, end).is_some_and(is_name))
}
