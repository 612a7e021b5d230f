//! Verdicts: each token is opened, its user looked up, and both are judged.

use std::borrow::Cow;
use std::sync::Arc;

use authctl::auth::key::{Algorithm, KeySet};
use authctl::auth::refusal::{Reason, Refusal};
use authctl::auth::user::TokenPolicy;
use authctl::auth::verify::{Requirements, SignedToken};
use authctl::auth::words;
use authctl::store::postgres::Database;
use authctl::store::users_file::Lookup;

use super::answers::{Answers, Style};
use super::batch::{Batch, Opened};
use super::stray::Stray;
use crate::cli::{CheckArgs, merged};
use crate::clock;
use crate::commands::refused;
use crate::error::Failure;
use crate::files::StoreText;
use crate::files::database::failed;
use crate::input::{Input, Place, Tokens};

/// Where the users of tokens are looked up.
pub(super) enum Users {
    /// Nowhere: `--stateless`.
    NotAsked,
    /// In the text of the store, those of the tokens at hand.
    Few(StoreText),
    /// Among all users of the store.
    All(Box<Lookup>),
    /// In a database, those of the tokens at hand each time.
    Database(Arc<Database>),
}

/// Everything that judging a token takes.
pub(super) struct Judge<'a> {
    pub(super) keys: Arc<KeySet>,
    pub(super) users: Users,
    /// What the options require.
    required: Requirements,
    /// The algorithms that `--alg` names.
    only: Vec<Algorithm>,
    input: Input<'a>,
    style: Style,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        args: &CheckArgs,
        input: Input<'a>,
        keys: Arc<KeySet>,
        users: Users,
        style: Style,
    ) -> Self {
        let required = Requirements {
            scopes: merged(&args.require),
            scope_claims: args.scope_claim.clone(),
            user: args.user.clone(),
            issuer: args.issuer.clone(),
            audience: args.audience.clone(),
            leeway: args.leeway,
            min_ttl: args.min_ttl.unwrap_or_default(),
            ..Requirements::default()
        };
        Self { keys, users, required, only: args.algorithms(), input, style }
    }

    /// The verdicts on the tokens of a batch but for so many at the start. The clock is read once for all of them.
    pub(super) fn answer(&self, batch: &mut Batch<impl Tokens>, skip: usize) -> Result<Answers, Failure> {
        let opened = batch.open(&self.keys).get(skip..).unwrap_or_default();
        let mut answers = Answers::to(opened.len(), clock::now()?);
        let known = self.look_up(opened)?;
        let requirements = self.requirements(known.as_deref().map(Lookup::tokens));
        let declared = known.as_deref().and_then(Lookup::scopes);
        let stray = Stray::new(self.input, &self.required.scopes, declared);
        for (place, token) in opened {
            let refuse = |reason: &Reason| Refusal::new(reason.clone(), &requirements.scopes);
            let verdict = token
                .as_ref()
                .map_err(refuse)
                .and_then(|token| self.judge(token, known.as_deref(), &requirements, *place, &mut answers));
            if let Err(refusal) = verdict {
                let hint = |reason: &Reason| match reason {
                    Reason::Malformed(_) => stray.hint(*place),
                    Reason::UnsupportedAlg { alg } if self.is_excluded(alg) => {
                        Some(format!("`--alg` accepts {} only", words::list(&self.only)))
                    }
                    Reason::InsufficientScope { missing, .. } => {
                        refused::hint(reason).or_else(|| refused::unknown_scopes(missing, declared?))
                    }
                    _ => refused::hint(reason),
                };
                answers.refuse(&refusal, *place, &self.style, hint);
            }
        }
        Ok(answers)
    }

    /// Whether `--alg` is why no key is for this algorithm.
    fn is_excluded(&self, alg: &str) -> bool {
        let named = Algorithm::named(alg);
        !self.only.is_empty() && named.is_some_and(|algorithm| !self.only.contains(&algorithm))
    }

    /// Judges one token, and adds to `answers` that it is good.
    fn judge(
        &self,
        token: &SignedToken,
        known: Option<&Lookup>,
        requirements: &Requirements,
        place: Place,
        answers: &mut Answers,
    ) -> Result<(), Refusal> {
        let required = &requirements.scopes;
        if let Some(known) = known {
            let verified = token.judge(known.facts(token), requirements, answers.now)?;
            // What is permitted takes time to tell, and with `--quiet` is not told.
            let scope = if self.style.quiet { Cow::Borrowed("") } else { verified.scope() };
            answers.accept(token, &scope, required, place, &self.style);
        } else {
            let scope = token.judge_stateless(requirements, answers.now)?;
            answers.accept(token, &scope, required, place, &self.style);
        }
        Ok(())
    }

    /// What the store knows of the tokens.
    fn look_up(&self, opened: &[Opened]) -> Result<Option<Cow<'_, Lookup>>, Failure> {
        Ok(match &self.users {
            Users::NotAsked => None,
            Users::All(lookup) => Some(Cow::Borrowed(lookup)),
            Users::Database(database) => {
                let tokens = opened.iter().filter_map(|(_, token)| token.as_ref().ok());
                let found = database.look_up(tokens).map_err(|error| failed(&error));
                let signs = self.keys.signing_key().is_some();
                Some(Cow::Owned(found.map_err(|failure| without_store(failure, signs))?))
            }
            Users::Few(text) => {
                let names = opened.iter().filter_map(|(_, token)| token.as_ref().ok()?.subject());
                Some(Cow::Owned(text.look_up(&names.collect::<Vec<_>>())?))
            }
        })
    }

    /// What the options require, and what the policy of the store does where they say nothing.
    fn requirements(&self, policy: Option<&TokenPolicy>) -> Requirements {
        let policy = policy.map(Requirements::of).unwrap_or_default();
        let scope_claims = &self.required.scope_claims;
        Requirements {
            scope_claims: if scope_claims.is_empty() { policy.scope_claims } else { scope_claims.clone() },
            issuer: self.required.issuer.clone().or(policy.issuer),
            audience: self.required.audience.clone().or(policy.audience),
            token_type: policy.token_type,
            ..self.required.clone()
        }
    }
}

/// A machine that only verifies, as its key says, may have no store, and must not make an empty one.
pub(super) fn without_store(failure: Failure, signs: bool) -> Failure {
    const ALONE: &str = "judge tokens without their users with `--stateless`";
    match &failure.hint {
        Some(init) if failure.is_missing() => {
            let hint = if signs {
                format!("{init}, or {ALONE}")
            } else {
                format!(
                    "{ALONE}, or copy what `authctl users export --no-hashes` prints where tokens are issued"
                )
            };
            failure.hint(hint)
        }
        _ => failure,
    }
}
