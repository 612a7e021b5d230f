use super::super::{Lookup, look_up, parse, read as strict, scan};
use super::{BTreeMap, Revoked, Timestamp, read, start};

const LINE: &str = "0123456789abcdef0123456789abcdef = 2026-11-21T21:00:00Z\n";

#[test]
fn lines_of_the_usual_form_are_read_without_a_lexer() {
    let mut revoked = Revoked::default();
    let text = format!(
        "{LINE}{}d-e_F = 2026-11-28T23:59:59Z\n\nx = 1\n",
        LINE.replace('\n', "\r\n").replace('0', "1")
    );
    assert_eq!(read(&text, &mut revoked), Some(text.len() - 7));
    let all: BTreeMap<String, Timestamp> = revoked.into();
    let all: Vec<String> = all.iter().map(|(id, expires)| format!("{id} {expires}")).collect();
    assert_eq!(
        all,
        [
            "0123456789abcdef0123456789abcdef 2026-11-21T21:00:00Z",
            "1123456789abcdef1123456789abcdef 2126-11-21T21:11:11Z",
            "d-e_F 2026-11-28T23:59:59Z",
        ]
    );
    assert_eq!(read(LINE, &mut Revoked::default()), Some(LINE.len()));
    assert_eq!(read(&LINE.repeat(2), &mut Revoked::default()), None);
    for odd in [
        "a = 2026-11-29T21:00:00Z\n",
        "a = 2026-11-21T21:00:60Z\n",
        "a = 2026-11-21T24:00:00Z\n",
        "a = 2026-13-21T21:00:00Z\n",
        "a = 2026-11-00T21:00:00Z\n",
        "a = 1969-11-21T21:00:00Z\n",
        "a = 2026-11-21 21:00:00Z\n",
        "a = 2026-11-21T21:00:00Z",
        "a = 2026-11-21T21:00:00Z # why\n",
        "a = 2026-11-21T21:00:00.5Z\n",
        "a  = 2026-11-21T21:00:00Z\n",
        "\"a\" = 2026-11-21T21:00:00Z\n",
        " = 2026-11-21T21:00:00Z\n",
        "é = 2026-11-21T21:00:00Z\n",
    ] {
        assert_eq!(read(odd, &mut Revoked::default()), Some(0), "{odd}");
    }
}

#[test]
fn an_id_is_only_what_is_written_in_just_that_way() {
    let id = "0123456789abcdef0123456789abcdef";
    let revoked: Revoked = [(id.to_owned(), Timestamp::MAX)].into_iter().collect();
    assert!(revoked.contains(id));
    for other in [&id[1..], &id.to_uppercase(), "1123456789abcdef0123456789abcdef", ""] {
        assert!(!revoked.contains(other), "{other}");
    }
}

#[test]
fn the_table_starts_after_its_header() {
    for (text, at) in [
        ("[revoked]\na", Some(10)),
        ("x\n[revoked]\r\na", Some(13)),
        ("x[revoked]\n", None),
        (" [revoked]\n", None),
        ("[revoked] \n", None),
        ("[revoked]", None),
        ("[revoked]x\n", None),
        ("", None),
    ] {
        assert_eq!(start(text), at, "{text:?}");
    }
}

#[test]
fn wherever_the_table_stands_it_is_read_as_the_strict_reading_does() {
    let user = "[users.a]\nhashed_password = '!'\n";
    let other = LINE.replace('0', "2");
    for text in [
        format!("[revoked]\n{LINE}{user}"),
        format!("{user}[revoked]\n{LINE}# why\n{other}\"b c\" = 2026-11-29T21:00:00Z\n[scopes]\nme = ''\n"),
        format!("{user}[revoked]\n{LINE}{LINE}"),
        format!("{user}[revoked]\n{LINE}# why\n{LINE}"),
        format!("{user}[revoked]\n{LINE}[revoked]\n{other}"),
        format!("{user}[revoked]\n{LINE}{user}"),
        format!("{user}full_name = '''\n[revoked]\n{LINE}'''\n"),
        format!("{user}scopes = [\n[revoked]\n{LINE}]\n"),
        format!("{user}full_name = '''\n[revoked]\n'''\n[revoked]\n{LINE}"),
        format!("{user}# [revoked]\n[revoked]\n{LINE}"),
        format!("[tokens]\nissuer = 'x'\n[revoked]\n{LINE}audience = 'x'\n"),
        format!("[tokens]\nissuer = 'x'\n[revoked]\n{LINE}[scopes]\nme = 'x'\n{user}"),
        format!("revoked = {{ }}\n[revoked]\n{LINE}"),
    ] {
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
            let strict = strict::read(&text);
            assert_eq!(parse(&text), strict, "{text}");
            let quick = look_up(&text, &["a"]);
            assert_eq!(quick.as_ref().err(), strict.as_ref().err(), "{text}");
            // Only `a` is a name in these texts.
            let (Ok(quick), Ok(strict)) = (quick, strict) else { continue };
            assert_eq!(quick, Lookup::from(strict), "{text}");
        }
    }
    assert!(scan::scan(&format!("{user}[revoked]\n{LINE}"), |_| true, |_| {}).is_some());
}
