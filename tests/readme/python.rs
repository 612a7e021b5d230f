//! The server of the README, in Python.

use std::path::Path;
use std::process::Command;

use crate::{bash, blocks};

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
