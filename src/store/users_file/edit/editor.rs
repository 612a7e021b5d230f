//! The patches that make a change: which field of which table becomes what.

use super::super::list::{self, Patch};
use super::super::new::{array, inline_removed, inline_user, new_table, quoted, removed_fields, user_table};
use super::super::{fields, lines};
use crate::auth::change::Change;
use crate::auth::scope::{Scope, ScopeSet};
use crate::auth::time::Timestamp;
use crate::auth::user::{User, UserStore, Username};
use crate::store::moment::Moment;
use crate::store::toml::{Entry, Layout, Table, Value};

/// The text of a users file, and where everything is in it.
pub(super) struct Editor<'a> {
    /// A byte order mark, or nothing.
    pub(super) mark: &'a str,
    /// The text after it.
    pub(super) text: &'a str,
    pub(super) root: Table<'a>,
}

impl<'a> Editor<'a> {
    /// The text after a change.
    pub(super) fn changed(&self, change: &Change, after: &UserStore) -> Option<String> {
        self.patched(self.patches(change, after)?)
    }

    /// The text with these patches. `None` if two overlap.
    fn patched(&self, mut patches: Vec<Patch>) -> Option<String> {
        patches.sort_by_key(|(range, _)| (range.start, range.end));
        let new: usize = patches.iter().map(|(_, new)| new.len()).sum();
        let mut edited = String::with_capacity(self.mark.len() + self.text.len() + new);
        edited.push_str(self.mark);
        let mut done = 0;
        for (range, new) in patches {
            edited.push_str(self.text.get(done..range.start)?);
            edited.push_str(&new);
            done = range.end;
        }
        edited.push_str(self.text.get(done..)?);
        Some(edited)
    }

    /// The text with these `users`, and with the records of `after`. There may be very many users: their text is in memory
    /// once.
    pub(super) fn imported(&self, users: &[User], removed: &[Username], after: &UserStore) -> Option<String> {
        let mut patches = Vec::new();
        for name in removed {
            if let (Some(user), Some(after)) = (self.user(name), after.users.get(name)) {
                patches.extend(fields::set(self.text, &user, &signed_out(&user, after))?);
            }
        }
        patches.extend(self.revoke(after)?);
        patches.extend(self.removed(after)?);
        if let Some(table) = self.table("users").filter(|table| table.layout == Layout::Inline) {
            let new: Vec<String> = users.iter().map(inline_user).collect();
            if !new.is_empty() {
                patches.extend(fields::insert(self.text, &table, new.join(", "))?);
            }
            return self.patched(patches);
        }
        let mut edited = self.patched(patches)?;
        let newline = lines::ending(self.text);
        for user in users {
            edited.push_str(&gap(&edited, newline));
            edited.push_str(&user_table(user, newline));
        }
        Some(edited)
    }

    /// The patches for a change; `None` if the layout does not allow it.
    fn patches(&self, change: &Change, after: &UserStore) -> Option<Vec<Patch>> {
        match change {
            Change::Add { user, .. } => {
                let mut patches = self.add(after.users.get(&user.name)?)?;
                patches.extend(self.removed(after)?);
                Some(patches)
            }
            Change::Remove { name, .. } => {
                let mut patches = cut(self.text, &self.table("users")?, name.as_str())?;
                patches.extend(self.removed(after)?);
                Some(patches)
            }
            Change::Describe { name, full_name, email } => {
                let user = self.user(name)?;
                let fields = [("full_name", full_name.as_ref()), ("email", email.as_ref())];
                let gone = |key: &str| fields.contains(&(key, Some(&String::new())));
                let set = fields.iter().filter_map(|(key, text)| Some((*key, text.as_deref()?)));
                let set = set.filter(|(key, text)| !text.is_empty() && !is_text(user.entry(key), text));
                let set: Vec<_> = set.map(|(key, text)| (key, quoted(text))).collect();
                fields::change(self.text, &user, gone, &set)
            }
            Change::SetHash { name, hash, .. } => {
                let user = self.user(name)?;
                let mut set = vec![("hashed_password", quoted(hash.expose()))];
                set.extend(signed_out(&user, after.users.get(name)?));
                fields::set(self.text, &user, &set)
            }
            Change::SignOut { name, .. } => {
                let user = self.user(name)?;
                fields::set(self.text, &user, &signed_out(&user, after.users.get(name)?))
            }
            Change::SetDisabled { name, disabled } => {
                let user = self.user(name)?;
                let written = user.entry("disabled").is_some_and(|entry| is_true(&entry));
                let set = [("disabled", disabled.to_string())];
                if written == *disabled { Some(Vec::new()) } else { fields::set(self.text, &user, &set) }
            }
            Change::Grant { name, scopes } => self.grant(&self.user(name)?, scopes),
            Change::Withdraw { name, scopes } => Some(self.withdraw(&self.user(name)?, scopes)),
            Change::RevokeTokens { .. } => {
                let mut patches = self.revoke(after)?;
                patches.extend(self.removed(after)?);
                Some(patches)
            }
        }
    }

    fn table(&self, key: &str) -> Option<Table<'a>> {
        table(self.root.entry(key)?)
    }

    fn user(&self, name: &Username) -> Option<Table<'a>> {
        table(self.table("users")?.entry(name.as_str())?)
    }

    fn add(&self, new: &User) -> Option<Vec<Patch>> {
        match self.table("users") {
            Some(users) if users.layout == Layout::Inline => {
                fields::insert(self.text, &users, inline_user(new))
            }
            _ => Some(vec![self.append(&user_table(new, lines::ending(self.text)))]),
        }
    }

    /// Appends a table after a blank line.
    fn append(&self, table: &str) -> Patch {
        let end = self.text.len();
        (end..end, gap(self.text, lines::ending(self.text)) + table)
    }

    fn grant(&self, user: &Table<'_>, scopes: &ScopeSet) -> Option<Vec<Patch>> {
        let Some(entry) = user.entry("scopes") else {
            return fields::set(self.text, user, &[("scopes", array(scopes))]);
        };
        let Value::List(granted) = &entry.node.value else { return None };
        let has =
            |scope: &str| granted.iter().any(|node| matches!(node.value, Value::Text(one) if one == scope));
        let new = scopes.iter().map(Scope::as_str).filter(|scope| !has(scope));
        let new: Vec<_> = new.map(quoted).collect();
        if new.is_empty() {
            return Some(Vec::new());
        }
        let spans: Vec<_> = granted.iter().map(|node| node.span.clone()).collect();
        Some(list::insert(self.text, &entry.node.span, &spans, &new))
    }

    fn withdraw(&self, user: &Table<'_>, scopes: &ScopeSet) -> Vec<Patch> {
        let Some(entry) = user.entry("scopes") else { return Vec::new() };
        let Value::List(granted) = &entry.node.value else { return Vec::new() };
        let gone = |index: usize| {
            let value = granted.get(index).map(|node| &node.value);
            matches!(value, Some(Value::Text(scope)) if scopes.contains(scope))
        };
        let spans: Vec<_> = granted.iter().map(|node| node.span.clone()).collect();
        list::remove(self.text, &entry.node.span, &spans, gone)
    }

    /// The patches that make `[removed]` that of `after`.
    fn removed(&self, after: &UserStore) -> Option<Vec<Patch>> {
        let written = self.table("removed");
        let gone = |key: &str| !after.removed.contains_key(key);
        let (mut patches, mut new) = (Vec::new(), Vec::new());
        if let Some(table) = &written {
            for entry in table.entries().filter(|entry| gone(entry.key) && fields::has_header(entry)) {
                patches.extend(cut(self.text, table, entry.key)?);
            }
        }
        for (name, removed) in &after.removed {
            match written.as_ref().and_then(|table| self::table(table.entry(name.as_str())?)) {
                Some(entry) => {
                    let set = removed_fields(removed);
                    let set: Vec<_> = set
                        .into_iter()
                        .filter(|(key, value)| !is_number_or_time(entry.entry(key), value))
                        .collect();
                    patches.extend(fields::set(self.text, &entry, &set)?);
                }
                None => new.push((name.as_str(), inline_removed(removed))),
            }
        }
        match written.filter(|table| table.layout != Layout::Implied) {
            Some(table) => patches.extend(fields::change(self.text, &table, gone, &new)?),
            None if new.is_empty() => {}
            None => patches.push(self.append(&new_table("removed", &new, lines::ending(self.text)))),
        }
        Some(patches)
    }

    fn revoke(&self, after: &UserStore) -> Option<Vec<Patch>> {
        let written = self.table("revoked");
        let is_written = |id: &str, expires: &Timestamp| {
            let entry = written.as_ref().and_then(|table| table.entry(id));
            matches!(entry, Some(Entry { node, .. })
                if matches!(node.value, Value::Moment(Moment::At(moment)) if moment == *expires))
        };
        let new = after.revoked.iter().filter(|(id, expires)| !is_written(id, expires));
        let new: Vec<_> = new.map(|(id, expires)| (id.as_str(), expires.to_string())).collect();
        let Some(table) = &written else {
            let table = new_table("revoked", &new, lines::ending(self.text));
            return Some(if new.is_empty() { Vec::new() } else { vec![self.append(&table)] });
        };
        fields::change(self.text, table, |id| !after.revoked.contains_key(id), &new)
    }
}

/// What stands between the text and a table after it.
fn gap(text: &str, newline: &str) -> String {
    match text {
        "" => String::new(),
        text if text.ends_with("\n\n") || text.ends_with("\n\r\n") => String::new(),
        text if text.ends_with('\n') => newline.to_owned(),
        _ => newline.repeat(2),
    }
}

fn table(entry: Entry<'_>) -> Option<Table<'_>> {
    match entry.node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn is_text(entry: Option<Entry<'_>>, text: &str) -> bool {
    matches!(entry, Some(Entry { node, .. }) if matches!(node.value, Value::Text(written) if written == text))
}

fn is_true(entry: &Entry<'_>) -> bool {
    matches!(entry.node.value, Value::Boolean(true))
}

/// The fields that a sign-out sets, without those written already.
fn signed_out(written: &Table<'_>, after: &User) -> Vec<(&'static str, String)> {
    let from = after.tokens_valid_from.map(|from| ("tokens_valid_from", from.to_string()));
    let generation = ("generation", after.generation.to_string());
    // 0 if the field is absent.
    let generation = Some(generation).filter(|_| after.generation > 0);
    let fields = from.into_iter().chain(generation);
    fields.filter(|(key, value)| !is_number_or_time(written.entry(key), value)).collect()
}

/// Whether `entry` has this number or time, in any spelling.
fn is_number_or_time(entry: Option<Entry<'_>>, value: &str) -> bool {
    match entry.map(|entry| entry.node.value) {
        Some(Value::Moment(Moment::At(moment))) => moment.to_string() == value,
        Some(Value::Integer(number)) => number.to_string() == value,
        _ => false,
    }
}

/// Cuts out the entry of `key` and the comments directly above it.
fn cut(text: &str, table: &Table<'_>, key: &str) -> Option<Vec<Patch>> {
    if matches!(table.layout, Layout::Inline | Layout::DottedInline) {
        return fields::remove(text, table, |one| one == key);
    }
    let entry = table.entry(key)?;
    let mut pieces = match &entry.node.value {
        Value::Table(fields) if fields.layout == Layout::Header && fields.entries().next().is_none() => {
            vec![entry.node.span.clone()]
        }
        Value::Table(fields) if matches!(fields.layout, Layout::Header | Layout::Dotted) => {
            fields::extents(fields)
        }
        _ => fields::extents(table).into_iter().filter(|one| one.start == entry.key_span.start).collect(),
    };
    if entry.node.span.start < pieces.first()?.start {
        // A header goes with all fields below it.
        let end = pieces.last()?.end;
        pieces.truncate(1);
        *pieces.first_mut()? = entry.node.span.start..end;
    }
    let mut blocks: Vec<_> = pieces.iter().map(|piece| fields::whole_lines(text, piece)).collect();
    let first = blocks.first_mut()?;
    first.start = lines::comments_above(text, first.start);
    if let [block] = blocks.as_mut_slice() {
        *block = lines::with_a_blank_line(text, block.clone());
    }
    Some(blocks.into_iter().map(|block| (block, String::new())).collect())
}
