//! What is exported.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use super::Shared;

#[test]
fn an_export_is_of_one_moment() {
    let Some(shared) = Shared::new() else { return };
    shared.sql("INSERT INTO authctl.users (name, folded) SELECT 'u' || n, 'u' || n FROM generate_series(10000, 19999) n");
    let mut export = shared.bench.command(["users", "export"]);
    let mut export = export.stdout(Stdio::piped()).spawn().unwrap();
    let mut text = BufReader::new(export.stdout.take().unwrap());
    let mut exported = String::new();
    text.read_line(&mut exported).unwrap();
    // The pipe is full, and most users are not read yet.
    for args in [
        "users remove u19999 --yes",
        "users disable u19998",
        "revoke --id abc --expires 2099-01-01T00:00:00Z",
    ] {
        assert!(shared.bench.run(args).ends_with("[exit 0]"), "{args}");
    }
    text.read_to_string(&mut exported).unwrap();
    assert!(export.wait().unwrap().success());
    let users = exported.split("[users.").count() - 1;
    assert_eq!(
        (users, exported.contains("u19999"), exported.matches("disabled = true").count()),
        (10_002, true, 1)
    );
    assert!(!exported.contains("[revoked]") && !exported.contains("[removed]"));
}
