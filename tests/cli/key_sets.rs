//! Key sets as other issuers publish them: tokens of their usable keys are good, and the rest is named.

use authctl::auth::key::{Algorithm, Key, KeySet};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::bench::Bench;

/// A home with the key set of an issuer, and the key that signs its tokens.
fn published() -> (Bench, Key) {
    let (key, good) = pair("sig");
    let bench = Bench::new();
    let rsa = BASE64_URL_SAFE_NO_PAD.encode([0xff; 128]);
    let keys = json!([
        {"kty": "RSA", "kid": "enc", "use": "enc", "alg": "RSA-OAEP", "n": rsa, "e": "AQAB"},
        good,
        {"kty": "EC", "kid": "p521", "crv": "P-521", "x": "AA", "y": "AA", "alg": "ES512"},
        {"kty": "RSA", "alg": "RS256", "n": rsa, "e": "AQAB"},
        {"kty": "AKP", "kid": "pq\u{1b}[31m", "alg": "ML-DSA-44", "pub": "AA"},
    ]);
    write(&bench, &keys);
    (bench, key)
}

fn pair(kid: &str) -> (Key, Value) {
    let key = Key::generate(Algorithm::EdDSA).unwrap();
    let public = KeySet::from(key.clone()).public_json().unwrap();
    let mut jwk = serde_json::from_str::<Value>(&public).unwrap()["keys"][0].take();
    jwk["kid"] = kid.into();
    (key, jwk)
}

fn write(bench: &Bench, keys: &Value) {
    bench.write("jwks.json", json!({ "keys": keys }).to_string());
}

/// A token of `johndoe` for `me`, with this header.
fn token(bench: &Bench, key: &Key, header: &str) -> String {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let claims =
        format!(r#"{{"sub":"johndoe","scope":"me","iat":{},"exp":{}}}"#, bench.at(0), bench.at(1800));
    let message = format!("{}.{}", encode(header), encode(&claims));
    format!("{message}.{}", key.sign(message.as_bytes()).unwrap())
}

#[test]
fn keys_that_cannot_be_used_are_named_once_a_run() {
    let (bench, key) = published();
    let good = token(&bench, &key, r#"{"alg":"EdDSA","kid":"sig"}"#);
    assert_snapshot!(bench.pipe("check --require me --key-file jwks.json", format!("{good}\n{good}\n")), @r"
    line 1: good: johndoe, scopes me, expires in 30 minutes, at <time>
    line 2: good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> note: key `enc` is left out: `use` (`enc`) is not `sig`
    2> note: key `p521` is left out: `crv` (`P-521`) is not `P-256` or `P-384`
    2> note: key 4 is left out: the RSA key has 1024 bits; 2048 to 8192 are supported
    2> note: key `pq\u{1b}[31m` is left out: `kty` (`AKP`) is not `oct`, `OKP`, `EC` or `RSA`
    [exit 0]
    ");
    let check = ["check", "--quiet", "--key-file", "jwks.json", &good];
    assert_snapshot!(bench.run(check), @"[exit 0]");
}

#[test]
fn a_token_of_a_key_that_is_left_out_hears_why() {
    let (bench, key) = published();
    let enc = token(&bench, &key, r#"{"alg":"RS256","kid":"enc"}"#);
    let p521 = token(&bench, &key, r#"{"alg":"ES512","kid":"p521"}"#);
    let tokens = format!("{enc}\n{p521}\n");
    let answer = bench.answer("check --key-file jwks.json", &tokens);
    let refusals = answer.stderr.lines().filter(|line| !line.starts_with("note:"));
    assert_snapshot!(refusals.collect::<Vec<_>>().join("\n"), @r"
    error: line 1: the key `enc` cannot be used: `use` (`enc`) is not `sig`
    error: line 2: the key `p521` cannot be used: `crv` (`P-521`) is not `P-256` or `P-384`
    ");
    let answer = bench.answer("check --json --key-file jwks.json", &enc);
    assert_eq!(answer.code, Some(1));
    assert_snapshot!(answer.stdout, @r#"{"active":false,"error":"invalid_token","reasons":[{"code":"unknown_key","message":"the key `enc` cannot be used: `use` (`enc`) is not `sig`"}],"missing":[],"required":[],"challenge":"Bearer error=\"invalid_token\", error_description=\"The token's key is not known\"","line":1}"#);
}

#[test]
fn keys_list_shows_those_that_cannot_be_used_and_why() {
    let (bench, _) = published();
    assert_snapshot!(bench.run("keys --key-file jwks.json"), @r"
    KEY           ALG        KIND            PART    STATE
    sig           EdDSA      Ed25519         public  verifies
    enc           RSA-OAEP   RSA             public  unusable: `use` (`enc`) is not `sig`
    p521          ES512      EC, P-521       public  unusable: `crv` (`P-521`) is not `P-256` or `P-384`
    key 4         RS256      RSA, 1024 bits  public  unusable: the RSA key has 1024 bits; 2048 to 8192 are supported
    pq\u{1b}[31m  ML-DSA-44  AKP             public  unusable: `kty` (`AKP`) is not `oct`, `OKP`, `EC` or `RSA`
    [exit 0]
    ");
    let answer = bench.answer("keys --json --key-file jwks.json", "");
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    let list = answer.json();
    assert_eq!((&list[0]["name"], &list[0]["state"]), (&json!("sig"), &json!("verifies")));
    assert_eq!(
        list.as_array().unwrap()[1..3],
        [
            json!({
                "name": "enc", "kid": "enc", "alg": "RSA-OAEP", "kind": "RSA", "part": "public",
                "state": "unusable", "reason": "`use` (`enc`) is not `sig`",
            }),
            json!({
                "name": "p521", "kid": "p521", "alg": "ES512", "kind": "EC, P-521", "part": "public",
                "state": "unusable", "reason": "`crv` (`P-521`) is not `P-256` or `P-384`",
            }),
        ]
    );
    assert_eq!((&list[3]["name"], &list[3]["kid"]), (&json!("key 4"), &Value::Null));
}

#[test]
fn keys_public_prints_the_usable_ones_and_names_the_rest() {
    let (bench, _) = published();
    let answer = bench.answer("keys public --key-file jwks.json", "");
    assert_eq!(answer.code, Some(0));
    assert_snapshot!(answer.stderr, @r"
    note: key `enc` is left out: `use` (`enc`) is not `sig`
    note: key `p521` is left out: `crv` (`P-521`) is not `P-256` or `P-384`
    note: key 4 is left out: the RSA key has 1024 bits; 2048 to 8192 are supported
    note: key `pq\u{1b}[31m` is left out: `kty` (`AKP`) is not `oct`, `OKP`, `EC` or `RSA`
    ");
    let shown: Value = serde_json::from_slice(&answer.raw.stdout).unwrap();
    let ids: Vec<&Value> = shown["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(ids, ["sig"]);
}

#[test]
fn doctor_finds_keys_that_cannot_be_used() {
    let (bench, _) = published();
    assert_snapshot!(bench.run("doctor --key-only --key-file jwks.json"), @r"
    unusable_key: key `enc` cannot be used: `use` (`enc`) is not `sig`
      hint: remove it from the set, if no token is signed with it
    unusable_key: key `p521` cannot be used: `crv` (`P-521`) is not `P-256` or `P-384`
      hint: remove it from the set, if no token is signed with it
    unusable_key: key 4 cannot be used: the RSA key has 1024 bits; 2048 to 8192 are supported
      hint: remove it from the set, if no token is signed with it
    unusable_key: key `pq\u{1b}[31m` cannot be used: `kty` (`AKP`) is not `oct`, `OKP`, `EC` or `RSA`
      hint: remove it from the set, if no token is signed with it
    4 findings
    [exit 1]
    ");
}

#[test]
fn very_many_keys_are_counted() {
    let (bench, key) = published();
    let (_, good) = pair("sig");
    let odd = (0..10_000).map(|number| json!({"kty": "EC", "kid": number.to_string(), "crv": "P-521"}));
    write(&bench, &std::iter::once(good).chain(odd).collect());
    let forged = token(&bench, &key, r#"{"alg":"EdDSA","kid":"sig"}"#);
    let answer = bench.answer(["check", "--key-file", "jwks.json", &forged], "");
    let lines: Vec<&str> = answer.stderr.lines().collect();
    assert_snapshot!(lines[18..].join("\n"), @r"
    note: key `18` is left out: `crv` (`P-521`) is not `P-256` or `P-384`
    note: key `19` is left out: `crv` (`P-521`) is not `P-256` or `P-384`
    note: 9980 more are left out: `authctl keys --key-file jwks.json` lists them
    error: signature does not match the key
    ");
    assert_eq!(answer.code, Some(1));
    assert_eq!(bench.answer("keys --key-file jwks.json", "").stdout.lines().count(), 10_002);
}

#[test]
fn a_set_in_which_no_key_can_be_used_is_no_key_file() {
    let bench = Bench::new();
    let odd = |kid: &str| json!({"kty": "EC", "kid": kid, "crv": "P-521"});
    let said = |keys: &Value| {
        write(&bench, keys);
        bench.run("keys --key-file jwks.json")
    };
    assert_snapshot!(said(&json!([odd("a")])), @r"
    2> error: key file `jwks.json`: key 1: `crv` (`P-521`) is not `P-256` or `P-384`
    [exit 2]
    ");
    assert_snapshot!(said(&json!([odd("a"), odd("b")])), @r"
    2> error: key file `jwks.json`: none of the 2 keys can be used; key 1: `crv` (`P-521`) is not `P-256` or `P-384`
    [exit 2]
    ");
    assert_snapshot!(said(&json!([])), @r"
    2> error: key file `jwks.json`: the set has no key
    [exit 2]
    ");
    bench.write(
        "jwks.json",
        r#"{"1e3caeeb":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}"#,
    );
    assert_snapshot!(bench.run("keys --key-file jwks.json"), @r"
    2> error: key file `jwks.json`: neither a JWK nor a JWK Set: there is no `kty` and no `keys`
    [exit 2]
    ");
}

#[cfg(unix)]
#[test]
fn a_set_of_a_mebibyte_comes_from_a_pipe() {
    let (bench, key) = published();
    let set: Value = serde_json::from_str(&bench.read("jwks.json")).unwrap();
    let mut text = json!({ "note": "", "keys": set["keys"] }).to_string();
    text.push_str(&" ".repeat(KeySet::MAX_BYTES - text.len()));
    bench.write("large.json", &text);
    let good = token(&bench, &key, r#"{"alg":"EdDSA","kid":"sig"}"#);
    let check = |file: &str| {
        let line = format!("cat {file} | \"$authctl\" check --quiet --key-file /dev/stdin -- {good}");
        bench.answer_of(bench.shell("sh", &["-c", &line]).output().unwrap()).transcript()
    };
    assert_snapshot!(check("large.json"), @"[exit 0]");
    bench.write("larger.json", text + " ");
    assert_snapshot!(check("larger.json"), @r"
    2> error: cannot read the key file `/dev/stdin`: larger than 1048576 bytes
    [exit 2]
    ");
}

#[test]
fn a_shared_secret_among_published_keys_is_refused() {
    let (bench, _) = published();
    let set: Value = serde_json::from_str(&bench.read("jwks.json")).unwrap();
    let secret =
        json!({"kty": "oct", "k": BASE64_URL_SAFE_NO_PAD.encode("4f1feeca525de4cdb064656007da3eda")});
    write(&bench, &json!([secret, set["keys"][1]]));
    assert_snapshot!(bench.run("keys --key-file jwks.json"), @r"
    2> error: key file `jwks.json`: the set mixes secrets with keys that are only public
    2> hint: keep the secrets in one file and the public keys in another
    [exit 2]
    ");
}
