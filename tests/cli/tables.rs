//! Tables on a terminal: a line a row, and nothing that matters is lost.

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr as _;

use crate::bench::{Bench, cheap_hash};
use crate::screen::Screen;

/// The lines that a terminal of so many columns shows.
fn lines(bench: &Bench, args: &str, columns: u16) -> Vec<String> {
    let mut command = bench.command(args);
    command.env("NO_COLOR", "1");
    let shown = Screen::sized(command, columns, |command| command).end();
    let mut lines: Vec<String> = shown.lines().map(str::to_owned).collect();
    assert_eq!(lines.pop().as_deref(), Some("[exit 0]"), "{shown}");
    for line in &lines {
        assert!(line.chars().count() <= columns.into(), "wider than {columns}: {line}");
    }
    lines
}

/// A store of 60 users as an office has them.
fn office() -> Bench {
    const FIRST: [&str; 10] = [
        "Alexandra",
        "Bartholomew",
        "Christopher",
        "Delphine",
        "Evangeline",
        "Friedrich",
        "Guadalupe",
        "Hyacinth",
        "Ingeborg",
        "Maximilian",
    ];
    const LAST: [&str; 6] = [
        "Featherstonehaugh",
        "García Márquez",
        "Müller-Lüdenscheidt",
        "Ng",
        "O’Connor",
        "van der Westhuizen",
    ];
    const SCOPES: [&str; 6] =
        ["me", "items:read", "items:write", "reports:read", "invoices:approve", "users:administer"];
    let mut store = "[passwords]\nmemory_kib = 8\niterations = 1\nparallelism = 1\n".to_owned();
    let hash = cheap_hash("secret");
    for (number, first) in FIRST.iter().cycle().take(60).enumerate() {
        let last = LAST[number / 10];
        let name = format!("{}.{}", first.to_lowercase(), number);
        let scopes = format!("{:?}", &SCOPES[..=number % 6]);
        let user = format!(
            "\n[users.\"{name}\"]\nfull_name = \"{first} {last}\"\nemail = \"{name}@engineering.example.com\"\n\
             hashed_password = \"{hash}\"\nscopes = {scopes}\ndisabled = {}\n",
            number % 7 == 3
        );
        store.push_str(&user);
    }
    Bench::with_store(&store)
}

#[test]
fn a_list_of_users_is_a_line_a_user() {
    let bench = office();
    for columns in [80, 100] {
        let lines = lines(&bench, "users", columns);
        assert_eq!(lines.len(), 61);
        let state = lines[0].find("STATE").unwrap();
        for line in &lines[1..] {
            let cell: String = line.chars().skip(state).collect();
            assert!(["enabled", "disabled"].contains(&cell.trim()), "{line}");
        }
        if columns == 80 {
            assert_snapshot!(lines[..8].join("\n"), @"
            USERNAME        FULL NAME          EMAIL              SCOPES            STATE
            alexandra.0     Alexandra Feathe…  alexandra.0@engi…  me                enabled
            alexandra.10    Alexandra García…  alexandra.10@eng…  me items:read +3  disabled
            alexandra.20    Alexandra Müller…  alexandra.20@eng…  me items:read +1  enabled
            alexandra.30    Alexandra Ng       alexandra.30@eng…  me                enabled
            alexandra.40    Alexandra O’Conn…  alexandra.40@eng…  me items:read +3  enabled
            alexandra.50    Alexandra van de…  alexandra.50@eng…  me items:read +1  enabled
            bartholomew.1   Bartholomew Feat…  bartholomew.1@en…  me items:read     enabled
            ");
        }
    }
    // In a pipe and in JSON all of it is there.
    let piped = bench.answer("users", "").stdout_raw();
    assert!(!piped.contains('…') && !piped.contains('+') && piped.contains("m=8,t=1,p=1"));
    let all = "me items:read items:write reports:read invoices:approve users:administer";
    assert_eq!(piped.matches(all).count(), 10);
}

#[test]
fn a_hash_is_shown_where_it_is_not_as_the_policy_has_it() {
    let bench = office();
    let store = bench.read("users.toml");
    bench.write("users.toml", store.replacen("memory_kib = 8", "memory_kib = 16", 1));
    let lines = lines(&bench, "users", 100);
    assert_eq!(lines.len(), 61);
    assert_eq!(lines.iter().filter(|line| line.contains("m=8,t=1,p=1")).count(), 60, "{lines:#?}");
}

/// The longest names, and wide characters: the state stays whole and in sight.
#[test]
fn a_list_fits_a_narrow_terminal() {
    let bench = office();
    let store = bench.read("users.toml");
    let wide = "宽".repeat(40);
    let user = format!(
        "\n[users.{}]\nfull_name = \"{wide}\"\nemail = \"{wide}@example.com\"\nhashed_password = \"$1$hunter2\"\nscopes = [\"{}\"]\n",
        "z".repeat(128),
        "s".repeat(100)
    );
    bench.write("users.toml", store + &user);
    for columns in [76, 60, 50, 40] {
        let lines = lines(&bench, "users", columns);
        assert_eq!(lines.len(), 62);
        let (first, last) = (&lines[1], &lines[61]);
        assert!(first.contains(" enabled") && last.contains(" locked out"), "{first}\n{last}");
        assert!(lines.iter().all(|line| line.width() <= columns.into()), "{columns}");
        if columns == 40 {
            assert_snapshot!([&lines[0], first, last].map(String::as_str).join("\n"), @"
            USERNAME       SCOPES         STATE
            alexandra.0    me             enabled
            zzzzzzzzzzzz…  ssssssssssss…  locked out
            ");
        }
    }
    bench.run("keys rotate");
    bench.run("keys rotate --alg RS256");
    for columns in [76, 60, 50, 40] {
        let keys = lines(&bench, "keys", columns);
        assert_eq!(keys.len(), 4, "{keys:#?}");
        assert!(keys[1].contains("  signs") && keys[3].contains("  verifies"), "{keys:#?}");
    }
}

#[test]
fn a_key_that_the_terminal_cuts_is_retired_by_what_it_shows() {
    let bench = Bench::new();
    bench.run("keys rotate");
    bench.run("keys rotate --alg RS256");
    let shown = lines(&bench, "keys", 80);
    let name = shown[2].split(' ').next().unwrap();
    assert!(name.ends_with('…'), "{shown:#?}");
    let answer = bench.answer(["keys", "retire", name], "");
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""), "{}", answer.stderr);
    assert!(lines(&bench, "keys", 80)[2].contains("  retired"), "{shown:#?}");
}

#[test]
fn keys_and_revoked_tokens_are_a_line_each() {
    let bench = Bench::new();
    bench.run("keys rotate");
    bench.run("keys rotate --alg RS256");
    bench.run(&format!("revoke --id {} --expires 2099-01-01T00:00:00Z", "0123456789abcdef".repeat(8)));
    for columns in [80, 100] {
        let keys = lines(&bench, "keys", columns);
        assert_eq!(keys.len(), 4, "{keys:#?}");
        assert!(keys[1].contains("  signs  ") && keys[3].contains("  in "), "{keys:#?}");
        let revoked = lines(&bench, "revoke --list", columns);
        assert_eq!(revoked.len(), 2);
        assert!(revoked[1].contains("2099-01-01 00:00:00 +00:00"), "{revoked:#?}");
    }
}
