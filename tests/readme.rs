//! Runs the examples of the README and of the pages in `docs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that does not run says so")]

mod support;

use std::path::Path;
use std::process::{Command, Output};

use authctl::auth::key::{Algorithm, Key, KeySet};
use authctl::store::users_file;
use support::samples::{seconds_now, signed_by};

const README: &str = include_str!("../README.md");
const PAGES: [&str; 7] = [
    README,
    include_str!("../docs/files.md"),
    include_str!("../docs/keys.md"),
    include_str!("../docs/moving.md"),
    include_str!("../docs/packaging.md"),
    include_str!("../docs/performance.md"),
    include_str!("../docs/shared-store.md"),
];

/// The fenced blocks of `language`, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("\n```{language}\n");
    let rests = PAGES.iter().flat_map(|page| page.split(&fence).skip(1));
    rests.map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// Runs a script in bash where authctl is installed and has a home of its own.
fn bash(home: &Path, script: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_authctl")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    Command::new("bash")
        .args(["-c", script])
        .current_dir(home)
        .env_clear()
        .envs([("PATH", path.as_str()), ("TZ", "UTC"), ("HOME", home.to_str().unwrap())])
        .output()
        .unwrap()
}

/// Masks the parts that vary from run to run: paths, moments, spans and tokens.
fn normalised(text: &str, home: &Path) -> String {
    let text = text.replace(home.to_str().unwrap(), "/home/you");
    let masked = |word: &str| {
        let bare = word.trim_matches(['`', ':']);
        let is_id = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mask = match bare.len() {
            _ if bare.starts_with("eyJ") => "TOKEN",
            20 if bare.ends_with('Z') && bare.as_bytes()[10] == b'T' => "MOMENT",
            43 if !bare.contains(['/', '.']) => "KEY",
            _ if is_id => "ID",
            _ => word,
        };
        mask.to_owned()
    };
    let lines = text.lines().map(|line| {
        let words: Vec<_> = line.split(' ').map(masked).collect();
        let unit = |word: &str| word.trim_matches(',') == "seconds";
        let is_passed = |at: usize| unit(&words[at]) || words.get(at + 1).is_some_and(|word| unit(word));
        let kept: Vec<_> =
            (0..words.len()).filter(|&at| !is_passed(at)).map(|at| words[at].as_str()).collect();
        kept.join(" ").replace("minutes at", "minutes, at")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The blocks of the README that a shell runs, and what they print, in order, each with its language.
fn steps() -> Vec<(&'static str, &'static str)> {
    // Between fences, every second part is a block.
    let parts = README.split("\n```").skip(1).step_by(2);
    parts
        .filter_map(|part| part.split_once('\n'))
        .filter(|(language, _)| ["console", "sh", "text"].contains(language))
        .collect()
}

/// A provider's key set in the home, as it would be downloaded, and a token of the provider.
fn provider(home: &Path, scopes: &str, audience: &str) -> String {
    let keys = KeySet::from(Key::generate(Algorithm::RS256).unwrap());
    std::fs::write(home.join("published"), keys.public_json().unwrap()).unwrap();
    let key = keys.signing_key().unwrap();
    let header = serde_json::json!({"alg": "RS256", "kid": key.id()});
    let claims = serde_json::json!({
        "iss": "https://login.example.com/", "sub": "auth0|5f7c8ec7", "aud": [audience],
        "exp": seconds_now() + 1800, "scope": "openid", "permissions": [scopes],
    });
    signed_by(key, header.to_string(), claims.to_string())
}

/// Programs that reach other machines: a download is a file, and a secret of CI is a file.
const ELSEWHERE: &str = "curl() { cp published \"$3\"; }\ngh() { cat > deploy-token; }\n";

#[test]
fn the_page_works_from_top_to_bottom_in_one_shell() {
    let home = tempfile::tempdir().unwrap();
    let token = provider(home.path(), "read:items", "https://api.example.com");
    let mut script = format!("exec 2>&1\n{ELSEWHERE}PROVIDER_TOKEN={token}\n");
    let show = |script: &mut String, line: &str| script.extend(["cat <<'SHOWN'\n", line, "\nSHOWN\n"]);
    let mut expected = Vec::new();
    for (language, block) in steps() {
        if language == "text" {
            expected.extend(block.lines().map(str::to_owned));
            continue;
        }
        show(&mut script, &format!("# {language}: {}", block.lines().next().unwrap()));
        expected.push(format!("# {language}: {}", block.lines().next().unwrap()));
        if language == "sh" {
            script.extend([block, "\n"]);
            continue;
        }
        for line in block.lines() {
            expected.push(line.to_owned());
            if let Some(command) = line.strip_prefix("$ ") {
                show(&mut script, line);
                script.extend([command, "\ncode=$?; test $code = 0 || echo \"[exit $code]\"\n"]);
            }
        }
    }
    // What the step of CI answers to the token that the page made for it.
    let yaml = blocks("yaml").concat();
    let step = yaml.lines().find_map(|line| line.trim().strip_prefix("run: ")).unwrap();
    script.extend(["DEPLOY_TOKEN=$(cat deploy-token)\n", step, "\n"]);
    expected.push("good: ci, scopes deploy, expires in 1 hour, at 2026-11-22T01:44:56Z".to_owned());

    let output = String::from_utf8(bash(home.path(), &script).stdout).unwrap();
    let expected = expected.join("\n");
    assert!(steps().len() > 6);
    assert_eq!(normalised(&output, home.path()), normalised(&expected, home.path()));
    let verdicts = std::fs::read_to_string(home.path().join("verdicts.jsonl")).unwrap();
    assert_eq!(verdicts.matches("\"active\":true").count(), 2, "{verdicts}");
}

/// Whether a word of a script begins with `#` outside quotes.
fn has_comment(script: &str) -> bool {
    let (mut quote, mut is_start) = (None, true);
    script.chars().any(|next| {
        let is_comment = quote.is_none() && is_start && next == '#';
        match quote {
            Some(open) if open == next => quote = None,
            None if ['\'', '"'].contains(&next) => quote = Some(next),
            _ => {}
        }
        is_start = next.is_whitespace() || [';', '&', '|', '('].contains(&next);
        is_comment
    })
}

/// An interactive zsh takes the words of a comment for arguments, and runs what is in backticks there.
#[test]
fn no_script_that_a_reader_pastes_has_a_comment() {
    for (script, is_one) in
        [("a # b", true), ("#> b", true), ("a;#b", true), ("a '# b' \"# b\" $# b#c", false)]
    {
        assert_eq!(has_comment(script), is_one, "{script}");
    }
    let scripts: Vec<&str> = ["sh", "bash", "shell"].into_iter().flat_map(blocks).collect();
    assert!(scripts.len() > 15, "{}", scripts.len());
    let typed = blocks("console").into_iter().flat_map(str::lines).filter_map(|line| line.strip_prefix("$ "));
    for script in scripts.into_iter().chain(typed) {
        assert!(!has_comment(script), "{script}");
    }
}

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

/// What the server of the README answers to a request with each token: the status.
fn statuses(python: &str, home: &Path, audience: &str, tokens: &[&str]) -> Vec<String> {
    let driver = format!(
        "\nimport sys\nfrom fastapi.testclient import TestClient\nAUDIENCE = {audience}\nclient = TestClient(app)\n\
         for token in sys.argv[1:]:\n    headers = {{'Authorization': f'Bearer {{token}}'}}\n    \
         print(client.get('/items/', headers=headers).status_code)\n"
    );
    let script = blocks("python")[0].to_owned() + &driver;
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", &script])
        .args(tokens)
        .current_dir(home.join(".config/authctl"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_fastapi_server_takes_tokens_before_and_after_a_rotation() {
    let Ok(python) = std::env::var("AUTHCTL_PYTHON") else {
        println!("not run: AUTHCTL_PYTHON names no interpreter with FastAPI and PyJWT");
        return;
    };
    for (setting, audience) in [("", "None"), ("s/^# audience = .*/audience = \"api\"/", "'api'")] {
        let home = tempfile::tempdir().unwrap();
        let run = |script: &str| {
            let output = bash(home.path(), &format!("set -e; {script}"));
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        run(&format!(
            "echo 'correct horse battery staple' | authctl init --user johndoe --scope me,items --password-stdin
             sed -i '{setting}' .config/authctl/users.toml"
        ));
        let token = |scope: &str| run(&format!("authctl issue johndoe --scope {scope}"));
        let (old, lacking) = (token("me,items"), token("me"));
        let forged = format!("{}AAAA", &old[..old.len() - 4]);
        let statuses = |tokens: &[&str]| statuses(&python, home.path(), audience, tokens);
        assert_eq!(statuses(&[&old, &lacking, &forged, "x"]), ["200", "403", "401", "401"], "{audience}");
        run("authctl keys rotate");
        let new = token("items");
        assert_eq!(statuses(&[&old, &new, &lacking]), ["200", "200", "403"], "{audience}");
        run("authctl keys retire secret");
        assert_eq!(statuses(&[&old, &new]), ["401", "200"], "{audience}");
    }
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
    write(
        "users.json",
        format!("{{\"ben\":{{\"username\":\"ben\",\"hashed_password\":\"{hash}\",\"scopes\":[\"me\"]}}}}"),
    );
    write(
        "users_database.yml",
        format!("users:\n  cas:\n    password: '{hash}'\n    groups: [me, admins]\n"),
    );
    let ways: Vec<&str> = blocks("bash").into_iter().filter(|block| block.contains("users import")).collect();
    assert_eq!(ways.len(), 4);
    let psql = "psql() { echo 'dot,d@o.t,pbkdf2_sha256$1000$OqlVb6xNGuavEROQQsTcOA$cTcYHWO0x00f7PKl2k6jmsG3eKFjOoTah2KQqrsqbU8='; }";
    let check = "for name in ann ben cas; do echo secret | authctl login $name --scope me --password-stdin; done\necho sécret | authctl login dot --scope me --password-stdin";
    let script = format!("set -e\nauthctl init --scope me > init\n{psql}\n{}\n{check}", ways.join("\n"));
    let output = bash(home.path(), &script);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 4);
}
