use super::super::sample::jwk;
use super::super::{Algorithm, Key};
use super::{Weakness, weakness};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};

#[test]
fn a_random_secret_is_not_weak_however_it_is_written() {
    for _ in 0..2000 {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).unwrap();
        assert_eq!(weakness(&bytes), None);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        for text in [
            hex(&bytes),
            hex(&bytes[..16]),
            hex(&bytes).to_uppercase(),
            BASE64_STANDARD.encode(bytes),
            BASE64_URL_SAFE_NO_PAD.encode(&bytes[..24]),
        ] {
            assert_eq!(weakness(text.as_bytes()), None, "{text}");
        }
    }
    for algorithm in Algorithm::ALL {
        assert_eq!(super::super::sample::read(&jwk(algorithm)).unwrap().keys()[0].weakness(), None);
    }
}

#[test]
fn what_people_make_up_is_weak() {
    let case = |text: &str| weakness(text.as_bytes());
    assert_eq!(
        case("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"),
        Some(Weakness::Published)
    );
    assert_eq!(case("a-string-secret-at-least-256-bits-long"), Some(Weakness::Published));
    assert_eq!(case(&"a".repeat(32)), Some(Weakness::Repeated));
    assert_eq!(case("0123456789abcdef0123456789abcdef"), Some(Weakness::Repeated));
    assert_eq!(case("changemechangemechangemechangeme"), Some(Weakness::Repeated));
    assert_eq!(case("abcdefghijklmnopqrstuvwxyz012345"), Some(Weakness::Sequence));
    assert_eq!(case("zyxwvutsrqponmlkjihgfedcba987654"), Some(Weakness::Sequence));
    assert_eq!(case("MyVerySecretKeyForProductionOnly1"), Some(Weakness::CommonWord));
    assert_eq!(case("please-CHANGE-ME-before-you-go-live"), Some(Weakness::CommonWord));
    assert_eq!(case("correct horse battery staple now"), Some(Weakness::Words(5)));
    assert_eq!(case("Signing-Key-For-Tokens-Of-2026-Prod"), Some(Weakness::Words(7)));
    assert_eq!(case("83716592047365182930475618273645"), Some(Weakness::FewBits(106)));
    assert_eq!(case("abbabaabbababaababbabaabbabaabab"), Some(Weakness::FewBits(32)));
    assert_eq!(
        case("acid bolt crab dusk echo fern gold hive iris jade"),
        None,
        "ten words that dice may have chosen"
    );
    assert_eq!(weakness(&[0, 255].repeat(16)), Some(Weakness::Repeated));
}

#[test]
fn words_are_all_in_one_case_or_capitalised_and_at_least_three() {
    let case = |text: &str| weakness(text.as_bytes());
    assert_eq!(case("counterrevolutionary misunderstanding"), None);
    assert_eq!(case("counterrevolutionary misunderstanding of"), Some(Weakness::Words(3)));
    assert_eq!(case("COUNTERREVOLUTIONARY  Misunderstanding 1989"), Some(Weakness::Words(3)));
    assert_eq!(case("counterrevolutionary, misunderstanding, of"), None, "two kinds of separators");
    for made_by_a_machine in ["aBcDe-fGhIkL-mNoPq-rStUv-WxYz2-BdFhJ", "ABcDe-FGhIkL-MNoPq-RStUv-WXyZ2-BDfHj"]
    {
        assert_eq!(case(made_by_a_machine), None);
    }
}

#[test]
fn a_secret_is_a_sequence_if_more_than_half_of_it_is() {
    // 16 of 32 steps, then 17.
    assert_eq!(weakness(b"abcdefghijklmnopq7Xe2Vk9Rw4Tz0Hs"), None);
    assert_eq!(weakness(b"abcdefghijklmnopqr7Xe2Vk9Rw4Tz0H"), Some(Weakness::Sequence));
}

#[test]
fn digits_are_enough_from_39_on() {
    let digits = "837165920473651829304756182736451907284";
    assert_eq!(weakness(&digits.as_bytes()[..38]), Some(Weakness::FewBits(126)));
    assert_eq!(weakness(digits.as_bytes()), None);
    assert_eq!(weakness(b"b3a1c02d9e4f5b7a6c8d0e2f1a3b5c4d"), None, "hexadecimal has more in it");
}

#[test]
fn only_secrets_are_judged() {
    let secret = Key::from_secret(b"changeme-8361940275-5502938471-93").unwrap();
    assert_eq!(secret.weakness(), Some(Weakness::CommonWord));
}

#[test]
fn a_secret_is_published_or_not() {
    let key = |secret: &str| Key::from_secret(secret.as_bytes()).unwrap();
    assert!(key("a-string-secret-at-least-256-bits-long").is_published());
    assert!(!key("a-string-secret-at-least-257-bits-long").is_published());
}

#[test]
fn a_piece_that_ends_as_it_begins_is_found_over_and_over() {
    let pieces = "aT9#kQ4!vZ7aT".repeat(3);
    assert_eq!(weakness(pieces.as_bytes()), Some(Weakness::Repeated));
    assert_eq!(weakness(&pieces.as_bytes()[..34]), Some(Weakness::Repeated));
}
