//! Key sets and tokens as other issuers have them, through the real program, where these vectors are.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use crate::bench::Bench;
use crate::vectors;

/// Why the answer to a case is not the one it demands, if so.
fn fault(bench: &Bench, case: &Value) -> Option<String> {
    let content = match (&case["jwks"], case["text"].as_str(), case["b64"].as_str()) {
        (Value::Null, Some(text), _) => text.as_bytes().to_vec(),
        (Value::Null, None, Some(bytes)) => BASE64_STANDARD.decode(bytes).unwrap(),
        (jwks, ..) => jwks.to_string().into_bytes(),
    };
    bench.write("jwks.json", content);
    let mut args = vec!["check", "--stateless", "--json", "--key-file", "jwks.json"];
    args.extend(case["args"].as_array().unwrap().iter().filter_map(Value::as_str));
    args.extend(["--", case["token"].as_str().unwrap()]);
    let answer = bench.answer(args.as_slice(), "");
    let said: Value = serde_json::from_slice(&answer.raw.stdout).unwrap_or_default();
    let told = said["reasons"][0]["code"].as_str().or(said["error"].as_str()).unwrap_or("ok");
    let is_among = |list: &Value, one: Value| list.as_array().is_none_or(|list| list.contains(&one));
    let notes = case["notes"].as_array();
    let names_all = notes.is_none_or(|names| {
        names.iter().all(|name| answer.stderr.contains(name.as_str().unwrap()))
            && names.is_empty() == answer.stderr.is_empty()
    });
    let has_scopes =
        case["scope"].as_array().is_none_or(|scopes| scopes_in(said["scope"].as_str()) == sorted(scopes));
    // All that the hints of these cases have to name.
    let has_hint = case["hint"].is_null() || answer.stderr.contains("hint: the token has the claim `scp`");
    let fits = is_among(&case["exit"], answer.code.into())
        && is_among(&case["code"], told.into())
        && names_all
        && has_scopes
        && has_hint;
    (!fits).then(|| format!("{}: {told}, {}", case["id"], answer.transcript()))
}

fn scopes_in(list: Option<&str>) -> Vec<String> {
    let mut scopes: Vec<String> = list.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    scopes.sort();
    scopes
}

fn sorted(scopes: &[Value]) -> Vec<String> {
    let mut scopes: Vec<String> = scopes.iter().map(|scope| scope.as_str().unwrap().to_owned()).collect();
    scopes.sort();
    scopes
}

#[test]
fn key_sets_and_tokens_of_other_issuers_get_the_answer_of_the_contract() {
    let Some(path) = vectors::path("issuers/sample.jsonl") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bench = Bench::empty();
    let faults: Vec<String> = cases.iter().filter_map(|case| fault(&bench, case)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(cases.len() >= 160);
}
