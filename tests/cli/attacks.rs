//! A hundred tokens, good and hostile, through the real program: each as an argument, on standard
//! input, and all in one stream.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::Value;

use crate::bench::Bench;
use crate::vectors;

/// One token, and the answer that the contract demands.
struct Attack {
    id: String,
    key: String,
    options: Vec<String>,
    token: Vec<u8>,
    wanted: Vec<String>,
    codes: Vec<i64>,
}

impl Attack {
    fn read(line: &str) -> Self {
        let attack: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| attack[name].as_str().unwrap().to_owned();
        let list = |name: &str| attack[name].as_array().unwrap().clone();
        let token = match attack["token_b64"].as_str() {
            Some(raw) => BASE64_STANDARD.decode(raw).unwrap(),
            None => text("token").into_bytes(),
        };
        Self {
            id: text("id"),
            key: text("key"),
            options: list("args").iter().flat_map(|arg| options(arg.as_str().unwrap())).collect(),
            token,
            wanted: text("want").split(" or ").map(str::to_owned).collect(),
            codes: list("exit").iter().map(|code| code.as_i64().unwrap()).collect(),
        }
    }

    /// Standard input can carry it as one line that is not blank.
    fn is_a_line(&self) -> bool {
        let line = self.token.strip_suffix(b"\n").unwrap_or(&self.token);
        !line.trim_ascii().is_empty() && !line.contains(&b'\n')
    }

    /// An argument can carry it. A final newline is dropped from a line only.
    fn is_an_argument(&self) -> bool {
        !self.token.contains(&0) && !self.token.ends_with(b"\n")
    }

    /// `check` with the options of this attack.
    fn check<'a>(&'a self, more: &'a [&str]) -> Vec<&'a str> {
        let options = self.options.iter().map(String::as_str);
        ["check", "--json"].into_iter().chain(options).chain(more.iter().copied()).collect()
    }

    /// The fault in an exit code and its JSON, if any.
    fn fault(&self, way: &str, code: Option<i32>, stdout: &[u8]) -> Option<String> {
        let codes: Vec<i64> = code.into_iter().map(i64::from).collect();
        let json: Value = serde_json::from_slice(stdout).unwrap_or_default();
        let told = told(&json);
        let fits = codes.iter().all(|code| self.codes.contains(code)) && self.wanted.contains(&told);
        (!fits).then(|| {
            format!("{} {way}: exit {code:?} {told}, wanted {:?} {:?}", self.id, self.codes, self.wanted)
        })
    }
}

/// `ok`, the first reason, `usage_error`, or the code of another error.
fn told(json: &Value) -> String {
    match (&json["active"], &json["reasons"][0]["code"], &json["error"]) {
        (Value::Bool(true), ..) => "ok".to_owned(),
        (Value::Bool(false), Value::String(reason), _) => reason.clone(),
        (_, _, Value::String(error)) if error == "usage" => "usage_error".to_owned(),
        (_, _, Value::String(error)) => error.clone(),
        _ => "nothing".to_owned(),
    }
}

fn options(arg: &str) -> Vec<String> {
    let (name, value) = arg.split_once('=').unwrap();
    match name {
        "scope" => vec!["--require".to_owned(), value.to_owned()],
        "audience" => vec!["--audience".to_owned(), value.to_owned()],
        "leeway" => vec!["--leeway".to_owned(), format!("{value}s")],
        other => panic!("no option for {other}"),
    }
}

/// A home with the key of that name, and an enabled `alice`.
fn bench(folder: &Path, key: &str) -> Bench {
    let store = "[users.alice]\nhashed_password = \"!\"\nscopes = [\"read\", \"write\", \"admin\"]\n";
    let bench = Bench::with_store(store);
    let read = |name: &str| fs::read(folder.join("keys").join(name)).unwrap();
    let content = match key {
        "hs256" => read("hs256.secret"),
        "jwks" => read("jwks.pub.json"),
        "keyset" => {
            let jwk = |file: &str, id: &str| {
                let bytes = read(file);
                let secret = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                let k = BASE64_URL_SAFE_NO_PAD.encode(secret);
                serde_json::json!({"kty": "oct", "alg": "HS256", "kid": id, "k": k})
            };
            let keys = [jwk("hs256.secret", "hs1"), jwk("hs256b.secret", "hs2")];
            serde_json::json!({ "keys": keys }).to_string().into_bytes()
        }
        pem => read(&format!("{pem}.pub.pem")),
    };
    bench.write("secret.key", content);
    bench
}

fn attacks() -> Option<(Vec<Attack>, BTreeMap<String, Bench>)> {
    let file = vectors::path("attacks/sample.jsonl")?;
    let text = fs::read_to_string(&file).unwrap();
    let attacks: Vec<Attack> = text.lines().map(Attack::read).collect();
    assert!(attacks.len() >= 100, "{}", attacks.len());
    let folder = file.parent().unwrap();
    let benches = attacks.iter().map(|attack| (attack.key.clone(), bench(folder, &attack.key))).collect();
    Some((attacks, benches))
}

#[test]
fn every_attack_gets_the_answer_of_the_contract() {
    let Some((attacks, benches)) = attacks() else { return };
    let mut faults = Vec::new();
    let mut runs = (0, 0);
    for attack in &attacks {
        let bench = &benches[&attack.key];
        if attack.is_an_argument() {
            runs.0 += 1;
            let token = std::str::from_utf8(&attack.token).unwrap();
            let answer = bench.answer(attack.check(&["--", token]).as_slice(), "");
            faults.extend(attack.fault("as an argument", answer.code, &answer.raw.stdout));
        }
        if attack.is_a_line() {
            runs.1 += 1;
            let answer = bench.answer(attack.check(&[]).as_slice(), &attack.token);
            faults.extend(attack.fault("on standard input", answer.code, &answer.raw.stdout));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(runs.0 >= 95 && runs.1 >= 95, "{runs:?}");
}

#[test]
fn in_one_stream_the_verdicts_are_the_same() {
    let Some((attacks, benches)) = attacks() else { return };
    let mut groups: BTreeMap<(&String, &Vec<String>), Vec<&Attack>> = BTreeMap::new();
    for attack in attacks.iter().filter(|attack| attack.is_a_line() && attack.codes != [2]) {
        groups.entry((&attack.key, &attack.options)).or_default().push(attack);
    }
    let mut faults = Vec::new();
    for ((key, _), group) in groups {
        let mut stream = Vec::new();
        for attack in &group {
            stream.extend_from_slice(attack.token.strip_suffix(b"\n").unwrap_or(&attack.token));
            stream.push(b'\n');
        }
        let answer = benches[key].answer(group[0].check(&[]).as_slice(), &stream);
        let lines: Vec<&[u8]> = answer.raw.stdout.split(|byte| *byte == b'\n').collect();
        assert_eq!(lines.len(), group.len() + 1, "one line a token");
        for (attack, line) in group.iter().zip(&lines) {
            faults.extend(attack.fault("in a stream", None, line));
        }
        let first_refused = group.iter().find(|attack| attack.codes != [0]);
        let codes = first_refused.map_or(vec![0], |attack| attack.codes.clone());
        assert!(codes.contains(&answer.code.unwrap().into()), "{key} {:?} {codes:?}", answer.code);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn an_argument_keeps_its_newline_and_is_refused_for_it() {
    let Some((attacks, benches)) = attacks() else { return };
    let mut count = 0;
    for attack in attacks.iter().filter(|attack| attack.token.ends_with(b"\n")) {
        let token = std::str::from_utf8(&attack.token).unwrap();
        let answer = benches[&attack.key].answer(["check", "--json", token], "");
        assert_eq!((answer.code, told(&answer.json()).as_str()), (Some(1), "malformed"), "{}", attack.id);
        count += 1;
    }
    assert!(count > 0);
}
