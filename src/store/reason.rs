//! The words of the system in an error.

use std::io;

/// Says the reason of a failed system call as a part of a sentence: in lower case, without the number that Rust adds and
/// without the period with which Windows ends it.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text).trim_end_matches('.');
    let mut characters = text.chars();
    characters.next().map(char::to_lowercase).into_iter().flatten().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::reason;

    #[test]
    fn the_words_of_the_system_are_part_of_a_sentence() {
        for (said, is) in [
            ("No space left on device (os error 28)", "no space left on device"),
            (
                "The system cannot find the path specified. (os error 3)",
                "the system cannot find the path specified",
            ),
            ("it is a directory", "it is a directory"),
            ("", ""),
        ] {
            assert_eq!(reason(&io::Error::other(said)), is);
        }
    }
}
