//! Key sets and tokens in the hands of others: `PyJWT`, `joserfc` and `jose` judge what authctl judges.
//!
//! Where a peer is missing a test says that it did not run; with `AUTHCTL_PEERS` it fails.

use std::fmt::Write as _;

use authctl::auth::key::{Algorithm, Key, KeySet};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::key_peers::{claims, jose, peer, python, run};

/// A set, and a token that its issuer or an attacker made.
struct Case {
    name: &'static str,
    jwks: Value,
    token: String,
}

/// A key pair, and the JWK that its issuer publishes.
struct Pair(Key, Value);

impl Pair {
    fn new(algorithm: Algorithm, kid: &str) -> Self {
        let key = Key::generate(algorithm).unwrap();
        let public = KeySet::from(key.clone()).public_json().unwrap();
        let jwk = serde_json::from_str::<Value>(&public).unwrap()["keys"][0].take();
        Self(key, with(&jwk, "kid", kid))
    }

    fn token(&self, header: &Value, claims: &str) -> String {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", encode(&header.to_string()), encode(claims));
        format!("{message}.{}", self.0.sign(message.as_bytes()).unwrap())
    }
}

fn with(jwk: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[member] = value.into();
    jwk
}

fn without(jwk: &Value, members: &[&str]) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().retain(|name, _| !members.contains(&name.as_str()));
    jwk
}

/// The same number in a member, written by `spell`.
fn respelt(jwk: &Value, member: &str, spell: impl Fn(Vec<u8>) -> String) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(jwk[member].as_str().unwrap()).unwrap();
    with(jwk, member, spell(bytes))
}

fn cases(claims: &str) -> Vec<Case> {
    let [rsa, other, enc] = ["rsa", "other", "enc"].map(|kid| Pair::new(Algorithm::RS256, kid));
    let (ec, ed) = (Pair::new(Algorithm::ES256, "ec"), Pair::new(Algorithm::EdDSA, "ed"));
    let keys = |jwks: &[&Value]| json!({ "keys": jwks });
    let header = |alg: &str, kid: &str| json!({"alg": alg, "kid": kid});
    let rsa_token = rsa.token(&header("RS256", "rsa"), claims);
    let ec_token = ec.token(&header("ES256", "ec"), claims);
    let eddsa_token = ed.token(&header("EdDSA", "ed"), claims);
    let encryption_token = enc.token(&header("RS256", "enc"), claims);
    let for_encryption = with(&with(&enc.1, "use", "enc"), "alg", "RSA-OAEP");
    let free = without(&enc.1, &["alg", "use"]);
    let zeros = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode([vec![0], bytes].concat());
    let standard = |bytes: Vec<u8>| BASE64_STANDARD.encode(bytes);
    // The base points of the two curves (FIPS 186-4, RFC 7748).
    let p521 = json!({
        "kty": "EC",
        "crv": "P-521",
        "x": "AMaFjga3BATpzZ4-y2YjlbRCnGSBOQU_tSH4KK9ga009uqFLXnfv51ko_h3BJ6L_qN4zSLPBhWpCm_l-fjHC5b1m",
        "y": "ARg5KWp4mjvABFyKX7QsfRvZmPVESVebRGgXr70XJz5mLJfucple9CZAxVC5AT-tB2E1PHCGonLCQIi-lHaf0WZQ",
    });
    let x25519 = json!({"kty": "OKP", "crv": "X25519", "x": format!("CQ{}", "A".repeat(41))});
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"});
    let case = |name, jwks, token: &str| Case { name, jwks, token: token.to_owned() };
    let (r, e, d) = (&rsa.1, &ec.1, &ed.1);
    vec![
        case("RS256", keys(&[r, &other.1]), &rsa_token),
        case("ES256", keys(&[e, d]), &ec_token),
        case("EdDSA", keys(&[e, d]), &eddsa_token),
        case("Ed25519", keys(&[d]), &ed.token(&header("Ed25519", "ed"), claims)),
        case("without kid, first key", keys(&[r, &other.1]), &rsa.token(&json!({"alg": "RS256"}), claims)),
        case("without kid, second key", keys(&[&other.1, r]), &rsa.token(&json!({"alg": "RS256"}), claims)),
        case("kid of no key, keys without id", keys(&[&without(r, &["kid"])]), &rsa_token),
        case("neither use nor alg", keys(&[&without(r, &["use", "alg"])]), &rsa_token),
        case("beside a key for encryption", keys(&[&for_encryption, r]), &rsa_token),
        case("beside P-521", keys(&[&with(&p521, "kid", "odd"), e]), &ec_token),
        case("beside X25519, EdDSA", keys(&[&with(&x25519, "kid", "odd"), d]), &eddsa_token),
        case("beside an unknown type", keys(&[&with(&unknown, "kid", "odd"), r]), &rsa_token),
        case("beside no object", keys(&[&json!("RSA"), r]), &rsa_token),
        case("one kid, second key", keys(&[&with(&other.1, "kid", "rsa"), r]), &rsa_token),
        case("one kid, two types", keys(&[&with(e, "kid", "rsa"), r]), &rsa_token),
        case("leading zero", keys(&[&respelt(r, "n", zeros)]), &rsa_token),
        case("plain base64", keys(&[&respelt(e, "x", standard)]), &ec_token),
        case(
            "null for an absent member",
            keys(&[&with(&with(r, "d", Value::Null), "x5c", Value::Null)]),
            &rsa_token,
        ),
        case("empty key_ops", keys(&[&with(&without(r, &["use"]), "key_ops", json!([]))]), &rsa_token),
        case("by a key for encryption", keys(&[&for_encryption, r]), &encryption_token),
        case("by a key with use enc", keys(&[&with(&free, "use", "enc"), r]), &encryption_token),
        case(
            "by a key with key_ops encrypt",
            keys(&[&with(&free, "key_ops", json!(["encrypt"])), r]),
            &encryption_token,
        ),
        case("by a key with another alg", keys(&[&with(&free, "alg", "PS256"), r]), &encryption_token),
        case("by an outsider", keys(&[r]), &other.token(&header("RS256", "rsa"), claims)),
        case("by an outsider, unknown kid", keys(&[r]), &other.token(&header("RS256", "other"), claims)),
    ]
}

/// Whether authctl takes the token.
fn ours(bench: &Bench, case: &Case) -> &'static str {
    bench.write("jwks.json", case.jwks.to_string());
    let check = ["check", "--stateless", "--key-file", "jwks.json", "--", &case.token];
    if bench.answer(check, "").code == Some(0) { "yes" } else { "no" }
}

/// Each line of the snapshot is a case, authctl's answer, and those of `PyJWT`, `joserfc` and `jose`.
#[test]
fn peers_agree_on_key_sets_but_where_the_readme_says_why() {
    let Some(python) = python().and_then(|python| peer(python, &["-c", "import joserfc"])) else { return };
    let Some(jose) = jose() else { return };
    let bench = Bench::empty();
    let cases = cases(&claims(&bench));
    let line = |case: &Case| json!({"jwks": case.jwks, "token": case.token}).to_string() + "\n";
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/key_sets.py");
    let theirs = run(&bench, &python, &[script], &cases.iter().map(line).collect::<String>());
    let mut differences = String::new();
    for (case, theirs) in cases.iter().zip(theirs.lines()) {
        let ours = ours(&bench, case);
        let verify = ["jws", "ver", "-i", &case.token, "-k", "jwks.json"];
        let jose = std::process::Command::new(&jose).args(verify).current_dir(bench.home()).output().unwrap();
        let jose = if jose.status.success() { "yes" } else { "no" };
        if format!("{theirs} {jose}") != format!("{ours} {ours} {ours}") {
            writeln!(differences, "{}: {ours}; {theirs} {jose}", case.name).unwrap();
        }
    }
    insta::assert_snapshot!(differences, @r"
    EdDSA: yes; yes yes no
    Ed25519: yes; no no no
    without kid, first key: yes; yes no yes
    without kid, second key: yes; no no yes
    kid of no key, keys without id: yes; no no yes
    beside X25519, EdDSA: yes; yes yes no
    one kid, second key: yes; no no yes
    one kid, two types: yes; no yes yes
    plain base64: yes; yes no no
    null for an absent member: yes; no no yes
    empty key_ops: yes; yes no no
    by a key with use enc: no; yes no no
    by a key with key_ops encrypt: no; yes no no
    by a key with another alg: no; no no yes
    ");
}
