//! The same commands on both stores have the same answers.

use authctl::auth::user::User;
use insta::assert_snapshot;

use super::{PASSWORD, POLICY, Shared, users};
use crate::bench::{Bench, forged};

/// Command lines, and what is on standard input.
const LINES: [(&str, &str); 57] = [
    ("login johndoe --password-stdin", "secret\n"),
    ("login johndoe --password-stdin --scope items,me --json", "secret\n"),
    ("login johndoe --password-stdin --scope admin", "secret\n"),
    ("login johndoe --password-stdin --scope nothing", "secret\n"),
    ("login johndoe --password-stdin --expires-in 8d", "secret\n"),
    ("login johndoe --password-stdin", "wrong\n"),
    ("login JOHNDOE --password-stdin", "secret\n"),
    ("login nobody --password-stdin --json", "secret\n"),
    ("login alice --password-stdin", "wonderland\n"),
    ("login alice --password-stdin", "wrong\n"),
    ("users", ""),
    ("users list --json", ""),
    ("users show johndoe", ""),
    ("users show johndoe --json", ""),
    ("users show nobody", ""),
    ("users add johndoe --password-stdin", PASSWORD),
    ("users add JohnDoe --password-stdin --json", PASSWORD),
    ("users add bob --scope me,everything --password-stdin", PASSWORD),
    ("users add bob --password-stdin", "short\n"),
    ("users add bob --scope me,items --email bob@example.com --password-stdin --json", PASSWORD),
    ("login bob --password-stdin --all-scopes", PASSWORD),
    ("users add service --no-password --scope items", ""),
    ("login service --password-stdin", "secret\n"),
    ("issue service --scope items --json", ""),
    ("issue nobody", ""),
    ("issue alice", ""),
    ("users set bob --full-name Bob --email ", ""),
    ("users set bob --full-name Bob", ""),
    ("users grant bob admin", ""),
    ("users grant bob admin", ""),
    ("users grant bob everything", ""),
    ("users revoke bob me,items", ""),
    ("users revoke bob me", ""),
    ("users show bob", ""),
    ("users passwd bob --password-stdin", "another good horse\n"),
    ("login bob --password-stdin", PASSWORD),
    ("login bob --password-stdin", "another good horse\n"),
    ("users disable bob", ""),
    ("users disable bob --json", ""),
    ("login bob --password-stdin", "another good horse\n"),
    ("users enable bob", ""),
    ("users sign-out bob", ""),
    ("users sign-out nobody", ""),
    ("users remove bob", ""),
    ("users remove bob --yes", ""),
    ("users remove bob --yes --json", ""),
    ("users add bob --password-stdin", PASSWORD),
    ("users list", ""),
    ("revoke --id some-id --expires 2126-11-21T21:00:00Z", ""),
    ("revoke --id some-id --expires 2126-11-21T21:00:00Z", ""),
    ("revoke --id old --expires 2020-11-21T21:00:00Z --json", ""),
    ("revoke --list", ""),
    ("revoke --list --json", ""),
    ("revoke --prune", ""),
    ("hash-password --password-stdin", PASSWORD),
    ("hash-password --password-stdin", "short\n"),
    ("doctor --json", ""),
];

/// What becomes of the same commands on both stores, one after another.
#[test]
fn the_answers_are_those_of_a_file() {
    let Some(shared) = Shared::new() else { return };
    let file = Bench::with_store(&[POLICY, "\n", &text_of(&users())].concat());
    let store_of_file = format!("`{}`", file.masked(&file.path("users.toml").display().to_string()));
    let both = |args: &[&str], stdin: &dyn Fn(&Bench) -> String| {
        let transcripts = [&file, &shared.bench].map(|bench| bench.pipe(args, stdin(bench)));
        // A second may pass between the two.
        let timeless = |text: String| {
            (1770..=1800).fold(text, |text, left| text.replace(&format!("\"expires_in\":{left},"), "<left>,"))
        };
        let [of_file, of_database] = transcripts.map(|text| timeless(shared.masked(&text)));
        let of_file = of_file.replace(&store_of_file, "<store>");
        let of_database = of_database.replace("database `<database>` at `<socket>`", "<store>");
        assert_eq!(of_database, of_file, "{args:?}");
        of_file
    };
    let run = |line: &str, stdin: &str| {
        both(&line.split(' ').collect::<Vec<_>>(), &|_| stdin.to_owned());
    };
    for (line, stdin) in LINES {
        run(line, stdin);
    }
    // Tokens of each store itself.
    let login = |bench: &Bench, args: &str| {
        let line = format!("login johndoe --password-stdin {args}");
        bench.answer(&line, "secret\n").stdout_raw()
    };
    let tokens =
        [&file, &shared.bench].map(|bench| (login(bench, "--all-scopes"), login(bench, "--scope me")));
    let tokens = |bench: &Bench| if std::ptr::eq(bench, &raw const file) { &tokens[0] } else { &tokens[1] };
    let check = |args: &str| both(&args.split(' ').collect::<Vec<_>>(), &|bench| tokens(bench).0.clone());
    let stream = || {
        let several = |bench: &Bench| {
            let (all, me) = tokens(bench);
            [all, me, "\nx.y.z\n", &forged(all.trim()), "\n", all].concat().repeat(50)
        };
        both(&["check", "--require", "items"], &several);
        both(&["check", "--require", "items", "--json"], &several);
        both(&["check", "--quiet"], &several);
    };
    assert_snapshot!(check("check --require me,items"), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    stream();
    check("check --require admin --json");
    check("check --user alice");
    check("narrow --scope me");
    check("narrow --scope admin");
    run("users revoke johndoe items", "");
    check("check --require items");
    check("check --require me");
    stream();
    run("users grant johndoe items", "");
    both(&["revoke"], &|bench| tokens(bench).1.clone());
    both(&["revoke", "--json"], &|bench| tokens(bench).1.clone());
    both(&["check"], &|bench| tokens(bench).1.clone());
    check("check --require items");
    run("users sign-out johndoe", "");
    check("check");
    check("check --stateless");
    stream();
    check("narrow --scope me");
    run("users remove johndoe --yes", "");
    check("check --json");
    stream();
    assert_eq!(shared.bench.files(), ["secret.key"]);
}

fn text_of(users: &[User]) -> String {
    let text = |user| {
        let text = authctl::store::users_file::new_store(&[], Some(user));
        text[text.find("[users").unwrap()..].to_owned()
    };
    users.iter().map(text).collect::<Vec<_>>().join("\n")
}
