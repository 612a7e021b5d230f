//! `authctl decode`: what a token says. Nothing of it is verified.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};

use anyhow::Result;
use authctl::auth::claim_path::USUAL_CLAIMS;
use authctl::auth::json::{Member, Value, read_object_leniently};
use authctl::auth::numeric_date::{Round, parse};
use authctl::auth::time::Timestamp;
use authctl::auth::token::{Malformed, Part, Parts};
use authctl::auth::words::brief;

use super::misplaced;
use crate::cli::DecodeArgs;
use crate::clock;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::input::{Input, Place};
use crate::output::escape::{escape, escape_json};
use crate::output::table::{Column, write_table};
use crate::output::time::{local, relative};

/// Shows what each token says, or one claim of it.
pub(crate) fn run(args: &DecodeArgs, cx: &mut Context) -> Result<Exit> {
    let mut exit = Exit::Yes;
    let mut is_first = true;
    let input = Input::of(&args.tokens)?;
    let is_broken_token = input.for_each(|place, token| {
        let shown = match (token.and_then(Decoded::read), &args.claim) {
            (Err(fault), _) => {
                let failure = Failure::no("malformed", format!("malformed token: {fault}"));
                let hint = input.argument(place).and_then(misplaced::hint);
                Err(Failure { hint, ..failure })
            }
            (Ok(decoded), None) => {
                if !std::mem::take(&mut is_first) && !cx.console.json {
                    writeln!(cx.console.stdout)?;
                }
                show(&decoded, place, cx).map(Ok)?
            }
            (Ok(decoded), Some(name)) => show_claim(&decoded, name, place, cx)?,
        };
        if let Err(failure) = shown {
            refuse(&failure, place, cx)?;
            exit = Exit::No;
        }
        cx.console.stdout.flush()?;
        Ok(())
    })?;
    if is_broken_token {
        cx.console.say("hint", misplaced::JOIN);
    }
    Ok(exit)
}

/// The two JSON objects of a token, as they stand in it.
struct Decoded {
    header: String,
    claims: String,
    doubled: bool,
}

impl Decoded {
    fn read(token: &str) -> Result<Self, Malformed> {
        let parts = Parts::of(token)?;
        let (header, doubled_in_header) = object(Part::Header, &parts.header_bytes()?)?;
        let (claims, doubled_in_claims) = object(Part::Claims, &parts.claims_bytes()?)?;
        Ok(Self { header, claims, doubled: doubled_in_header || doubled_in_claims })
    }
}

fn object(part: Part, json: &[u8]) -> Result<(String, bool), Malformed> {
    let doubled = read_object_leniently(json, |_| ()).map_err(|fault| Malformed::Json(part, fault))?;
    // It was just read as UTF-8.
    Ok((String::from_utf8_lossy(json).into_owned(), doubled))
}

/// Calls `each` with the members of an object that was read before.
fn for_each_member<'a>(json: &'a str, each: impl FnMut(Member<'a>)) {
    let _read_before = read_object_leniently(json.as_bytes(), each);
}

fn refuse(failure: &Failure, place: Place, cx: &mut Context) -> Result<()> {
    cx.console.say("error", format_args!("{}{failure}", place.label()));
    if let Some(hint) = &failure.hint {
        cx.console.say("hint", hint);
    }
    if cx.console.json {
        let mut json = failure.json();
        if let Some(line) = place.line() {
            json["line"] = line.into();
        }
        cx.console.print_json(&json)?;
    }
    Ok(())
}

fn warn_of_doubled(decoded: &Decoded, place: Place, cx: &Context) {
    if decoded.doubled {
        cx.console.say(
            "warning",
            format_args!("{}a member is there twice: `check` refuses such a token", place.label()),
        );
    }
}

fn show(decoded: &Decoded, place: Place, cx: &mut Context) -> Result<()> {
    warn_of_doubled(decoded, place, cx);
    if cx.console.json {
        let (header, claims) = (one_line(&decoded.header), one_line(&decoded.claims));
        let json = format!("{{\"header\":{header},\"payload\":{claims},\"verified\":null}}");
        writeln!(cx.console.stdout, "{}", escape_json(&json))?;
        return Ok(());
    }
    let now = clock::now()?;
    let screen = cx.console.screen();
    writeln!(cx.console.stdout, "{}not verified: anyone can write a token that says this", place.label())?;
    for (title, json) in [("HEADER", &decoded.header), ("CLAIM", &decoded.claims)] {
        let mut rows = Vec::new();
        for_each_member(json, |member| rows.push(row(&member, now)));
        writeln!(cx.console.stdout)?;
        let columns = [title, "VALUE", "MEANING"].map(Column::whole);
        write_table(&mut cx.console.stdout, screen, &columns, rows)?;
    }
    Ok(())
}

fn row(member: &Member<'_>, now: Timestamp) -> Vec<String> {
    let value = match &member.value {
        Value::String(text) => text.to_string(),
        _ => one_line(member.raw),
    };
    let is_date = matches!(&*member.name, "iat" | "nbf" | "exp" | "auth_time");
    let meaning = match &member.value {
        Value::Number(number) if is_date => parse(number, Round::Down)
            .map(|moment| format!("{}, {}", local(moment), relative(moment, now)))
            .unwrap_or_default(),
        Value::String(_) | Value::Array(_) if USUAL_CLAIMS.contains(&&*member.name) => {
            format!("scopes, with `check --scope-claim {}`", member.name)
        }
        _ => String::new(),
    };
    vec![member.name.to_string(), value, meaning]
}

fn show_claim(decoded: &Decoded, name: &str, place: Place, cx: &mut Context) -> Result<Result<(), Failure>> {
    let mut found = None;
    for_each_member(&decoded.claims, |member| {
        if member.name == name {
            found = Some(member);
        }
    });
    let Some(member) = found else {
        return Ok(Err(Failure::no("no_such_claim", format!("the token has no claim `{}`", brief(name)))));
    };
    warn_of_doubled(decoded, place, cx);
    let raw = || Cow::Owned(escape_json(&one_line(member.raw)).into_owned());
    let text: Cow<'_, str> = match &member.value {
        Value::String(text) if !cx.console.json && std::io::stdout().is_terminal() => escape(text),
        Value::String(text) if !cx.console.json => Cow::Borrowed(text),
        _ => raw(),
    };
    writeln!(cx.console.stdout, "{text}")?;
    Ok(Ok(()))
}

/// The JSON text without the space between its tokens, and all else as it is.
fn one_line(json: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let keep = |character: &char| {
        let space = matches!(character, ' ' | '\t' | '\r' | '\n') && !in_string;
        if *character == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = *character == '\\' && !escaped;
        !space
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn space_goes_and_strings_stay() {
        let json = "{ \"a b\" :\r\n\t[ 1 , \" \\\" \\\\\" , 1e+30 ] }";
        assert_eq!(one_line(json), r#"{"a b":[1," \" \\",1e+30]}"#);
    }
}
