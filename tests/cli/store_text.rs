//! The text of a users file as edits would leave it, whose users are elsewhere.

use std::collections::BTreeSet;

use authctl::auth::user::{User, UserStore};
use authctl::store::users_file::{self, export_records, export_user};

/// The tables of a users file, each with what stands before the next.
fn tables(text: &str) -> Vec<&str> {
    let lines = text.split_inclusive('\n');
    let starts = lines.scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let mut cuts: Vec<usize> =
        starts.filter(|(_, line)| line.starts_with('[')).map(|(start, _)| start).collect();
    cuts.insert(0, 0);
    cuts.push(text.len());
    cuts.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

/// Whether a table has neither users nor records of them.
fn is_policy(table: &str) -> bool {
    let name = table.trim_start_matches('[').split(['.', ']']).next().unwrap_or("").trim();
    !(table.starts_with('[') && ["users", "revoked", "removed"].contains(&name))
}

/// The tables of a users file that have neither users nor records of them.
pub(crate) fn policies(text: &str) -> String {
    tables(text).into_iter().filter(|table| is_policy(table)).collect()
}

/// `before` with the edits that make it say what `store` has: lines that say the same stay, and new ones follow.
pub(crate) fn edited(before: &str, store: &UserStore) -> String {
    let mut text = String::new();
    let mut rest = store.clone();
    for table in tables(before) {
        let UserStore { users, .. } = users_file::parse(table).unwrap_or_default();
        if is_policy(table) {
            text.push_str(table);
        } else if table.starts_with("[revoked]") {
            let revoked = std::mem::take(&mut rest.revoked);
            text.push_str(&edited_records(table, &UserStore { revoked, ..UserStore::default() }));
        } else if table.starts_with("[removed]") {
            let removed = std::mem::take(&mut rest.removed);
            text.push_str(&edited_records(table, &UserStore { removed, ..UserStore::default() }));
        } else if let Some(user) = users.values().next()
            && let Some(new) = rest.users.remove(user.name.as_str())
        {
            text.push_str(&edited_user(table, user, &new));
        }
    }
    let new: String = rest.users.values().map(export_user).collect();
    let new = new + &export_records(&rest);
    if !new.is_empty() && text.ends_with("\n\n") {
        text.pop();
    }
    text + &new
}

/// The lines of a user with the fields that are other than before.
fn edited_user(table: &str, before: &User, after: &User) -> String {
    let [before, after] = [before, after].map(export_user);
    let mut lines: Vec<String> = Vec::new();
    let mut fields: Vec<&str> = after.lines().filter(|line| line.contains(" = ")).collect();
    let key = |line: &str| line.split(" = ").next().unwrap_or("").to_owned();
    for line in table.lines() {
        let name = key(line);
        let new = fields.iter().position(|field| key(field) == name).map(|at| fields.remove(at));
        let old = before.lines().find(|field| key(field) == name);
        match (line.contains(" = "), old, new) {
            (true, old, Some(new)) if old != Some(new) => lines.push(new.to_owned()),
            (true, Some(_), None) if name == "disabled" => lines.push("disabled = false".to_owned()),
            (true, Some(_), None) if name == "scopes" => lines.push("scopes = []".to_owned()),
            (true, Some(_), None) => {}
            _ => lines.push(line.to_owned()),
        }
    }
    let end = lines.iter().rposition(|line| line.contains(" = ")).map_or(1, |last| last + 1);
    lines.splice(end..end, fields.into_iter().map(str::to_owned));
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// The lines of records that are there still, and those that are new.
fn edited_records(table: &str, records: &UserStore) -> String {
    let text = export_records(records);
    let mut new: BTreeSet<&str> = text.lines().filter(|line| line.contains(" = ")).collect();
    let mut lines: Vec<&str> =
        table.lines().filter(|line| !line.contains(" = ") || new.remove(line)).collect();
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(1, |last| last + 1);
    lines.splice(end..end, new);
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}
