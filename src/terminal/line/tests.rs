use super::{Key, Keys, Line, MAX_BYTES, Unanswered};

/// The keys of Linux.
const KEYS: Keys = Keys {
    erase: Some(0x7f),
    erase_word: Some(0x17),
    erase_line: Some(0x15),
    end_of_input: Some(4),
    interrupt: Some(3),
    quit: Some(0x1c),
    suspend: Some(0x1a),
};

/// The line after these bytes, of which none ends it.
#[track_caller]
fn typed(bytes: &[u8]) -> Result<String, Unanswered> {
    let mut line = Line::new();
    for byte in bytes {
        assert_eq!(line.type_byte(*byte, &KEYS), Key::Edit, "{byte}");
    }
    line.finish().map(|text| text.to_string())
}

#[test]
fn text_is_taken_as_it_is_typed() {
    for text in ["", "secret", " a b ", "pässwörd", "密码🔑", "\u{a0}\u{2028}"] {
        assert_eq!(typed(text.as_bytes()).unwrap(), text);
    }
}

#[test]
fn keys_correct_the_line() {
    for (bytes, expected) in [
        ("\u{7f}", ""),
        ("secreT\u{7f}t", "secret"),
        ("sä\u{7f}a", "sa"),
        ("密\u{7f}\u{7f}码", "码"),
        ("🔑\u{7f}x", "x"),
        ("wrong\u{15}right", "right"),
        ("one two \u{17}", "one "),
        ("one two\u{17}\u{17}three", "three"),
        ("\u{17}\u{15}a", "a"),
    ] {
        assert_eq!(typed(bytes.as_bytes()).unwrap(), expected, "{bytes:?}");
    }
}

#[test]
fn control_characters_are_no_part_of_a_line() {
    let controls = (0..0x20).chain(0x80..0xa0).filter_map(char::from_u32);
    let keys = ['\n', '\u{3}', '\u{4}', '\u{15}', '\u{17}', '\u{1a}', '\u{1c}'];
    for control in controls.filter(|control| !keys.contains(control)) {
        let text = format!("sec{control}ret");
        assert!(matches!(typed(text.as_bytes()), Err(Unanswered::ControlCharacter)), "{text:?}");
        // Unless they are taken back.
        assert_eq!(typed(format!("sec{control}\u{7f}ret").as_bytes()).unwrap(), "secret");
    }
}

#[test]
fn a_key_that_the_terminal_has_not_is_a_control_character() {
    for byte in [0, 3, 4, 0x08, 0x15, 0x17, 0x1a, 0x1c, 0x7f] {
        let mut line = Line::new();
        assert_eq!(line.type_byte(byte, &Keys::default()), Key::Edit);
        assert!(matches!(line.finish(), Err(Unanswered::ControlCharacter)), "{byte}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_no_line() {
    for bytes in [&b"secr\xe9t"[..], b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80"] {
        assert!(matches!(typed(bytes), Err(Unanswered::NotUtf8)), "{bytes:?}");
    }
    // A byte of a letter that never came is erased like one.
    assert_eq!(typed(b"secr\xe9\x7fet").unwrap(), "secret");
}

#[test]
fn a_line_is_whole_up_to_its_4095th_byte() {
    let longest = "x".repeat(MAX_BYTES);
    assert_eq!(typed(longest.as_bytes()).unwrap(), longest);
    assert!(matches!(typed(format!("{longest}y").as_bytes()), Err(Unanswered::TooLong)));
    // A byte that did not fit cannot be erased, only forgotten with the whole line.
    assert!(matches!(typed(format!("{longest}y\u{7f}").as_bytes()), Err(Unanswered::TooLong)));
    assert_eq!(typed(format!("{longest}y\u{15}z").as_bytes()).unwrap(), "z");
}

#[test]
fn keys_end_the_line() {
    for (byte, key) in [
        (b'\n', Key::Enter),
        (4, Key::EndOfInput),
        (3, Key::Interrupt),
        (0x1c, Key::Quit),
        (0x1a, Key::Suspend),
    ] {
        assert_eq!(Line::new().type_byte(byte, &KEYS), key);
    }
}
