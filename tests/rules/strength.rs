//! Which new passwords are easy to guess, and why.

use authctl::auth::password::strength::{Guessable, OwnWords, judge};
use authctl::auth::password::{LengthFault, MAX_PASSWORD_BYTES, PasswordPolicy};

use crate::support::samples::password;

fn judged(text: impl AsRef<[u8]>) -> Result<(), Guessable> {
    let issuer = "https://me@auth.stellarforge.example:8443/realm";
    let own = OwnWords::of_server(Some(issuer), Some("gizmo-api"));
    judge(
        &password(text),
        &own.and_of_user("jdoe7", Some("Zebulon Quist"), Some("z.quist+a@mailhost.example")),
    )
}

#[test]
fn a_password_that_is_easy_to_guess_is_refused_with_the_reason() {
    for (text, reason) in [
        ("password", Guessable::Common),
        ("qwertyuiop", Guessable::Common),
        ("p4ssw0rd!", Guessable::NearlyCommon),
        ("photosynthesis", Guessable::Word),
        ("Jennifer", Guessable::Name),
        ("kowalczyk", Guessable::Name),
        ("zxcvfr45tgb", Guessable::Keyboard),
        ("aaaaaaaaaaaa", Guessable::Repeat),
        ("abcdefghij", Guessable::Sequence),
        ("19.05.1984", Guessable::Date),
        ("kqzvwpxh", Guessable::Short),
        ("rhinoceros1", Guessable::Short),
        ("", Guessable::Short),
    ] {
        assert_eq!(judged(text), Err(reason), "{text}");
    }
}

#[test]
fn words_of_the_user_and_the_server_are_no_secret() {
    for text in [
        "jdoe7jdoe7",
        "Zebulon1",
        "zebulonquist9",
        "Quist2026",
        "z.quist+a12",
        "mailhost!1",
        "authctl1234",
        "stellarforge1",
        "St3llarforg3",
        "gizmo-api7",
        "egrofrallets",
    ] {
        assert_eq!(judged(text), Err(Guessable::Own), "{text}");
    }
    // Of no other server.
    assert_eq!(judge(&password("stellarforge1"), &OwnWords::default()), Ok(()));
}

#[test]
fn other_passwords_are_taken() {
    for text in
        ["correct horse battery", "Tb7!xx_90aQ", "kqzvwpxhm", "пароль-длинный-7", "🦀🐙🦑🐬🐳🦈🐟🐡🐚"]
    {
        assert_eq!(judged(text), Ok(()), "{text}");
    }
    // Not text, and longer than the part that is judged.
    assert_eq!(judged([0x9f, 0x92, 0xe3, 1, 0xc0, 0x80, 0xfe, 0xff, 0x81, 0x7f]), Ok(()));
    assert_eq!(judged("k4&zT0(vQ!m2".repeat(300)), Ok(()));
    assert_eq!(judged("a".repeat(64) + "k4&zT0(vQ!m2"), Err(Guessable::Repeat));
}

#[test]
fn a_reason_shows_nothing_of_the_password() {
    let text = judged("photosynthesis").unwrap_err().to_string();
    assert_eq!(text, "it is a single word");
}

#[test]
fn a_length_is_in_characters_at_least_and_in_bytes_at_most() {
    let check = |text: &[u8]| PasswordPolicy::default().check_length(&password(text));
    assert_eq!(check("übergroß".as_bytes()), Ok(()));
    assert_eq!(check("größer7".as_bytes()), Err(LengthFault::TooShort { characters: 7, least: 8 }));
    assert_eq!(check(&[0xff; 7]), Err(LengthFault::TooShort { characters: 7, least: 8 }));
    assert_eq!(check(&[0xff; 8]), Ok(()));
    assert_eq!(check(&vec![b'x'; MAX_PASSWORD_BYTES]), Ok(()));
    assert_eq!(check(&vec![b'x'; MAX_PASSWORD_BYTES + 1]), Err(LengthFault::TooLong));
}
