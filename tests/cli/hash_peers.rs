//! Hashes that other programs make and take: passlib, bcrypt, Django and htpasswd.
//!
//! They run where `python3` (or `AUTHCTL_PYTHON`) has those packages. With `AUTHCTL_PEERS=1` it has to.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::bench::{Bench, cheap_hash};

const PASSWORD: &str = "sécret wörd 42 !";

/// What `tests/peers/hashes.py` says. `None` where its packages are not installed, which is said.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn answers(password: &str, ours: &str) -> Option<Vec<Value>> {
    let program = std::env::var_os("AUTHCTL_PYTHON").unwrap_or_else(|| "python3".into());
    let packages = "import bcrypt, django, passlib, argon2";
    let probe = Command::new(&program).args(["-W", "ignore", "-c", packages]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        let said = format!("{} has no passlib, bcrypt, Django and argon2-cffi", program.display());
        assert!(std::env::var_os("AUTHCTL_PEERS").is_none(), "AUTHCTL_PEERS is set, and {said}");
        eprintln!("not run: {said}");
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/hashes.py");
    let mut command = Command::new(&program);
    let mut child = command
        .args(["-W", "ignore"])
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n{ours}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn hashes_made_by_other_programs_log_in_and_they_take_ours() {
    let Some(answers) = answers(PASSWORD, &cheap_hash(PASSWORD)) else { return };
    let mut hashes = 0;
    for answer in answers {
        let program = answer[0].as_str().unwrap();
        match &answer[1] {
            Value::Bool(good) => assert_eq!(*good, !program.contains("refuses"), "{program}"),
            hash => {
                let bench = Bench::empty();
                let verify = ["hash-password", "--password-stdin", "--verify", hash.as_str().unwrap()];
                assert_eq!(bench.answer(verify, PASSWORD).code, Some(0), "{program}: {hash}");
                assert_eq!(bench.answer(verify, "secret").code, Some(1), "{program}: {hash}");
                hashes += 1;
            }
        }
    }
    assert!(hashes >= 14, "{hashes}");
}
