//! Commands that messages print: about the same files, with names that can be pasted.

use insta::assert_snapshot;

use crate::bench::Bench;

/// A bench with a copy of its key and its store.
fn with_copies() -> Bench {
    let bench = Bench::new();
    bench.write("copy", bench.read("secret.key"));
    bench.write("other.toml", bench.read("users.toml"));
    bench
}

#[test]
fn a_command_in_a_message_is_about_the_files_of_the_run() {
    let bench = with_copies();
    let [store, key] = ["--users-file other.toml", "--key-file copy"];
    let both = format!("{store} {key}");
    for (args, hint) in [
        ("users show bob", format!("`authctl users list {store}` shows who does")),
        (
            "users add johndoe --no-password",
            format!(
                "change a user with `authctl users passwd {store}`, `authctl users set {store}` or `authctl users grant {store}`"
            ),
        ),
        (
            "issue johndoe --scope admin",
            format!("`authctl users show johndoe {store}` lists what can be granted"),
        ),
        ("keys retire nobody", format!("`authctl keys {key}` lists them")),
        ("keys retire secret", format!("run `authctl keys rotate {both}` first")),
    ] {
        let files = ["--users-file", "other.toml", "--key-file", "copy"];
        let all: Vec<&str> = args.split(' ').chain(files).collect();
        let answer = bench.answer(all.as_slice(), "");
        assert_eq!(answer.stderr.lines().last(), Some(format!("hint: {hint}").as_str()), "{args}");
        let json: Vec<&str> = all.iter().copied().chain(["--json"]).collect();
        let answer = bench.answer(json.as_slice(), "");
        // Standard output has it where it has the error.
        if let Some(said) = answer.json().get("hint") {
            assert_eq!(said, hint.as_str(), "{args}");
        } else {
            assert_eq!(answer.stderr.lines().last(), Some(format!("hint: {hint}").as_str()), "{args}");
        }
    }
}

#[test]
fn the_key_of_a_copy_signs_where_that_is_the_key_file() {
    let bench = with_copies();
    let rotate = |args: &str| {
        let transcript = bench.run(args);
        let id =
            bench.answer("keys --json --key-file copy", "").json()[0]["kid"].as_str().unwrap().to_owned();
        transcript.replace(&id, "<kid>")
    };
    assert_snapshot!(rotate("keys rotate --key-file copy"), @"
    2> tokens are signed with the new key `<kid>` (EdDSA) where `copy` is the key file
    2> those of `secret` stay good until `authctl keys retire secret --key-file copy`
    [exit 0]
    ");
    assert_snapshot!(bench.run("keys retire secret --key-file copy"), @"
    2> retired key `secret`: its tokens are refused where `copy` is the key file
    [exit 0]
    ");
    assert_snapshot!(bench.run("keys retire secret --key-file copy"), @"
    2> key `secret` was retired already: nothing was changed
    [exit 0]
    ");
    // Nothing is left to retire there, and there are two in the set below.
    assert_snapshot!(bench.run("keys retire --key-file copy"), @"
    2> error: `<KEY>` is missing
    2> hint: no key can be retired now: run `authctl keys rotate --key-file copy` first
    [exit 2]
    ");
}

#[test]
fn a_key_that_is_called_as_an_option_is_retired_as_it_is_printed() {
    let bench = Bench::new();
    let set =
        r#"{"keys":[{"kty":"oct","kid":"--unused","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}]}"#;
    bench.write("odd.jwks", set);
    let rotated = bench.run("keys rotate --key-file odd.jwks");
    let retire = "authctl keys retire --key-file odd.jwks -- --unused";
    assert!(rotated.contains(&format!("those of `--unused` stay good until `{retire}`")), "{rotated}");
    assert_snapshot!(bench.run(retire.strip_prefix("authctl ").unwrap()), @"
    2> retired key `--unused`: its tokens are refused where `odd.jwks` is the key file
    [exit 0]
    ");
}

/// A set of two keys whose ids are long and begin alike.
fn with_long_names() -> Bench {
    let bench = Bench::new();
    for file in ["one", "two"] {
        bench.run(&format!("keys generate --output {file}"));
    }
    let of = |file: &str, id: &str| {
        let mut key: serde_json::Value = serde_json::from_str(&bench.read(file)).unwrap();
        key["keys"][0]["kid"] = id.into();
        key["keys"][0].clone()
    };
    let [one, two] =
        [("one", "signing-key-of-the-first-of-november"), ("two", "signing-key-of-the-last-of-october")]
            .map(|(file, id)| of(file, id));
    let short = of("one", "signing-key");
    bench.write("secret.key", serde_json::json!({ "keys": [one, two] }).to_string());
    bench.write("short.jwks", serde_json::json!({ "keys": [two, short] }).to_string());
    bench
}

#[test]
fn a_name_that_a_table_cut_can_be_pasted() {
    let bench = with_long_names();
    assert_snapshot!(bench.run("keys retire signing-key-of-the-l…"), @"
    2> retired key `signing-key-of-the-last-of-october`: its tokens are refused from now on
    [exit 0]
    ");
    assert_snapshot!(bench.run("keys retire signing-key…"), @"
    2> error: `signing-key…` is the beginning of `signing-key-of-the-first-of-november` and `signing-key-of-the-last-of-october`
    2> hint: name one of them with more characters
    [exit 2]
    ");
    // The mark stands for more characters: the key whose name ends there was not meant.
    assert_snapshot!(bench.run("keys retire signing-key… --key-file short.jwks"), @"
    2> retired key `signing-key-of-the-last-of-october`: its tokens are refused where `short.jwks` is the key file
    2> tokens are signed with the key `signing-key` (EdDSA) where `short.jwks` is the key file
    [exit 0]
    ");
    for name in ["sig…", "…", "signing-key-of-the-first-of-november…"] {
        let answer = bench.answer(["keys", "retire", name], "");
        assert_eq!(answer.code, Some(1), "{name}: {}", answer.stderr);
        assert!(answer.stderr.starts_with(&format!("error: no key is called `{name}`")), "{}", answer.stderr);
    }
}

#[test]
fn without_a_name_the_keys_that_can_be_retired_are_named() {
    let bench = with_long_names();
    assert_snapshot!(bench.run("keys retire"), @"
    2> error: `<KEY>` is missing
    2> hint: keys that can be retired: `signing-key-of-the-first-of-november` and `signing-key-of-the-last-of-october`; `--unused` retires those whose tokens have all expired
    [exit 2]
    ");
    // Public keys are not rotated.
    bench.write("public.jwks", bench.answer("keys public --key-file one", "").raw.stdout);
    assert_snapshot!(bench.run("keys retire --key-file public.jwks"), @"
    2> error: `<KEY>` is missing
    2> hint: no key can be retired now: rotate on the machine that has the private key, and copy its `authctl keys public` here
    [exit 2]
    ");
    let public: serde_json::Value = serde_json::from_str(&bench.read("public.jwks")).unwrap();
    let name = public["keys"][0]["kid"].as_str().unwrap();
    assert_snapshot!(bench.run(&format!("keys retire {name} --key-file public.jwks")), @"
    2> error: the last key in use cannot be retired
    2> hint: rotate on the machine that has the private key, and copy its `authctl keys public` here
    [exit 1]
    ");
}
