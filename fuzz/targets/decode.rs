//! `authctl decode`, the command itself: whatever a token holds, the terminal gets harmless text and scripts get the
//! very values.
//!
//! The input is a byte that picks the form of the answer, the header, a newline and the claims.
#![no_main]

use std::cell::RefCell;
use std::ffi::OsString;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;

use cli::DecodeArgs;
use commands::decode;
use console::Console;
use context::Context;
use error::Exit;

#[path = "../../src/commands"]
mod commands {
    pub(crate) mod decode;
    pub(crate) mod misplaced;
}

#[path = "../../src/input/mod.rs"]
#[allow(dead_code, unused_imports, reason = "`check` uses more of it")]
mod input;

#[path = "../../src/error.rs"]
#[allow(dead_code, reason = "other commands use more of it")]
mod error;

#[path = "../../src/output"]
mod output {
    pub(crate) mod escape;
    #[allow(dead_code, reason = "other commands use more of it")]
    pub(crate) mod shell;
    #[allow(dead_code, reason = "other commands use more of it")]
    pub(crate) mod style;
    #[allow(dead_code, reason = "other commands use more of it")]
    pub(crate) mod table;
    #[allow(dead_code, reason = "other commands use more of it")]
    pub(crate) mod time;
}

mod environment {
    /// No zone is read from a file here.
    pub(crate) fn time_zone() -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::UTC
    }
}

mod cli {
    /// The arguments of the command.
    pub(crate) struct DecodeArgs {
        pub(crate) tokens: Vec<std::ffi::OsString>,
        pub(crate) claim: Option<String>,
    }
}

mod clock {
    use authctl::auth::time::Timestamp;

    use crate::error::Failure;

    #[allow(clippy::unnecessary_wraps, reason = "as in the program")]
    pub(crate) fn now() -> Result<Timestamp, Failure> {
        Ok(Timestamp::new(1_795_294_800).unwrap())
    }
}

/// The console of the command, in memory.
mod console {
    use std::cell::RefCell;
    use std::fmt::Display;

    use anyhow::Result;

    use crate::output::escape::{escape, escape_json};
    use crate::output::style::Paint;
    use crate::output::table::Screen;

    pub(crate) struct Console {
        pub(crate) stdout: Vec<u8>,
        pub(crate) json: bool,
        pub(crate) said: RefCell<String>,
    }

    impl Console {
        pub(crate) fn screen(&self) -> Screen {
            Screen { paint: Paint { on: false }, width: None }
        }

        pub(crate) fn say(&self, label: &str, text: impl Display) {
            self.said.borrow_mut().extend([label, ": ", &escape(&text.to_string()), "\n"]);
        }

        pub(crate) fn print_json(&mut self, value: &impl serde::Serialize) -> Result<()> {
            let json = serde_json::to_string(value)?;
            self.stdout.extend_from_slice(escape_json(&json).as_bytes());
            self.stdout.push(b'\n');
            Ok(())
        }
    }
}

mod context {
    pub(crate) struct Context {
        pub(crate) console: crate::console::Console,
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((form, json)) = bytes.split_first() else { return };
    if form & 4 != 0 {
        let text = String::from_utf8_lossy(json);
        // A `-` is standard input, and a blank argument is no answer.
        if text != "-" && !text.trim_start_matches('\u{feff}').trim_ascii().is_empty() {
            answer(&text, form & 1 != 0, None);
        }
        return;
    }
    let (header, claims) = match json.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&json[..end], &json[end + 1..]),
        None => (&b"{}"[..], json),
    };
    let token = format!("{}.{}.c2ln", BASE64URL.encode(header), BASE64URL.encode(claims));
    let claim = (form & 2 != 0).then_some("sub");
    let Some(answer) = answer(&token, form & 1 != 0, claim) else { return };
    // All that can be read was JSON, a member that is doubled perhaps.
    let header: Json = serde_json::from_slice(header).expect("the header was JSON");
    let claims: Json = serde_json::from_slice(claims).expect("the claims were JSON");
    match (form & 1 != 0, claim) {
        (true, None) => {
            let json: Json = serde_json::from_str(&answer).expect("the answer is JSON");
            assert_eq!(json, serde_json::json!({"header": header, "payload": claims, "verified": null}));
        }
        (json, Some(claim)) => match &claims[claim] {
            Json::String(text) if !json => assert_eq!(&answer[..answer.len() - 1], text),
            value => assert_eq!(&serde_json::from_str::<Json>(&answer).expect("JSON"), value),
        },
        (false, None) => {}
    }
});

/// What the command prints where it can read the token.
fn answer(token: &str, json: bool, claim: Option<&str>) -> Option<String> {
    let args = DecodeArgs { tokens: vec![OsString::from(token)], claim: claim.map(str::to_owned) };
    let console = Console { stdout: Vec::new(), json, said: RefCell::default() };
    let mut cx = Context { console };
    let exit = decode::run(&args, &mut cx).expect("an answer, whatever the token");
    let text = String::from_utf8(cx.console.stdout).expect("text");
    let is_harmless =
        |c: char| c == '\n' || output::escape::escape(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8();
    assert!(cx.console.said.borrow().chars().all(is_harmless));
    // A claim that is text is given to scripts as it is.
    assert!(claim.is_some() && !json || text.chars().all(is_harmless), "{text:?}");
    assert!(!json || text.lines().count() == 1, "{text:?}");
    match exit {
        Exit::Yes => Some(text),
        _ => {
            assert!(json || text.is_empty());
            None
        }
    }
}
