//! Arguments of `check` that are no tokens but scopes, which belong in the list of `--require`, or files.

use std::cell::OnceCell;
use std::ffi::OsStr;

use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::user::DeclaredScopes;
use authctl::auth::words::brief;

use crate::commands::misplaced;
use crate::input::{Input, Place};
use crate::output::shell;

/// The arguments, and the scopes that can be among them.
///
/// Only a declared scope is shown: any other word may be a token or a password.
pub(super) struct Stray<'a> {
    input: Input<'a>,
    required: &'a ScopeSet,
    declared: Option<&'a DeclaredScopes>,
    /// The list that was meant, once it is asked for.
    list: OnceCell<String>,
}

impl<'a> Stray<'a> {
    pub(super) const fn new(
        input: Input<'a>,
        required: &'a ScopeSet,
        declared: Option<&'a DeclaredScopes>,
    ) -> Self {
        Self { input, required, declared, list: OnceCell::new() }
    }

    /// What to do about the argument at `place`, which is no token.
    pub(super) fn hint(&self, place: Place) -> Option<String> {
        let word = self.input.argument(place)?;
        let Some(scope) = self.scope(word) else { return misplaced::hint(word) };
        let list = self.list.get_or_init(|| self.meant());
        Some(format!("`{}` is a scope, and scopes are one list: `--require {list}`", brief(scope.as_str())))
    }

    /// The declared scope that `word` is.
    fn scope(&self, word: &OsStr) -> Option<&'a Scope> {
        self.declared?.get_key_value(word.to_str()?).map(|(scope, _)| scope)
    }

    /// The required scopes and those among the arguments, as one list.
    fn meant(&self) -> String {
        let required: Option<ScopeSet> =
            self.required.iter().map(|scope| self.scope(OsStr::new(scope.as_str())).cloned()).collect();
        // A list without one of them would require less.
        let Some(mut all) = required else { return "LIST".to_owned() };
        all.extend(self.input.arguments().filter_map(|word| self.scope(word)).cloned());
        shell::quoted(&all.to_string().replace(' ', ","))
    }
}
