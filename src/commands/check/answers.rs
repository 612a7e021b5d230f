//! Verdicts as text and JSON, and where they go.

use std::fmt::Write as _;
use std::io::{self, Write};

use authctl::auth::claims::Audience;
use authctl::auth::refusal::{Refusal, Verdict};
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::Users;
use authctl::auth::verify::Genuine;
use authctl::auth::words::brief;
use serde::Serialize;

use super::Style;
use crate::commands::tokens::Place;
use crate::context::Context;
use crate::error::Exit;
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

/// Verdicts in the order of their tokens, to be written.
#[derive(Default)]
pub(super) struct Answers {
    stdout: String,
    stderr: String,
    /// The reason that is being written.
    reason: String,
    /// How far both were filled, each time after the other was: the order of a common terminal.
    turns: Vec<(usize, usize)>,
    first_refusal: Option<Exit>,
    any: bool,
}

impl Answers {
    /// With room for the usual verdicts on so many bytes of tokens, which are shorter than those.
    pub(super) fn for_block(bytes: usize) -> Self {
        Self { stdout: String::with_capacity(bytes / 2), ..Self::default() }
    }

    /// Whether there is a verdict at all.
    pub(super) const fn any(&self) -> bool {
        self.any
    }

    /// Adds that a token is good.
    pub(super) fn accept(
        &mut self,
        genuine: &Genuine,
        users: Option<&dyn Users>,
        required: &ScopeSet,
        place: Place,
        now: Timestamp,
        style: &Style,
    ) {
        self.any = true;
        if style.quiet {
            return;
        }
        let claims = &genuine.claims;
        let scope = genuine.permitted_claim(users);
        if style.json {
            self.json(&Good {
                active: true,
                sub: genuine.subject(),
                username: genuine.subject(),
                scope: &scope,
                required,
                iat: claims.issued,
                exp: claims.expires,
                expires_in: claims.expires.map(|expires| expires.since(now)).unwrap_or_default(),
                jti: claims.id.as_deref(),
                iss: claims.issuer.as_deref(),
                aud: &claims.audience,
                alg: &genuine.algorithm,
                kid: genuine.key_id.as_deref(),
                token_type: "Bearer",
                line: place.line(),
            });
            return;
        }
        let who = brief(genuine.subject().unwrap_or_default());
        let who = escape(&who);
        let scopes = if scope.is_empty() { "no scope" } else { "scopes " };
        // Writing to memory cannot fail.
        let _written = write!(self.stdout, "{}", place.label());
        self.stdout.extend([&style.good, ": ", &who, ", ", scopes, &scope, ", "]);
        if let Some(expires) = claims.expires {
            let _written = write!(self.stdout, "expires {}, at {expires}", relative(expires, now));
        }
        self.stdout.push('\n');
    }

    /// Adds that a token is refused, with every reason.
    pub(super) fn refuse(&mut self, refusal: &Refusal, place: Place, style: &Style) {
        self.any = true;
        self.first_refusal.get_or_insert(match refusal.verdict() {
            Verdict::Unacceptable => Exit::No,
            Verdict::Expired => Exit::Expired,
            Verdict::InsufficientScope => Exit::InsufficientScope,
        });
        if style.quiet {
            return;
        }
        if style.json {
            let reason = |reason: &authctl::auth::refusal::Reason| ReasonJson {
                code: reason.code(),
                message: reason.to_string(),
            };
            self.json(&Refused {
                active: false,
                error: refusal.error(),
                reasons: refusal.reasons().iter().map(reason).collect(),
                missing: refusal.missing(),
                required: refusal.required(),
                challenge: refusal.challenge(),
                line: place.line(),
            });
            return;
        }
        for reason in refusal.reasons() {
            self.reason.clear();
            // Writing to memory cannot fail.
            let _written = write!(self.reason, "{reason}");
            let _written = write!(self.stderr, "{} {}", style.error, place.label());
            self.stderr.extend([&escape(&self.reason), "\n"]);
        }
        self.turns.push((self.stdout.len(), self.stderr.len()));
    }

    fn json(&mut self, value: &impl Serialize) {
        // Texts and numbers cannot fail to be JSON.
        let json = serde_json::to_string(value).unwrap_or_default();
        self.stdout.push_str(&escape_json(&json));
        self.stdout.push('\n');
    }
}

/// Where verdicts go, and what they come to.
pub(super) struct Streams<'a> {
    stdout: &'a mut io::BufWriter<io::Stdout>,
    /// Whether standard output and standard error end up in the same place.
    same: bool,
    first_refusal: Option<Exit>,
}

impl<'a> Streams<'a> {
    pub(super) fn new(cx: &'a mut Context) -> Self {
        Self { stdout: &mut cx.stdout, same: same_place(), first_refusal: None }
    }

    /// The answer to all of them: that to the first that was refused.
    pub(super) fn exit(&self) -> Exit {
        self.first_refusal.unwrap_or(Exit::Yes)
    }

    /// Writes the answers at once, in order.
    pub(super) fn write(&mut self, answers: &Answers) -> io::Result<()> {
        self.first_refusal = self.first_refusal.or(answers.first_refusal);
        let (mut out, mut err) = (0, 0);
        if self.same {
            for (out_end, err_end) in &answers.turns {
                self.write_part(&answers.stdout[out..*out_end], &answers.stderr[err..*err_end])?;
                (out, err) = (*out_end, *err_end);
            }
        }
        self.write_part(&answers.stdout[out..], &answers.stderr[err..])
    }

    fn write_part(&mut self, stdout: &str, stderr: &str) -> io::Result<()> {
        if !stdout.is_empty() {
            self.stdout.write_all(stdout.as_bytes())?;
            self.stdout.flush()?;
        }
        if !stderr.is_empty() {
            // Nobody may be listening; the exit code says it too.
            let _unheard = io::stderr().write_all(stderr.as_bytes());
        }
        Ok(())
    }
}

#[cfg(unix)]
fn same_place() -> bool {
    let place = |stat: rustix::fs::Stat| (stat.st_dev, stat.st_ino);
    let stdout = rustix::fs::fstat(io::stdout()).map(place);
    stdout.is_ok() && stdout == rustix::fs::fstat(io::stderr()).map(place)
}

#[cfg(not(unix))]
fn same_place() -> bool {
    use io::IsTerminal;
    io::stdout().is_terminal() && io::stderr().is_terminal()
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
