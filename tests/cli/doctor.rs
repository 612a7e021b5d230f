//! `authctl doctor`: every fault is found, one at a time, and its hint mends it.

use insta::assert_snapshot;

use crate::bench::Bench;
use crate::support::samples::PWDLIB as HASH;

/// A secret that the manual of `FastAPI` prints.
const PUBLISHED: &str = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";

/// A key, and a store in which nothing is wrong.
fn bench() -> Bench {
    let store = format!(
        r#"[scopes]
me = "Read information about the current user."
items = "Read items."

[users.alice]
full_name = "Alice Chains"
email = "alice@example.com"
hashed_password = "{HASH}"
scopes = ["me"]

[users.bob]
full_name = "Bob Doe"
email = "bob@example.com"
hashed_password = "{HASH}"
scopes = ["me", "items"]

[users.gone]
full_name = "Alice Chains"
email = "alice@example.com"
hashed_password = "!"
disabled = true
"#
    );
    let bench = Bench::with_store(&store);
    bench.run("keys generate --output strong.jwks");
    bench.write("secret.key", bench.read("strong.jwks"));
    bench
}

/// The codes of the findings.
fn codes(bench: &Bench) -> Vec<String> {
    let answer = bench.answer("doctor --json", "");
    let json = answer.json();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(answer.code, Some(i32::from(!findings.is_empty())));
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// Runs the commands of the only hint there is.
#[cfg(unix)]
#[track_caller]
fn mend(bench: &Bench, chosen: &[(&str, &str)]) {
    let json = bench.answer("doctor --json", "").json();
    let hint = json["findings"][0]["hint"].as_str().unwrap();
    let run = hint.split(", or ").find_map(|way| way.strip_prefix("run ")).unwrap();
    for command in run.split(", then ") {
        let mut command = command.trim_matches('`').to_owned();
        for (placeholder, word) in chosen {
            command = command.replace(placeholder, word);
        }
        for (start, option) in [("authctl users passwd ", "--generate "), ("authctl users remove ", "--yes ")]
        {
            if command.starts_with(start) {
                command.insert_str(start.len(), option);
            }
        }
        assert_eq!(in_shell(bench, &command), Some(0), "{command}");
    }
    assert!(codes(bench).is_empty(), "{hint}: {:?}", codes(bench));
}

/// The exit code of a command line, in which `authctl` is the one under test.
#[cfg(unix)]
fn in_shell(bench: &Bench, line: &str) -> Option<i32> {
    let authctl = bench.command("");
    let folder = std::path::Path::new(authctl.get_program()).parent().unwrap();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", line]).current_dir(bench.home()).env_clear();
    shell.envs(authctl.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()));
    shell.stdin(std::process::Stdio::null()).output().unwrap().status.code()
}

/// Changes the store from `from` to `to`: one finding, of that code, which its hint mends.
#[cfg(unix)]
#[track_caller]
fn case(from: &str, to: &str, code: &str, chosen: &[(&str, &str)]) -> String {
    let bench = bench();
    bench.edit_store(from, to);
    assert_eq!(codes(&bench), [code]);
    let transcript = bench.run("doctor");
    mend(&bench, chosen);
    transcript
}

#[test]
fn nothing_is_found_in_what_init_makes() {
    for args in [
        "init",
        "init --scope me,items",
        "init --user johndoe --generate",
        "init --user johndoe --scope me,items --generate",
    ] {
        let mut bench = Bench::empty();
        let home = bench.path("new");
        bench.set("AUTHCTL_HOME", home);
        assert_eq!(bench.answer(args, "").code, Some(0));
        assert_eq!(bench.run("doctor"), "nothing found\n[exit 0]");
        assert_eq!(bench.run("doctor --json"), "{\"findings\":[]}\n[exit 0]");
        bench.run("keys rotate");
        assert_eq!(bench.run("doctor"), "nothing found\n[exit 0]");
    }
    assert!(codes(&bench()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_fault_of_a_user_is_found_and_mended() {
    let hash = format!("hashed_password = \"{HASH}\"\nscopes = [\"me\"]");
    let with_hash = |new: &str| hash.replace(HASH, new);
    assert_snapshot!(case(&hash, &with_hash("$2b$12$abc"), "unusable_hash", &[]), @"
    unusable_hash: user `alice` cannot log in: the parameters of bcrypt are not a cost of two digits and 53 characters
      hint: run `authctl users passwd alice`
    1 finding
    [exit 1]
    ");
    assert_snapshot!(case(&hash, &with_hash("*"), "unusable_hash", &[]), @"
    unusable_hash: user `alice` cannot log in: the account is locked
      hint: run `authctl users disable alice`, or set a password
    1 finding
    [exit 1]
    ");
    assert_snapshot!(case(&hash, &with_hash(&HASH.replace("t=3", "t=2")), "outdated_hash", &[]), @"
    outdated_hash: the hash of user `alice` is outdated: `t=2`, and new hashes have `t=3`
      hint: run `authctl users passwd alice`, or set `rehash = true` in `[passwords]`, and the next login renews it
    1 finding
    [exit 1]
    ");
    assert_snapshot!(case("[\"me\", \"items\"]", "[\"me\", \"x:y\", \"$z\"]", "undeclared_scope", &[]), @"
    undeclared_scope: user `bob` is granted `x:y` and `$z`, not declared in `[scopes]`
      hint: run `authctl users ungrant bob 'x:y,$z'`, or declare them in `[scopes]`
    1 finding
    [exit 1]
    ");
    assert_snapshot!(case("scopes = [\"me\", \"items\"]\n", "", "no_scope", &[("SCOPE", "me")]), @"
    no_scope: user `bob` has no scope: their tokens permit nothing
      hint: run `authctl users grant bob SCOPE`, or disable a user who needs no token
    1 finding
    [exit 1]
    ");
    let twin = format!("[users.ALICE]\nhashed_password = \"{HASH}\"\ndisabled = true\n\n[users.gone]");
    assert_snapshot!(case("[users.gone]", &twin, "case_twins", &[]), @"
    case_twins: the names of users `ALICE` and `alice` differ in case only
      hint: run `authctl users remove ALICE`, or add them under another name first, if they are another person
    1 finding
    [exit 1]
    ");
    assert_snapshot!(
        case("bob@example.com", " Alice@Example.com", "doubled_email", &[("ADDRESS", "b@example.com")]),
        @"
        doubled_email: users `alice` and `bob` have the same email
          hint: run `authctl users set bob --email ADDRESS`
        1 finding
        [exit 1]
        "
    );
    assert_snapshot!(case("Bob Doe", "alice chains", "doubled_full_name", &[("NAME", "Bob")]), @"
    doubled_full_name: users `alice` and `bob` have the same full name
      hint: run `authctl users set bob --full-name NAME`
    1 finding
    [exit 1]
    ");
}

#[cfg(unix)]
#[test]
fn a_fault_of_the_store_is_found_and_mended() {
    let over = "[revoked]\na = 2020-01-01T00:00:00Z\nb = 2126-01-01T00:00:00Z\n\n[scopes]";
    assert_snapshot!(case("[scopes]", over, "expired_revocations", &[]), @"
    expired_revocations: 1 token in `[revoked]` expired long ago
      hint: run `authctl revoke --prune`
    1 finding
    [exit 1]
    ");
    for (table, code) in [
        ("[passwords]\nmemory_kib = 8\niterations = 3\nparallelism = 1\n\n", "weak_password_policy"),
        ("[passwords]\nmin_length = 7\n\n", "short_passwords"),
    ] {
        let bench = bench();
        bench.edit_store("[scopes]", &format!("{table}[scopes]"));
        assert_eq!(codes(&bench), [code]);
        let json = bench.answer("doctor --json", "").json();
        let hint = json["findings"][0]["hint"].as_str().unwrap();
        assert!(hint.starts_with("set `"), "{hint}");
        let fields: Vec<&str> = hint.split('`').filter(|part| part.contains(" = ")).collect();
        bench.edit_store(table, &format!("[passwords]\n{}\n\n", fields.join("\n")));
        assert!(codes(&bench).is_empty(), "{hint}");
    }
    let bench = bench();
    bench.edit_store("scopes = [\"me\"]", "scopes = [\"me\"]\ntokens_valid_from = 2126-01-01T00:00:00Z");
    assert_snapshot!(bench.run("doctor"), @"
    valid_from_in_future: no token of another issuer for user `alice` is good before <time>
      hint: correct `tokens_valid_from` in the store, or the clock of this machine
    1 finding
    [exit 1]
    ");
}

#[cfg(unix)]
#[test]
fn a_weak_key_is_found_and_mended() {
    for secret in [
        PUBLISHED,
        "changeme-9481-changeme-9481-changeme-94",
        "the-key-of-our-shop-and-of-nothing-else",
        "{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
    ] {
        let bench = bench();
        bench.write("secret.key", secret);
        assert_eq!(codes(&bench), ["weak_key"], "{secret}");
        // Before another algorithm, which the servers that share the secret may not know.
        let json = bench.answer("doctor --json", "").json();
        let first = "give authctl and every server that shares the secret a new one, as `openssl rand -hex 32` prints, or run ";
        assert!(json["findings"][0]["hint"].as_str().unwrap().starts_with(first), "{json}");
        mend(&bench, &[]);
    }
}

#[cfg(unix)]
#[test]
fn keys_that_are_all_retired_are_found_and_mended() {
    let bench = bench();
    let id = bench.answer("keys --json", "").json()[0]["kid"].as_str().unwrap().to_owned();
    bench.write(
        "secret.key",
        bench.read("secret.key").replace("\"use\"", "\"authctl_retired\": true, \"use\""),
    );
    assert_snapshot!(bench.run("doctor"), @"
    only_retired_keys: all keys are retired: no token is good
      hint: run `authctl keys rotate`
    1 finding
    [exit 1]
    ");
    mend(&bench, &[]);
    assert!(bench.read("secret.key").contains(&id));
}

#[test]
fn a_weak_key_in_the_environment_is_set_anew() {
    let mut bench = bench();
    bench.set("AUTHCTL_SECRET_KEY", PUBLISHED);
    assert_snapshot!(bench.run("doctor"), @"
    weak_key: the secret is printed in a well-known manual
      hint: set `AUTHCTL_SECRET_KEY`, and the key of every server that shares it, to what `openssl rand -hex 32` prints
    1 finding
    [exit 1]
    ");
    assert_snapshot!(bench.run("doctor --json"), @r#"
    {"findings":[{"code":"weak_key","message":"the secret is printed in a well-known manual","hint":"set `AUTHCTL_SECRET_KEY`, and the key of every server that shares it, to what `openssl rand -hex 32` prints"}]}
    [exit 1]
    "#);
}

#[cfg(unix)]
#[test]
fn a_name_that_looks_like_an_option_is_mended_as_any_other() {
    let dashed = |from: &str, to: &str, chosen: &[(&str, &str)]| {
        let bench = bench();
        bench.edit_store("[users.bob]", "[users.--email]");
        bench.edit_store(from, to);
        let transcript = bench.run("doctor");
        mend(&bench, chosen);
        transcript
    };
    assert_snapshot!(dashed("bob@example.com", "alice@example.com", &[("ADDRESS", "b@example.com")]), @"
    doubled_email: users `--email` and `alice` have the same email
      hint: run `authctl users set alice --email ADDRESS`
    1 finding
    [exit 1]
    ");
    assert_snapshot!(dashed("[\"me\", \"items\"]", "[\"me\", \"-x\"]", &[]), @"
    undeclared_scope: user `--email` is granted `-x`, not declared in `[scopes]`
      hint: run `authctl users ungrant -- --email -x`, or declare it in `[scopes]`
    1 finding
    [exit 1]
    ");
    let doubled = format!(
        "[users.--json]\nhashed_password = \"{HASH}\"\nscopes = [\"me\"]\nfull_name = \"Bob Doe\"\n\n[users.gone]"
    );
    assert_snapshot!(dashed("[users.gone]", &doubled, &[("NAME", "Bob")]), @"
    doubled_full_name: users `--email` and `--json` have the same full name
      hint: run `authctl users set --full-name NAME -- --json`
    1 finding
    [exit 1]
    ");
    let outdated = HASH.replace("t=3", "t=2");
    assert_snapshot!(dashed(&format!("{HASH}\"\nscopes = [\"me\", \"items\"]"), &format!("{outdated}\"\nscopes = [\"me\", \"items\"]"), &[]), @"
    outdated_hash: the hash of user `--email` is outdated: `t=2`, and new hashes have `t=3`
      hint: run `authctl users passwd -- --email`, or set `rehash = true` in `[passwords]`, and the next login renews it
    1 finding
    [exit 1]
    ");
    // The file is one argument too, and options come before the name.
    let bench = bench();
    bench.edit_store("[users.bob]", "[users.--email]");
    bench.edit_store("[\"me\", \"items\"]", "[\"me\", \"-x\"]");
    std::fs::rename(bench.path("users.toml"), bench.path("-u s")).unwrap();
    let json = bench.answer(["doctor", "--users-file=-u s", "--json"], "").json();
    let hint = json["findings"][0]["hint"].as_str().unwrap();
    let command = hint.split('`').nth(1).unwrap();
    assert_eq!(command, "authctl users ungrant --users-file './-u s' -- --email -x");
    assert_eq!(in_shell(&bench, command), Some(0));
    assert!(!bench.read("-u s").contains("-x"));
}

#[cfg(unix)]
#[test]
fn permissions_that_are_too_wide_are_found_and_mended() {
    for (file, mode, code) in [
        ("secret.key", 0o640, "key_readable"),
        ("secret.key", 0o602, "key_writable"),
        ("users.toml", 0o602, "store_writable"),
        (".", 0o770, "folder_writable"),
    ] {
        let bench = bench();
        bench.set_mode(file, mode);
        assert_eq!(codes(&bench), [code]);
        mend(&bench, &[]);
    }
}

#[cfg(unix)]
#[test]
fn hashes_that_others_can_read_are_found_and_mended() {
    let bench = bench();
    bench.set_mode("users.toml", 0o640);
    assert_eq!(codes(&bench), ["store_readable"]);
    mend(&bench, &[]);
    let store = bench.read("users.toml");
    bench.write(
        "users.toml",
        store
            .replace(HASH, "!")
            .replace("disabled = true", "")
            .replace("hashed_password = \"!\"", "hashed_password = \"!\"\ndisabled = true"),
    );
    bench.set_mode("users.toml", 0o644);
    bench.set_mode(".", 0o755);
    assert!(codes(&bench).is_empty(), "anybody may read a store without hashes");
    bench.write("users.toml", store);
    bench.write("secret.key", bench.answer("keys public", "").raw.stdout);
    bench.set_mode("secret.key", 0o644);
    assert!(codes(&bench).is_empty(), "and public keys");
    bench.set_mode(".", 0o1777);
    assert!(codes(&bench).is_empty(), "nobody can replace the files of others");
    bench.set_mode("secret.key", 0o666);
    bench.set_mode("users.toml", 0o666);
    // As the warnings of every other command are, they are said once.
    assert_snapshot!(bench.run("doctor"), @"
    key_writable: others can write the key file `<home>/secret.key`
      hint: run `chmod go-w <home>/secret.key`
    store_readable: others can read the password hashes in the user store `<home>/users.toml`
      hint: run `chmod 600 <home>/users.toml`
    store_writable: others can write the user store `<home>/users.toml`
      hint: run `chmod 600 <home>/users.toml`
    3 findings
    [exit 1]
    ");
}

#[test]
fn a_store_in_version_control_is_judged_by_what_it_says() {
    let bench = bench();
    std::fs::remove_file(bench.path("secret.key")).unwrap();
    bench.set_mode("users.toml", 0o666);
    bench.set_mode(".", 0o777);
    assert_snapshot!(bench.run("doctor"), @"
    2> error: key file `<home>/secret.key` does not exist
    2> hint: run `authctl init`, or judge the user store alone with `--store-only`
    [exit 2]
    ");
    assert_snapshot!(bench.run("doctor --store-only --users-file users.toml"), @"
    nothing found
    [exit 0]
    ");
    bench.edit_store("scopes = [\"me\"]\n", "scopes = [\"it's\"]\n");
    // Each shell has quotes of its own.
    let (windows, posix) = (r#""it's""#, r"'it'\''s'");
    assert_snapshot!(bench.run("doctor --store-only --users-file users.toml").replace(windows, posix), @r"
    undeclared_scope: user `alice` is granted `it's`, not declared in `[scopes]`
      hint: run `authctl users ungrant alice 'it'\''s' --users-file users.toml`, or declare it in `[scopes]`
    1 finding
    [exit 1]
    ");
    assert_snapshot!(bench.run("doctor --store-only --users-file nowhere.toml"), @"
    2> error: user store `nowhere.toml` does not exist
    2> hint: run `authctl init --users-file nowhere.toml`
    [exit 2]
    ");
}

#[test]
fn a_machine_that_only_checks_needs_no_store() {
    let bench = bench();
    std::fs::remove_file(bench.path("users.toml")).unwrap();
    assert_snapshot!(bench.run("doctor"), @"
    2> error: user store `<home>/users.toml` does not exist
    2> hint: run `authctl init`, or judge the key alone with `--key-only`
    [exit 2]
    ");
    assert_snapshot!(bench.run("doctor --key-only"), @"
    nothing found
    [exit 0]
    ");
    assert_snapshot!(bench.run("doctor --key-only --store-only"), @"
    2> error: `--key-only` cannot be used with `--store-only`
    2> hint: run `authctl doctor --help`
    [exit 2]
    ");
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let bench = bench();
    bench.write("users.toml", "[users.a]\ndisable = true\n");
    assert_snapshot!(bench.run("doctor"), @"
    2> error: user store `<home>/users.toml`, line 2, column 1: unknown field `disable` (user `a`)
    2> hint: did you mean `disabled`?
    [exit 2]
    ");
    bench.write("secret.key", "short");
    assert_snapshot!(bench.run("doctor --json"), @r#"
    {"error":"invalid_key","hint":"make a key with `authctl keys generate` or `openssl rand -hex 32`","message":"key file `<home>/secret.key`: the secret has 5 bytes, and needs at least 32"}
    2> error: key file `<home>/secret.key`: the secret has 5 bytes, and needs at least 32
    2> hint: make a key with `authctl keys generate` or `openssl rand -hex 32`
    [exit 2]
    "#);
}

#[test]
fn a_scope_claim_without_scope_is_found_where_the_key_signs() {
    let bench = bench();
    let store = bench.read("users.toml");
    bench.write("users.toml", format!("[tokens]\nscope_claim = [\"scp\"]\n{store}"));
    assert_snapshot!(bench.run("doctor"), @"
    scope_claim: `scope_claim` does not name `scope`: tokens signed with this key permit nothing
      hint: add `scope` to `scope_claim` in the `[tokens]` of the store
    1 finding
    [exit 1]
    ");
    assert_snapshot!(bench.run("doctor --store-only"), @"
    nothing found
    [exit 0]
    ");
    bench.write("users.toml", format!("[tokens]\nscope_claim = [\"scp\", \"scope\"]\n{store}"));
    assert_snapshot!(bench.run("doctor"), @"
    nothing found
    [exit 0]
    ");
}

#[test]
fn a_scope_claim_without_scope_harms_nothing_where_the_key_only_verifies() {
    let bench = bench();
    bench.write("users.toml", format!("[tokens]\nscope_claim = [\"scp\"]\n{}", bench.read("users.toml")));
    bench.write("public.jwks", bench.answer("keys public", "").raw.stdout);
    assert_snapshot!(bench.run("doctor --key-file public.jwks"), @"
    nothing found
    [exit 0]
    ");
}
