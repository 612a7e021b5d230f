//! Each script of the pages by itself, with good tokens and others.

use std::path::Path;
use std::process::Command;

use authctl::store::users_file;

use crate::{ELSEWHERE, README, bash, blocks, provider, steps};

#[test]
fn the_step_for_ci_passes_with_a_good_token_and_no_other() {
    let home = tempfile::tempdir().unwrap();
    let yaml = blocks("yaml").concat();
    let command = yaml.lines().find_map(|line| line.trim().strip_prefix("run: ")).unwrap();
    let made = "authctl init --alg EdDSA --scope deploy,build && authctl keys public > public.jwks \
                && authctl users add ci --no-password --scope deploy,build";
    assert!(bash(home.path(), made).status.success());
    for (scope, lifetime, code) in [("deploy", "1h", 0), ("build", "1h", 4), ("deploy", "5m", 3)] {
        let script =
            format!("DEPLOY_TOKEN=$(authctl issue ci --scope {scope} --expires-in {lifetime})\n{command}");
        assert_eq!(bash(home.path(), &script).status.code(), Some(code), "{scope} {lifetime}");
    }
}

#[test]
fn the_script_tells_a_good_token_from_others() {
    let script = steps().into_iter().find(|(_, block)| block.contains("case $code")).unwrap().1;
    for (scope, answer) in [("me", "go ahead\n"), ("items", "ask for the scope me\n")] {
        let home = tempfile::tempdir().unwrap();
        let setting = "set -e; authctl init --scope me,items >&2; authctl users add ci --no-password --scope me,items >&2";
        let output =
            bash(home.path(), &format!("{setting}\nTOKEN=$(authctl issue ci --scope {scope})\n{script}"));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), answer);
    }
}

#[test]
fn the_keys_are_rotated_by_the_script() {
    let home = tempfile::tempdir().unwrap();
    let steps: Vec<_> = blocks("sh").into_iter().filter(|script| script.contains("$keys.next")).collect();
    let script = steps.join("\n");
    let output = bash(home.path(), &format!("set -e; authctl init >/dev/null\n{script}\n"));
    assert!(output.status.success(), "{output:?}");
    let listed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(!home.path().join(".config/authctl/secret.key.next").exists());
}

#[test]
fn the_store_that_is_shown_can_be_read() {
    let store = users_file::parse(blocks("toml")[0]).unwrap();
    assert_eq!(store.tokens.audience.as_deref(), Some("example-api"));
    assert_eq!(store.users.len(), 1);
    assert_eq!(store.scopes.unwrap().len(), 2);
}

#[test]
fn tokens_of_a_provider_are_verified_by_its_key_set() {
    let home = tempfile::tempdir().unwrap();
    let script = blocks("sh").into_iter().find(|script| script.contains("--scope-claim")).unwrap();
    for (scopes, audience, code) in [
        ("read:items", "https://api.example.com", 0),
        ("x", "https://api.example.com", 4),
        ("read:items", "other", 1),
    ] {
        let token = provider(home.path(), scopes, audience);
        let setting = format!("{ELSEWHERE}PROVIDER_TOKEN={token}\n");
        let output = bash(home.path(), &format!("{setting}{script}"));
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }
}

#[test]
fn the_first_command_does_the_main_job() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = format!("cd '{}' && sh examples/first-token.sh", root.display());
    let home = tempfile::tempdir().unwrap();
    let output = bash(home.path(), &script);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().ends_with("exit code 4: no, it lacks a scope\n"));
    assert!(README.contains("sh examples/first-token.sh"));
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = Command::new(env!("CARGO_BIN_EXE_authctl")).args(["help", "exit-codes"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let table = README.split("## Exit codes").nth(1).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let mut count = 0;
    for (code, meaning) in rows.filter(|(code, _)| code.parse::<u8>().is_ok()) {
        let meaning = meaning.trim_end_matches(" |");
        assert!(help.contains(&format!("{code} {meaning}")), "{code} {meaning}");
        count += 1;
    }
    assert_eq!(count, 5);
}

/// The four ways in, one after another into the same store.
#[test]
fn users_of_other_programs_move_here_as_it_is_shown() {
    let home = tempfile::tempdir().unwrap();
    let hash = "$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS";
    let write = |name: &str, text: String| std::fs::write(home.path().join(name), text).unwrap();
    write(".htpasswd", format!("ann:{hash}\n"));
    let ben =
        format!("{{\"ben\":{{\"username\":\"ben\",\"hashed_password\":\"{hash}\",\"scopes\":[\"me\"]}}}}");
    write("main.py", format!("fake_users_db = {ben}\n"));
    write("main.json", ben);
    write(
        "users_database.yml",
        format!("users:\n  cas:\n    password: '{hash}'\n    groups: [me, admins]\n"),
    );
    let ways: Vec<&str> = blocks("bash").into_iter().filter(|block| block.contains("users import")).collect();
    assert_eq!(ways.len(), 4);
    let psql = "psql() { echo 'dot,d@o.t,pbkdf2_sha256$1000$OqlVb6xNGuavEROQQsTcOA$cTcYHWO0x00f7PKl2k6jmsG3eKFjOoTah2KQqrsqbU8='; }";
    let python = std::env::var("AUTHCTL_PYTHON")
        .map_or("python3() { cat main.json; }".to_owned(), |python| {
            format!("python3() {{ '{python}' \"$@\"; }}")
        });
    let check = "for name in ann ben cas; do echo secret | authctl login $name --scope me --password-stdin; done\necho sécret | authctl login dot --scope me --password-stdin";
    let script =
        format!("set -e\nauthctl init --scope me > init\n{psql}\n{python}\n{}\n{check}", ways.join("\n"));
    let output = bash(home.path(), &script);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 4);
}
