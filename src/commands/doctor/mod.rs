//! `authctl doctor`: judges the key, the users and their files.

mod database;
mod fix;
mod users;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use authctl::auth::audit::{About, Finding, audit_both, audit_keys};
use authctl::auth::key::Key;
use authctl::auth::words;
use authctl::store::safe_file;
use serde::Serialize;

use crate::cli::DoctorArgs;
use crate::clock;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::{Exit, Failure, cannot};
use crate::files::Files;
use crate::output::escape::escape;
use crate::output::shell;
use fix::Fix;

/// A finding as scripts see it.
#[derive(Serialize)]
struct Shown {
    code: &'static str,
    message: String,
    hint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

#[derive(Serialize)]
struct Report {
    findings: Vec<Shown>,
}

/// Reads everything first, so that what cannot be read is no half report.
pub(crate) fn run(args: &DoctorArgs, cx: &mut Context) -> Result<Exit> {
    let now = clock::now()?;
    let mut findings = Vec::new();
    let (mut folders, mut signer) = (Vec::new(), None);
    if !args.store_only {
        let source = cx.files.key_source()?;
        let keys = cx.files.keys().map_err(|failure| without_key(failure, args))?;
        if let KeySource::File(path) = &source {
            let is_secret = keys.keys().iter().any(Key::is_private);
            findings.extend(exposed("key file", path, is_secret.then_some("the key"))?);
            folders.extend(folders_of(path));
        }
        findings
            .extend(audit_keys(&keys, now).into_iter().map(|finding| shown(&finding, &source, &cx.files)));
        signer = Some(keys);
    }
    if !args.key_only {
        let database = cx.files.database()?;
        let only_verifies = signer.as_ref().is_some_and(|keys| keys.signing_key().is_none());
        let judged = users::judge(only_verifies, now, cx).map_err(|failure| without_store(failure, args))?;
        let path = cx.files.users_path()?;
        if let Some(database) = &database {
            findings.extend(database::findings(database, only_verifies)?);
        }
        if let Some((path, has_password)) = cx.files.store_file()?.filter(|_| !args.store_only) {
            let has_hashes = database.is_none() && judged.has_hashes;
            let secret = if has_password { "the password of the database" } else { "the password hashes" };
            let secret = (has_hashes || has_password).then_some(secret);
            findings.extend(exposed("user store", &path, secret)?);
            folders.extend(folders_of(&path));
        }
        if judged.services > 0 {
            let have = if judged.services == 1 { "has" } else { "have" };
            let users = words::count(judged.services, "user");
            cx.console.say("note", format_args!("{users} {have} no password, and cannot log in"));
        }
        // Users in a database are in no file.
        let source = KeySource::File(if database.is_some() { PathBuf::new() } else { path });
        let of_both = signer.iter().filter_map(|keys| audit_both(keys, &judged.policies));
        let found = of_both.chain(judged.findings);
        findings.extend(found.map(|finding| shown(&finding, &source, &cx.files)));
    }
    folders.sort();
    folders.dedup();
    findings.extend(folders.iter().filter_map(|folder| replaceable(folder)));
    answer(&Report { findings }, cx)
}

fn answer(report: &Report, cx: &mut Context) -> Result<Exit> {
    let findings = &report.findings;
    let exit = if findings.is_empty() { Exit::Yes } else { Exit::No };
    if cx.console.json {
        cx.console.print_json(report)?;
        return Ok(exit);
    }
    let paint = cx.console.paint();
    for finding in findings {
        writeln!(
            cx.console.stdout,
            "{} {}",
            paint.warning(format_args!("{}:", finding.code)),
            escape(&finding.message)
        )?;
        writeln!(cx.console.stdout, "  {} {}", paint.hint("hint:"), escape(&finding.hint))?;
    }
    match findings.len() {
        0 => writeln!(cx.console.stdout, "{}", paint.good("nothing found"))?,
        number => writeln!(cx.console.stdout, "{}", words::count(number, "finding"))?,
    }
    Ok(exit)
}

/// Only the store is in version control: where there is no key, that is what may be meant.
fn without_key(failure: Failure, args: &DoctorArgs) -> Failure {
    if failure.is_missing() && !args.key_only {
        return or_judge(failure, "the user store alone with `--store-only`");
    }
    failure
}

/// The same failure, with another way to go on.
fn or_judge(failure: Failure, what: &str) -> Failure {
    let hint = failure.hint.as_ref().map(|hint| format!("{hint}, or judge {what}"));
    Failure { hint, ..failure }
}

/// A machine that only checks may need no store.
fn without_store(failure: Failure, args: &DoctorArgs) -> Failure {
    if failure.is_missing() && !args.store_only {
        return or_judge(failure, "the key alone with `--key-only`");
    }
    failure
}

/// What others may do with a file, and must not: read a `secret` that is in it, or write it.
fn exposed(what: &str, path: &Path, secret: Option<&str>) -> Result<Vec<Shown>, Failure> {
    let exposure = safe_file::exposure(path)
        .map_err(cannot(format_args!("look at the permissions of `{}`", path.display())))?;
    let mode = if secret.is_some() { "600" } else { "go-w" };
    let finding = |code, verb: &str| Shown {
        code,
        message: format!("others can {verb} the {what} `{}`", path.display()),
        hint: format!("run `chmod {mode} {}`", shell::path(path)),
        user: None,
        file: Some(path.display().to_string()),
    };
    let is_key = what == "key file";
    let mut findings = Vec::new();
    if let Some(secret) = secret.filter(|_| exposure.readable) {
        findings.push(if is_key {
            finding("key_readable", "read")
        } else {
            finding("store_readable", &format!("read {secret} in"))
        });
    }
    if exposure.writable {
        findings.push(finding(if is_key { "key_writable" } else { "store_writable" }, "write"));
    }
    Ok(findings)
}

/// The folder that a file is in, and the one that its symlink leads to.
fn folders_of(path: &Path) -> Vec<PathBuf> {
    let place = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = place.canonicalize().ok();
    let target = path.canonicalize().ok().and_then(|target| target.parent().map(Path::to_owned));
    place.into_iter().chain(target).collect()
}

fn replaceable(folder: &Path) -> Option<Shown> {
    safe_file::exposure(folder).ok().filter(|exposure| exposure.writable)?;
    let shown = folder.display().to_string();
    Some(Shown {
        code: "folder_writable",
        message: format!("others can replace the files in `{shown}`"),
        hint: format!("run `chmod go-w {}`", shell::path(folder)),
        user: None,
        file: Some(shown),
    })
}

/// A finding of the rules about the key or the store at `source`.
fn shown(finding: &Finding, source: &KeySource, files: &Files) -> Shown {
    let file = match (source, finding.about()) {
        (KeySource::File(path), About::Keys | About::Store) if !path.as_os_str().is_empty() => {
            Some(path.display().to_string())
        }
        _ => None,
    };
    let hint = match source {
        KeySource::File(_) => Fix::of(finding).hint(files),
        KeySource::Secret(_) => Fix::of_variable(finding).hint(files),
    };
    let user = finding.user().map(ToString::to_string);
    Shown { code: finding.code(), message: finding.to_string(), hint, user, file }
}
