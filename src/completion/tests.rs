use proptest::prelude::*;

use super::line::{Line, Quote};
use super::{fish, posix, powershell};

/// The values of the words, `?` after those that are not known.
fn values(line: Option<Line>) -> Option<Vec<String>> {
    let value =
        |word: super::Word| String::from_utf8(word.value).unwrap() + if word.is_unknown { "?" } else { "" };
    Some(line?.words.into_iter().map(value).collect())
}

fn home() -> String {
    String::from_utf8(super::line::home().unwrap()).unwrap()
}

#[test]
fn nothing_is_completed_behind_a_dollar_sign_that_the_rest_could_make_a_substitution() {
    for line in ["a z$", "a \"z$", "a --b=$", "a \"$"] {
        assert_eq!(values(posix::read(line.as_bytes())), None, "{line}");
    }
    assert!(posix::read(b"a 'z$").is_some() && posix::read(b"a z\\$").is_some());
}

#[test]
fn words_of_bash_and_zsh() {
    let home = home();
    for (line, expected) in [
        (r"a b\ c 'd e'\''f'", vec!["a", "b c", "d e'f"]),
        (r#"a "b\"c\d\$'e""#, vec!["a", r#"b"c\d$'e"#]),
        (r"a $'b\n\x41\101\'c' d", vec!["a", "b\nAA'c", "d"]),
        ("a ~/b", vec!["a", &format!("{home}/b")]),
        ("a '~/b' b~ \\~", vec!["a", "~/b", "b~", "~"]),
        ("a \"${HOME}/b\"", vec!["a", &format!("{home}/b")]),
        ("a --b=$HOME/c", vec!["a", &format!("--b={home}/c")]),
        ("a b$ c$/", vec!["a", "b$", "c$/"]),
        ("a ''", vec!["a", ""]),
        ("a ", vec!["a", ""]),
        ("a 'b\nc", vec!["a", "b\nc"]),
        ("a b\\\nc \\\n \"d\\\ne\"", vec!["a", "bc", "de"]),
        ("a b\\", vec!["a", "b"]),
        // Only the shell knows.
        ("a b$(c \")\" d)e f", vec!["a", "b?", "f"]),
        ("a `b c` <(d e) ${f:-g h} $1", vec!["a", "?", "?", "?", "?"]),
        ("a ~b/c b*.toml {b,c} [d]", vec!["a", "?", "b?", "?", "?"]),
        // Other commands and redirections.
        ("a b; c d", vec!["c", "d"]),
        ("a=b c d", vec!["c", "d"]),
        ("a <b 2>c &>d e>&2 f", vec!["a", "e", "f"]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(values(posix::read(line.as_bytes())), Some(expected), "{line}");
    }
    for line in ["", "a", "a; b", "a <", "a <b", "a b$(c", "a b`c", "a ${b"] {
        assert_eq!(values(posix::read(line.as_bytes())), None, "{line}");
    }
}

#[test]
fn words_of_fish() {
    let home = home();
    for (line, expected) in [
        (r"a b\ c 'd e\'f\n'", vec!["a", "b c", r"d e'f\n"]),
        (r#"a "b\"c\d\$'e""#, vec!["a", r#"b"c\d$'e"#]),
        (
            "a ~/b $HOME/c \"$HOME/d",
            vec!["a", &format!("{home}/b"), &format!("{home}/c"), &format!("{home}/d")],
        ),
        ("a b(c d)e $f[1] $HOME[1] {g,h} i*", vec!["a", "b?", "?", "?", "?", "i?"]),
        ("a <b c\\nd\\", vec!["a", "c\nd"]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(values(fish::read(line.as_bytes())), Some(expected), "{line}");
    }
    assert_eq!(values(fish::read(b"a b(c")), None);
}

#[test]
fn words_of_powershell() {
    let home = home();
    for (line, expected) in [
        ("a b` c 'd e''f`n'", vec!["a", "b c", "d e'f`n"]),
        ("a \"b`\"c\"\"d`n`$e\"", vec!["a", "b\"c\"d\n$e"]),
        ("a \u{201c}b\u{201d} \u{2018}c'", vec!["a", "b", "c"]),
        (
            "a ~/b $HOME/c \"$env:HOME/d\" ${env:HOME}",
            vec!["a", &format!("{home}/b"), &format!("{home}/c"), &format!("{home}/d"), &home],
        ),
        ("a b$(c d)e (f) @g $h $env:NOT_SET $x:y b,c", vec!["a", "b?", "?", "?", "?", "?", "?", "b,c"]),
        ("a; b c`", vec!["b", "c"]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(values(powershell::read(line)), Some(expected), "{line}");
    }
    assert_eq!(values(powershell::read("a b$(c")), None);
}

/// The mark that opens a quote.
fn opening(quote: Quote) -> &'static str {
    match quote {
        Quote::None => "",
        Quote::Single => "'",
        Quote::Double => "\"",
        Quote::Ansi => "$'",
    }
}

proptest! {
    /// `z` comes first, since some characters are special only at the start of a word, such as `~` or `@`.
    #[test]
    fn quoted_text_is_read_as_it_was(text in "[ -~]{0,12}|\\PC{0,6}|[\\x00-\\x7f]{0,8}") {
        for quote in [Quote::None, Quote::Single, Quote::Double, Quote::Ansi] {
            let start = format!("a {}z", opening(quote));
            let line = [start.as_bytes(), &posix::quoted(text.as_bytes(), quote, true)].concat();
            let read = posix::read(&line).unwrap();
            prop_assert_eq!(read.quote(), Quote::None);
            prop_assert_eq!(values(Some(read)).unwrap(), vec!["a".to_owned(), format!("z{text}")]);
            if quote != Quote::Ansi && let Some(quoted) = powershell::quoted(&text, quote, true) {
                let read = powershell::read(&(start + &quoted)).unwrap();
                prop_assert_eq!(values(Some(read)).unwrap(), vec!["a".to_owned(), format!("z{text}")]);
            }
        }
    }

    #[test]
    fn no_line_is_too_odd(line in "[ -~\\n\u{2018}\u{e9}]{0,16}") {
        let _ = (posix::read(line.as_bytes()), posix::read_word(line.as_bytes()));
        let _ = (fish::read(line.as_bytes()), powershell::read(&line));
    }
}
