//! Help and the version: their texts and exit codes.

use insta::assert_snapshot;

use crate::bench::Bench;

/// Every command as it is typed after `authctl`, itself included, as the help of each names those below it.
fn levels(bench: &Bench) -> Vec<String> {
    let mut levels = vec![String::new()];
    let mut next = 0;
    while let Some(level) = levels.get(next).cloned() {
        let help = bench.answer(&format!("help {level}"), "").stdout;
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = commands.take_while(|line| !line.is_empty()).filter_map(|line| {
            let name = line.strip_prefix("  ")?.split(' ').next()?;
            (!name.is_empty()).then(|| format!("{level} {name}").trim().to_owned())
        });
        levels.extend(names);
        next += 1;
    }
    levels
}

#[test]
fn every_command_is_in_the_help_of_the_one_above_it() {
    let levels = levels(&Bench::empty());
    // As many as there are manual pages, which are made from the same commands.
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/man")).unwrap();
    let pages = pages.filter(|page| page.as_ref().unwrap().path().extension().unwrap() == "1").count();
    assert_eq!(levels.len(), pages, "{levels:?}");
    for level in ["", "check", "users sign-out", "keys rotate", "revoke", "doctor", "man", "help"] {
        assert!(levels.iter().any(|known| known == level), "{level}: {levels:?}");
    }
}

#[test]
fn help_starts_with_an_example_on_every_level() {
    let bench = Bench::empty();
    for level in levels(&bench) {
        let help = bench.answer(&format!("help {level}"), "");
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{level}");
        for flag in ["--help", "-h"] {
            let answer = bench.answer(&format!("{level} {flag}"), "");
            let code = if level == "check" { 2 } else { 0 };
            assert_eq!((answer.code, answer.stderr.as_str()), (Some(code), ""), "{level}");
            let example = answer.stdout.strip_prefix("Example:\n").unwrap_or_default();
            let example = example.split("\n\n").next().unwrap();
            assert!(example.contains(format!("authctl {level}").trim_end()), "{level}: {}", answer.stdout);
        }
    }
}

#[test]
fn a_summary_fits_a_terminal_of_24_lines_and_80_columns() {
    let bench = Bench::empty();
    for level in levels(&bench) {
        let help = bench.answer(&format!("{level} -h"), "").stdout;
        assert!(help.lines().count() <= 24, "{level}: {} lines\n{help}", help.lines().count());
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{level}: {line}");
        }
        // An option or a command is one line: none is wrapped.
        let lists =
            help.split("\n\n").filter(|part| part.starts_with("Options:") || part.starts_with("Commands:"));
        for line in lists.flat_map(|part| part.lines().skip(1)) {
            assert!(line.starts_with("  ") && !line.starts_with("         "), "{level}: {line}");
        }
    }
    // The same is shown where no command is named.
    let alone = bench.answer("", "");
    assert_eq!((alone.code, alone.stderr), (Some(2), bench.answer("-h", "").stdout));
}

#[test]
fn own_options_come_before_those_of_every_command() {
    let bench = Bench::empty();
    for level in levels(&bench).iter().filter(|level| !level.is_empty()) {
        let help = bench.answer(&format!("help {level}"), "").stdout;
        let place = |text: &str| help.find(text).unwrap_or(0);
        assert!(place("\nOptions:") < place("\nOptions of every command:"), "{level}: {help}");
        assert!(place("\n      --users-file") > place("\nOptions of every command:"), "{level}");
    }
}

#[test]
fn topics_are_wrapped_for_the_width_they_are_shown_at() {
    let bench = Bench::empty();
    for topic in ["exit-codes", "files", "environment", "users-file"] {
        let answer = bench.answer(&format!("help {topic}"), "");
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{topic}");
        // A line that could have had the first word of the next was not wrapped here.
        for pair in answer.stdout.lines().collect::<Vec<_>>().windows(2) {
            let first = pair[1].split_whitespace().next().unwrap_or_default();
            let is_one_text = !pair[0].is_empty() && !first.is_empty() && !pair[0].starts_with("    ");
            let hangs = pair[1].starts_with("    ") || !pair[0].starts_with(' ') && !pair[1].starts_with(' ');
            let room = 80 - pair[0].chars().count();
            assert!(!is_one_text || !hangs || room <= first.chars().count(), "{topic}: {pair:?}");
        }
    }
}

#[test]
fn there_is_no_option_for_a_password_or_a_secret() {
    let bench = Bench::empty();
    for level in levels(&bench) {
        let help = bench.answer(&format!("{level} --help"), "").stdout;
        for line in help.lines().filter(|line| line.trim_start().starts_with('-')) {
            let names = line.trim_start().split("  ").next().unwrap();
            let takes_a_secret = names.contains("--secret")
                || names.contains("--password ")
                || names.contains("--password=")
                || names.contains("--key ");
            assert!(!takes_a_secret, "{level}: {line}");
        }
    }
}

#[test]
fn help_and_version_are_a_yes_only_beside_names_of_commands() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me,items");
    for (args, code) in [
        ("--help", 0),
        ("-h", 0),
        ("--version", 0),
        ("-V", 0),
        ("login --help", 0),
        ("users disable -h", 0),
        ("--help users", 0),
        ("help", 0),
        ("help --help", 0),
        ("help check", 0),
        ("check --help", 2),
        ("check -h", 2),
        ("--help check", 2),
        ("-V check", 2),
        ("check -q -r items --help", 2),
        ("check --help --quiet", 2),
        ("check -qh", 2),
        ("check -qhr items", 2),
        ("check x --help", 2),
        ("check --users-file users.toml --help", 2),
        ("--help x", 2),
        ("-Vh", 2),
        ("-V -V", 2),
        ("--color never -V", 2),
        ("login --scope me -h", 2),
        ("login johndoe -h", 2),
        ("login --password-stdin --help", 2),
        ("users disable johndoe --help", 2),
        ("users remove --yes -h", 2),
        ("users grant -h me", 2),
        ("decode --claim sub -h", 2),
        ("revoke --prune --help", 2),
        ("hash-password --password-stdin --help", 2),
        ("completions bash --help", 2),
        ("help --help x", 2),
    ] {
        let answer = bench.answer(args, &good);
        assert_eq!(answer.code, Some(code), "{args}: {}", answer.transcript());
        let shown = if args.contains("-V") || args.contains("--version") { "authctl " } else { "Example:\n" };
        assert!(answer.stdout.starts_with(shown), "{args}: {}", answer.transcript());
        // `check --help` does not explain its exit code.
        let is_quiet = code == 0 || ["check --help", "check -h", "--help check", "-V check"].contains(&args);
        assert_eq!(answer.stderr.is_empty(), is_quiet, "{args}: {}", answer.transcript());
    }
}

#[test]
fn a_value_that_reads_like_help_is_told_as_what_it_is() {
    let bench = Bench::new();
    let without_help = |args: &str| {
        let answer = bench.answer(args, bench.token("johndoe", "me,items"));
        let (help, rest) = (&answer.stdout, answer.transcript());
        rest.replacen(help.as_str(), "<help>\n", 1)
    };
    assert_snapshot!(without_help("check --quiet --require items --help"), @"
    <help>
    2> error: help or version stands beside other arguments, so nothing else was done
    2> hint: a token that begins with `-` goes after `--`, or on standard input
    [exit 2]
    ");
    assert_snapshot!(without_help("login --scope me -h"), @"
    <help>
    2> error: help or version stands beside other arguments, so nothing else was done
    2> hint: a name that begins with `-` goes after `--`
    [exit 2]
    ");
    assert_snapshot!(without_help("users grant -h me"), @"
    <help>
    2> error: help or version stands beside other arguments, so nothing else was done
    2> hint: a name or scope list that begins with `-` goes after `--`
    [exit 2]
    ");
    assert_snapshot!(without_help("--color never -V"), @"
    <help>
    2> error: help or version stands beside other arguments, so nothing else was done
    2> hint: run `authctl --help`
    [exit 2]
    ");
    // In JSON, the help is talk.
    let answer = bench.answer("--json check --help", "");
    assert_snapshot!(answer.stdout, @r#"{"error":"usage","hint":"a token that begins with `-` goes after `--`, or on standard input","message":"help or version stands beside other arguments, so nothing else was done"}"#);
    assert!(answer.stderr.starts_with("Example:\n"), "{}", answer.stderr);
    assert_eq!(answer.code, Some(2));
}

#[test]
fn the_exit_codes_are_told() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("help exit-codes"), @"
    Exit codes:

      0    yes: done, or the token is good for everything asked
      1    no: wrong username or password, disabled user, scope not granted;
           malformed, forged, revoked or unacceptable token; a finding of `doctor`
      2    could not tell: wrong usage, no token given, missing, unreadable or
           invalid file, no or weak key, no terminal to prompt on, I/O error
      3    no: the token is genuine, but expired (or expires within `--min-ttl`)
      4    no: the token is genuine and live, but lacks a required scope
      130  interrupted by Ctrl-C (143: by SIGTERM)

    When several hold, the code is that of the first in this order: shape and
    signature (1), type, issuer, audience and claims (1), time (3), user and
    revocation (1), scopes (4). Of many tokens the first refused one gives the code;
    0 only if every one is good.

    `--help` and `--version` are 0 only alone or beside names of commands, and of
    `check` they are 2, so that no value which a script passes on answers its
    question: write `authctl help check`.
    [exit 0]
    ");
    let codes = bench.answer("help exit-codes", "").stdout;
    assert!(bench.answer("--help", "").stdout.ends_with(&codes));
}

#[test]
fn the_version_is_that_of_the_package() {
    let bench = Bench::empty();
    for args in ["--version", "-V"] {
        assert_eq!(bench.run(args), format!("authctl {}\n[exit 0]", env!("CARGO_PKG_VERSION")));
    }
}

/// The arguments of authctl in a line of an example that may be taken for options: those with a variable in
/// them that are no option's value and not behind `--`.
fn exposed(line: &str) -> Vec<String> {
    let mut exposed = Vec::new();
    for command in line.split("authctl ").skip(1) {
        let command = command.split(['|', ';', '&', '>', '#', ')', '`']).next().unwrap();
        let words: Vec<&str> = command.split_whitespace().take_while(|word| *word != "--").collect();
        for (index, word) in words.iter().enumerate() {
            let is_value = index > 0 && words[index - 1].starts_with("--");
            if (word.contains('$') || word.contains("TOKEN")) && !is_value && !word.starts_with("--") {
                exposed.push(format!("{word} in {line}"));
            }
        }
    }
    exposed
}

#[test]
fn no_example_hands_over_a_value_that_may_be_taken_for_an_option() {
    assert_eq!(exposed("authctl check -q \"$TOKEN\" || authctl users show -- \"$NAME\"").len(), 1);
    let bench = Bench::empty();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<String> =
        levels(&bench).iter().map(|level| bench.answer(&format!("help {level}"), "").stdout).collect();
    for folder in ["docs", "examples", "man"] {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        texts.extend(files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap()));
    }
    texts.push(std::fs::read_to_string(root.join("README.md")).unwrap());
    let exposed: Vec<String> = texts
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| !line.starts_with("Usage: "))
        .flat_map(exposed)
        .collect();
    assert_eq!(exposed, [""; 0]);
}
