//! Key sets and tokens as other issuers have them, through the real program, where these vectors are.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use crate::bench::Bench;
use crate::vectors;

/// The kinds of cases that are about keys.
const GROUPS: [&str; 10] =
    ["provider", "odd", "only", "encoding", "kids", "own", "alg", "confusion", "form", "header"];

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
    let fits =
        is_among(&case["exit"], answer.code.into()) && is_among(&case["code"], told.into()) && names_all;
    (!fits).then(|| format!("{}: {told}, {}", case["id"], answer.transcript()))
}

#[test]
fn key_sets_of_other_issuers_get_the_answer_of_the_contract() {
    let Some(path) = vectors::path("issuers/sample.jsonl") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bench = Bench::empty();
    let about_keys = cases.iter().filter(|case| GROUPS.iter().any(|group| case["group"] == *group));
    let faults: Vec<String> = about_keys.clone().filter_map(|case| fault(&bench, case)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(about_keys.count() >= 100);
}
