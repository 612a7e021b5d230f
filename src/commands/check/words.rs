//! Arguments of `check` that are no tokens but files, or scopes beside `--require`.

use std::ffi::OsString;

use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::words::brief;
use authctl::store::users_file::Lookup;

use crate::commands::misplaced;
use crate::input::{Place, argument};
use crate::output::shell;

/// The arguments.
pub(super) struct Words(Vec<OsString>);

impl Words {
    pub(super) fn of(arguments: &[OsString]) -> Self {
        Self(arguments.to_vec())
    }

    /// What to do about the argument at `place`, which is no token, beside the scopes that are `required`.
    pub(super) fn hint(&self, place: Place, required: &ScopeSet, known: Option<&Lookup>) -> Option<String> {
        let word = argument(&self.0, place)?;
        let scope = word.to_str().and_then(|word| word.parse::<Scope>().ok());
        let is_declared = |scope: &Scope| {
            known.and_then(Lookup::scopes).is_some_and(|declared| declared.contains_key(scope.as_str()))
        };
        if let Some(scope) = scope.as_ref().filter(|scope| is_declared(scope)) {
            let words = self.0.iter().filter_map(|word| word.to_str()?.parse::<Scope>().ok());
            let all: ScopeSet = required.iter().cloned().chain(words.filter(is_declared)).collect();
            let list = shell::quoted(&all.to_string().replace(' ', ","));
            return Some(format!(
                "`{}` is a scope, and scopes are one list: `--require {list}`",
                brief(scope.as_str())
            ));
        }
        let misplaced = misplaced::hint("check", word);
        // A broken token begins so, or has a dot.
        let is_other = |word: &str| word.starts_with("ey") || word.starts_with('-') || word.contains('.');
        let may_be_scope = scope.is_some_and(|scope| !is_other(scope.as_str()));
        let list = || "several scopes are one list, with commas between: `--require LIST`".to_owned();
        misplaced.or_else(|| (may_be_scope && !required.is_empty()).then(list))
    }
}
