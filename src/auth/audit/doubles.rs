//! Users whom people confuse.

use super::Finding;
use crate::auth::user::{User, Username};

/// The texts of users by which they are told apart.
#[derive(Default)]
pub(super) struct Doubles {
    /// Of all users, as they are.
    names: Texts,
    /// Of all users, folded.
    folded: Texts,
    /// Of enabled users, folded.
    emails: Texts,
    full_names: Texts,
    /// Whether the user cannot log in.
    closed: Vec<bool>,
}

impl Doubles {
    pub(super) fn add(&mut self, user: &User) {
        let of_enabled = |text: &Option<String>| text.as_deref().filter(|_| !user.disabled).map(fold);
        self.names.add(user.name.as_str());
        self.folded.add(&fold(user.name.as_str()));
        self.emails.add(&of_enabled(&user.email).unwrap_or_default());
        self.full_names.add(&of_enabled(&user.full_name).unwrap_or_default());
        self.closed.push(user.disabled || user.usable_hash().is_none());
    }

    pub(super) fn find(&self, findings: &mut Vec<Finding>) {
        let name = |user: &usize| self.names.get(*user).parse::<Username>().ok();
        for group in self.folded.groups() {
            let change = group.iter().find(|user| self.closed.get(**user) == Some(&true)).or(group.last());
            let Some(change) = change.and_then(name) else { continue };
            findings.push(Finding::CaseTwins { users: group.iter().filter_map(name).collect(), change });
        }
        for group in self.emails.groups() {
            let Some(change) = group.last().and_then(name) else { continue };
            findings.push(Finding::DoubledEmail { users: group.iter().filter_map(name).collect(), change });
        }
        for group in self.full_names.groups() {
            let Some(change) = group.last().and_then(name) else { continue };
            findings
                .push(Finding::DoubledFullName { users: group.iter().filter_map(name).collect(), change });
        }
    }
}

/// A text without its case and the spaces around it.
fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A text of each user. They are kept as one: a million of texts on their own take several times as much memory.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    fn get(&self, user: usize) -> &str {
        let end = |user: usize| self.ends.get(user).copied().unwrap_or_default();
        let start = user.checked_sub(1).map_or(0, end);
        self.text.get(start..end(user)).unwrap_or_default()
    }

    /// The users of each text that several have.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut users: Vec<usize> = (0..self.ends.len()).filter(|user| !self.get(*user).is_empty()).collect();
        users.sort_unstable_by_key(|user| (self.get(*user), *user));
        let groups = users.chunk_by(|one, other| self.get(*one) == self.get(*other));
        groups.filter(|group| group.len() > 1).map(<[usize]>::to_vec).collect()
    }
}
