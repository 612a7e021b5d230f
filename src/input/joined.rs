//! A token that was broken over several lines, as `fold`, terminals and mail programs do.

use authctl::Malformed;
use authctl::auth::token::{MAX_TOKEN_BYTES, Parts};

use super::lines::Lines;

/// The lines of an input, joined for as long as they may be one token.
pub(crate) struct Joined {
    text: String,
    lines: usize,
    /// Whether no line has a whole token, or anything that is in none.
    is_possible: bool,
}

impl Joined {
    pub(crate) const fn new() -> Self {
        Self { text: String::new(), lines: 0, is_possible: true }
    }

    /// The lines of one argument.
    pub(crate) fn of(argument: &str) -> Self {
        let mut joined = Self::new();
        let lines = argument.split(['\r', '\n']).map(str::trim_ascii).filter(|line| !line.is_empty());
        lines.take_while(|line| joined.add(Ok(line))).for_each(drop);
        joined
    }

    /// Adds a line without its surroundings. Returns whether all of them may be one token.
    pub(crate) fn add(&mut self, line: Result<&str, &Malformed>) -> bool {
        self.is_possible = self.is_possible && line.is_ok_and(|line| self.is_part(line));
        if let (true, Ok(line)) = (self.is_possible, line) {
            self.text.push_str(line);
        }
        self.lines += 1;
        self.is_possible
    }

    /// Adds lines while all of them may be one token.
    pub(super) fn add_all(&mut self, lines: Lines<'_>) {
        if self.is_possible {
            lines.take_while(|line| self.add(line.token.as_deref())).for_each(drop);
        }
    }

    /// Whether `line` is more of a token, and no whole one.
    fn is_part(&self, line: &str) -> bool {
        let is_in_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        self.text.len() + line.len() <= MAX_TOKEN_BYTES
            && memchr::memchr_iter(b'.', line.as_bytes()).take(2).count() < 2
            && line.bytes().all(is_in_token)
    }

    /// Whether several lines are one token together: three parts, of which the first is a JSON object.
    pub(crate) fn is_token(&self) -> bool {
        let header = Parts::of(&self.text).and_then(|parts| parts.header_bytes());
        self.is_possible && self.lines > 1 && header.is_ok_and(|header| header.starts_with(b"{"))
    }
}

#[cfg(test)]
mod tests {
    use super::Joined;

    fn is_token(lines: &str) -> bool {
        Joined::of(lines).is_token()
    }

    #[test]
    fn lines_are_a_token_if_they_have_three_parts_and_none_has_them_alone() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA";
        for (at, end) in [(21, "\n"), (30, "\r\n"), (36, " \n\n ")] {
            let (one, other) = token.split_at(at);
            assert!(is_token(&format!("{one}{end}{other}\n")), "{at}");
        }
        for lines in [
            token,
            "",
            // A whole token, or what looks like one, before or after.
            &format!("{token}\nAAAA"),
            &format!("AAAA\n{token}"),
            // Not three parts, not base64url, no JSON, another character.
            "eyJhbGciOiJIUzI1NiJ9\n.eyJzdWIiOiJhIn0",
            "eyJhbGciOiJIUzI1NiJ9\n.eyJzdWIiOiJhIn0\n.AAAA\n.AAAA",
            "eyJhbGciOiJIUzI1NiJ9.e\nyJzdWIiOiJhIn0.AAAAA",
            "AAAA.\nAAAA.AAAA",
            "eyJhbGciOiJIUzI1NiJ9.\neyJzdWIiOiJhIn0=.AAAA",
        ] {
            assert!(!is_token(lines), "{lines}");
        }
        let long = "A".repeat(40_000);
        assert!(!is_token(&format!("eyJhbGciOiJIUzI1NiJ9.\n{long}\n{long}\n.AAAA")));
    }
}
