//! A token that was broken over several lines, as `fold`, terminals and mail programs do.

use authctl::Malformed;
use authctl::auth::token::{MAX_TOKEN_BYTES, Parts};

use super::lines::Lines;

/// The lines of an input, joined for as long as they may be one token.
pub(crate) struct Joined {
    text: String,
    lines: usize,
    /// Whether the first line begins as a token, and none has a whole one.
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
        // How base64url of `{"` begins.
        let begins = !self.text.is_empty() || line.starts_with("ey");
        // No more is kept than a token has.
        let fits = self.text.len() + line.len() <= MAX_TOKEN_BYTES;
        begins && fits && !is_whole(line)
    }

    /// Whether several lines are one token together.
    pub(crate) fn is_token(&self) -> bool {
        self.is_possible && self.lines > 1 && Parts::of(&self.text).is_ok()
    }
}

/// The characters of the shortest signature, of HS256.
const SHORTEST_SIGNATURE: usize = 43;

/// Whether `line` may be a token alone: three parts, of which the last can be a signature.
fn is_whole(line: &str) -> bool {
    let (before, signature) = line.rsplit_once('.').unwrap_or_default();
    before.contains('.') && signature.len() >= SHORTEST_SIGNATURE
}

#[cfg(test)]
mod tests {
    use super::Joined;

    fn is_token(lines: &str) -> bool {
        Joined::of(lines).is_token()
    }

    #[test]
    fn lines_are_a_token_if_they_have_three_parts_and_none_has_them_alone() {
        let signature = "A".repeat(43);
        let token = format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.{signature}");
        // Within the claims, before the last dot and after it, and in the signature.
        for (at, end) in
            [(21, "\n"), (30, "\r\n"), (36, " \n\n "), (37, "\n"), (60, "\n"), (token.len() - 1, "\n")]
        {
            let (one, other) = token.split_at(at);
            assert!(is_token(&format!("{one}{end}{other}\n")), "{at}");
        }
        // Two dots alone make no token whole.
        assert!(is_token("eyJhbGciOiJIUzI1NiJ9.e30.\nAAAA"));
        for lines in [
            &token,
            "",
            // A whole token, before or after more.
            &format!("{token}\nAAAA"),
            &format!("eyJh\n{token}"),
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
