//! Verdicts as text and JSON.

use std::fmt::Write as _;

use authctl::auth::claims::Audience;
use authctl::auth::refusal::{Reason, Refusal};
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::verify::SignedToken;
use authctl::auth::words::brief;
use serde::Serialize;

use crate::error::Exit;
use crate::files::FileOptions;
use crate::input::Place;
use crate::output::escape::{escape, escape_json};
use crate::output::time::relative;

#[derive(Serialize)]
struct Good<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    scope: &'a str,
    required: &'a ScopeSet,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    expires_in: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Audience::is_absent")]
    aud: &'a Audience,
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

#[derive(Serialize)]
struct Refused<'a> {
    active: bool,
    error: &'static str,
    reasons: Vec<ReasonJson>,
    missing: ScopeSet,
    required: &'a ScopeSet,
    challenge: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

#[derive(Serialize)]
struct ReasonJson {
    code: &'static str,
    message: String,
}

/// How answers are written.
#[derive(Clone)]
pub(super) struct Style {
    pub(super) json: bool,
    pub(super) quiet: bool,
    /// The word `good` on standard output, and `error:` and `hint:` on standard error, in their colours.
    pub(super) good: String,
    pub(super) error: String,
    pub(super) hint: String,
    /// The options that commands in hints have.
    pub(super) files: FileOptions,
}

/// Verdicts in the order of their tokens, to be written.
pub(super) struct Answers {
    /// When the tokens were judged.
    pub(super) now: Timestamp,
    pub(super) stdout: String,
    pub(super) stderr: String,
    /// The reason that is being written.
    reason: String,
    /// For each token, how long both texts are with its answer.
    pub(super) ends: Vec<End>,
}

/// Where the answer to a token ends.
#[derive(Clone, Copy, Default)]
pub(super) struct End {
    pub(super) stdout: usize,
    pub(super) stderr: usize,
    /// If the token was refused.
    pub(super) refusal: Option<Exit>,
}

impl Answers {
    /// Room for the usual answers to this many tokens, which are judged at the time `now`.
    pub(super) fn to(tokens: usize, now: Timestamp) -> Self {
        let stdout = String::with_capacity(tokens * 128);
        let ends = Vec::with_capacity(tokens);
        Self { now, stdout, stderr: String::new(), reason: String::new(), ends }
    }

    /// Adds that a token is good, and permits the scopes in `scope`.
    pub(super) fn accept(
        &mut self,
        token: &SignedToken,
        scope: &str,
        required: &ScopeSet,
        place: Place,
        style: &Style,
    ) {
        let now = self.now;
        if style.quiet {
            return self.end(None);
        }
        if style.json {
            self.json(&Good {
                active: true,
                sub: token.subject(),
                username: token.subject(),
                scope,
                required,
                iat: token.issued(),
                exp: token.expires(),
                expires_in: token.expires().map(|expires| expires.since(now)).unwrap_or_default(),
                jti: token.id(),
                iss: token.issuer(),
                aud: token.audience(),
                alg: token.algorithm(),
                kid: token.key_id(),
                token_type: "Bearer",
                line: place.line(),
            });
            return self.end(None);
        }
        let who = brief(token.subject().unwrap_or_default());
        let who = escape(&who);
        let scopes = if scope.is_empty() { "no scope" } else { "scopes " };
        // Writing to memory cannot fail.
        let _written = write!(self.stdout, "{}", place.label());
        self.stdout.extend([&style.good, ": ", &who, ", ", scopes, scope, ", "]);
        if let Some(expires) = token.expires() {
            let _written = if expires <= now {
                write!(
                    self.stdout,
                    "expired {}, at {expires}: good by the leeway alone",
                    relative(expires, now)
                )
            } else {
                write!(self.stdout, "expires {}, at {expires}", relative(expires, now))
            };
        }
        self.stdout.push('\n');
        self.end(None);
    }

    /// Adds that a token is refused, with every reason and what to do about it.
    pub(super) fn refuse(
        &mut self,
        refusal: &Refusal,
        place: Place,
        style: &Style,
        hint: impl Fn(&Reason) -> Option<String>,
    ) {
        let exit = Exit::from(refusal.verdict());
        if style.quiet {
            return self.end(Some(exit));
        }
        if style.json {
            let reason = |reason: &Reason| ReasonJson { code: reason.code(), message: reason.to_string() };
            self.json(&Refused {
                active: false,
                error: refusal.error(),
                reasons: refusal.reasons().iter().map(reason).collect(),
                missing: refusal.missing(),
                required: refusal.required(),
                challenge: refusal.challenge(),
                line: place.line(),
            });
            refusal.reasons().iter().filter_map(hint).for_each(|hint| self.hint(&hint, style));
            return self.end(Some(exit));
        }
        for reason in refusal.reasons() {
            self.reason.clear();
            // Writing to memory cannot fail.
            let _written = write!(self.reason, "{reason}");
            let _written = write!(self.stderr, "{} {}", style.error, place.label());
            self.stderr.extend([&escape(&self.reason), "\n"]);
            if let Some(hint) = hint(reason) {
                self.hint(&hint, style);
            }
        }
        self.end(Some(exit));
    }

    /// Says what to do, with `--json` too: standard output has the data alone.
    fn hint(&mut self, hint: &str, style: &Style) {
        self.stderr.extend([&style.hint, " ", &escape(&style.files.in_commands_of(hint)), "\n"]);
    }

    fn end(&mut self, refusal: Option<Exit>) {
        self.ends.push(End { stdout: self.stdout.len(), stderr: self.stderr.len(), refusal });
    }

    fn json(&mut self, value: &impl Serialize) {
        // Texts and numbers cannot fail to be JSON.
        let json = serde_json::to_string(value).unwrap_or_default();
        self.stdout.push_str(&escape_json(&json));
        self.stdout.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::ScopeSet;

    #[test]
    fn scopes_are_a_list_in_json() {
        let scopes: ScopeSet = "me items".parse().unwrap();
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["me","items"]"#);
    }
}
