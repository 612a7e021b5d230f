//! The log, on standard error.

use std::fmt::Display;

/// Writes a fault on a line of its own. Its text may be that of another program, such as a database.
pub(crate) fn error(fault: impl Display) {
    eprintln!("error: {}", printable(&fault.to_string()));
}

/// The text with what a terminal would obey, or not show, written out.
fn printable(text: &str) -> String {
    let shown = |next: char| match next {
        '"' | '\'' | '\\' => next.to_string(),
        _ => next.escape_debug().to_string(),
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn no_text_sends_escape_codes_to_a_terminal() {
        assert_eq!(
            printable("it's \"é\"\u{1b}[2J\r\nerror: x\u{202e}"),
            "it's \"é\"\\u{1b}[2J\\r\\nerror: x\\u{202e}"
        );
    }
}
