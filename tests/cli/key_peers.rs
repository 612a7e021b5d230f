//! Keys and tokens of others, and ours in their hands: `PyJWT`, `jose` and `openssl`, in both directions.
//!
//! `AUTHCTL_PYTHON` names the interpreter that has `PyJWT` and `cryptography`. Where a peer is missing a test
//! says that it did not run; with `AUTHCTL_PEERS` it fails.
#![expect(clippy::print_stderr, reason = "a test that does not run says so")]

use std::ffi::OsString;
use std::io::Write as _;
use std::process::{Command, Stdio};

use authctl::auth::key::{Algorithm, Key, KeySet};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::bench::Bench;

/// The peer, if it is here.
pub(crate) fn peer(program: impl Into<OsString>, args: &[&str]) -> Option<OsString> {
    let program = program.into();
    let found = Command::new(&program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return Some(program);
    }
    let name = program.to_string_lossy();
    assert!(std::env::var_os("AUTHCTL_PEERS").is_none(), "`{name}` is missing");
    eprintln!("not run: no `{name}`");
    None
}

pub(crate) fn python() -> Option<OsString> {
    peer(
        std::env::var_os("AUTHCTL_PYTHON").unwrap_or_else(|| "python3".into()),
        &["-c", "import jwt, cryptography"],
    )
}

pub(crate) fn jose() -> Option<OsString> {
    peer("jose", &["alg"])
}

fn openssl() -> Option<OsString> {
    peer("openssl", &["version"])
}

/// Runs a peer in the home of `bench`. Returns its output.
#[track_caller]
pub(crate) fn run(bench: &Bench, program: &OsString, args: &[&str], stdin: &str) -> String {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(bench.home())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A new key of that algorithm is the key file; a token of it.
fn token_of_new_key(bench: &Bench, algorithm: Algorithm) -> String {
    bench.write("secret.key", KeySet::from(Key::generate(algorithm).unwrap()).to_json().as_bytes());
    login(bench)
}

fn login(bench: &Bench) -> String {
    let answer = bench.answer("login johndoe --scope me --password-stdin", "secret\n");
    assert_eq!(answer.code, Some(0), "{}", answer.transcript());
    String::from_utf8(answer.raw.stdout).unwrap().trim().to_owned()
}

#[track_caller]
fn is_good(bench: &Bench, args: &str, token: &str) {
    let answer = bench.pipe(&format!("check --require me {args}"), token);
    assert!(answer.starts_with("good: johndoe, scopes me,"), "{answer}");
}

/// The claims of a token that a peer makes.
pub(crate) fn claims(bench: &Bench) -> String {
    format!(r#"{{"sub":"johndoe","scope":"me","iat":{},"exp":{}}}"#, bench.at(0), bench.at(1800))
}

/// The key file of a machine that only checks: the public set, or the secret itself.
fn public(bench: &Bench, algorithm: Algorithm) -> &'static str {
    if algorithm.is_symmetric() {
        return "secret.key";
    }
    bench.write("public.jwks", bench.answer("keys public", "").raw.stdout);
    "public.jwks"
}

#[test]
fn pyjwt_takes_our_keys_and_tokens_and_we_take_its() {
    const VERIFY: &str = "
import json, sys, jwt
token = sys.stdin.read()
keys = jwt.PyJWKSet.from_dict(json.load(open(sys.argv[1]))).keys
kid = jwt.get_unverified_header(token)['kid']
key = next(key for key in keys if key.key_id == kid)
print(jwt.decode(token, key, algorithms=[sys.argv[2]], options={'require': ['exp', 'sub', 'jti']})['scope'])
";
    const SIGN: &str = "
import json, sys, jwt
key = jwt.PyJWKSet.from_dict(json.load(open('secret.key'))).keys[0]
print(jwt.encode(json.load(sys.stdin), key.key, algorithm=sys.argv[1], headers={'kid': key.key_id}))
";
    let Some(python) = python() else { return };
    let bench = Bench::new();
    for algorithm in Algorithm::ALL {
        let token = token_of_new_key(&bench, algorithm);
        let file = public(&bench, algorithm);
        assert_eq!(
            run(&bench, &python, &["-c", VERIFY, file, algorithm.as_str()], &token),
            "me\n",
            "{algorithm}"
        );
        let theirs = run(&bench, &python, &["-c", SIGN, algorithm.as_str()], &claims(&bench));
        is_good(&bench, "", &theirs);
        is_good(&bench, &format!("--stateless --key-file {file}"), &theirs);
        is_good(&bench, &format!("--stateless --key-file {file}"), &token);
    }
}

/// A key as PEM, which `cryptography` makes.
#[test]
fn keys_that_python_makes_work_on_both_sides() {
    const MAKE: &str = "
import sys
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives import serialization as s
key = {
    'EdDSA': ed25519.Ed25519PrivateKey.generate,
    'ES256': lambda: ec.generate_private_key(ec.SECP256R1()),
    'ES384': lambda: ec.generate_private_key(ec.SECP384R1()),
    'RS256': lambda: rsa.generate_private_key(65537, 2048),
}[sys.argv[1]]()
open('secret.key', 'wb').write(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
open('public.pem', 'wb').write(key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo))
";
    const VERIFY: &str = "
import sys, jwt
print(jwt.decode(sys.stdin.read(), open('public.pem').read(), algorithms=[sys.argv[1]])['scope'])
";
    const SIGN: &str = "
import json, sys, jwt
print(jwt.encode(json.load(sys.stdin), open('secret.key').read(), algorithm=sys.argv[1]))
";
    let Some(python) = python() else { return };
    let bench = Bench::new();
    for algorithm in ["EdDSA", "ES256", "ES384", "RS256"] {
        run(&bench, &python, &["-c", MAKE, algorithm], "");
        bench.set_mode("secret.key", 0o600);
        let token = login(&bench);
        assert_eq!(run(&bench, &python, &["-c", VERIFY, algorithm], &token), "me\n");
        let theirs = run(&bench, &python, &["-c", SIGN, algorithm], &claims(&bench));
        is_good(&bench, "", &theirs);
        is_good(&bench, "--stateless --key-file public.pem", &theirs);
        // And after the next rotation still, by the old key without an id.
        assert_eq!(bench.answer("keys rotate", "").code, Some(0));
        is_good(&bench, "", &theirs);
        is_good(&bench, "", &token);
    }
}

#[test]
fn jose_takes_our_keys_and_tokens_and_we_take_its() {
    let Some(jose) = jose() else { return };
    let bench = Bench::new();
    let known = run(&bench, &jose, &["alg"], "");
    for algorithm in Algorithm::ALL {
        if !known.split_whitespace().any(|name| name == algorithm.as_str()) {
            eprintln!("not run: jose does not know {algorithm}");
            continue;
        }
        let token = token_of_new_key(&bench, algorithm);
        let file = public(&bench, algorithm);
        let said = run(&bench, &jose, &["jws", "ver", "-i", "-", "-k", file, "-O-"], &token);
        assert!(said.contains("\"scope\":\"me\""), "{algorithm}: {said}");

        // A key of its own.
        let template = format!("{{\"alg\":\"{algorithm}\",\"kid\":\"theirs\"}}");
        run(&bench, &jose, &["jwk", "gen", "-i", &template, "-o", "secret.key"], "");
        bench.set_mode("secret.key", 0o600);
        let header = format!("{{\"protected\":{{\"alg\":\"{algorithm}\",\"kid\":\"theirs\"}}}}");
        let sign = ["jws", "sig", "-I-", "-k", "secret.key", "-s", &header, "-c"];
        let theirs = run(&bench, &jose, &sign, &claims(&bench));
        is_good(&bench, "", &theirs);
        is_good(&bench, &format!("--stateless --key-file {}", public(&bench, algorithm)), &theirs);
        let ours = login(&bench);
        run(&bench, &jose, &["jws", "ver", "-i", "-", "-k", "secret.key", "-O-"], &ours);
    }
}

#[test]
fn keys_of_openssl_sign_tokens_that_openssl_verifies() {
    let Some(openssl) = openssl() else { return };
    let bench = Bench::new();
    for (algorithm, make) in [
        ("EdDSA", ["-algorithm", "ED25519"].as_slice()),
        ("ES256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("ES384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ("RS256", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
    ] {
        run(&bench, &openssl, &[&["genpkey", "-out", "secret.key"], make].concat(), "");
        run(&bench, &openssl, &["pkey", "-in", "secret.key", "-pubout", "-out", "public.pem"], "");
        let token = login(&bench);
        is_good(&bench, "--stateless --key-file public.pem", &token);
        let listed = bench.answer("keys --json --key-file public.pem", "").json();
        assert_eq!((&listed[0]["alg"], &listed[0]["part"]), (&algorithm.into(), &"public".into()));

        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let signature = if algorithm.starts_with("ES") { der(&signature) } else { signature };
        bench.write("message", message);
        bench.write("signature", signature);
        let verify = [
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "public.pem",
            "-sigfile",
            "signature",
            "-in",
            "message",
            "-rawin",
        ];
        let digest: &[&str] = match algorithm {
            "EdDSA" => &[],
            "ES384" => &["-digest", "sha384"],
            _ => &["-digest", "sha256"],
        };
        let said = run(&bench, &openssl, &[verify.as_slice(), digest].concat(), "");
        assert_eq!(said, "Signature Verified Successfully\n", "{algorithm}");
    }
}

/// The two numbers of an ECDSA signature as DER has them.
fn der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let integer = |number: &[u8]| {
        let start = number.iter().position(|byte| *byte != 0).unwrap();
        let mut bytes = number[start..].to_vec();
        if bytes[0] >= 0x80 {
            bytes.insert(0, 0);
        }
        [&[2, u8::try_from(bytes.len()).unwrap()], bytes.as_slice()].concat()
    };
    let both = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(both.len()).unwrap()], both.as_slice()].concat()
}

/// The secret of a bench is the text that a Python server has in `SECRET_KEY`.
#[test]
fn a_raw_secret_is_shared_with_python_before_and_after_a_rotation() {
    const VERIFY: &str =
        "import sys, jwt; print(jwt.decode(sys.stdin.read(), sys.argv[1], algorithms=['HS256'])['scope'])";
    const SIGN: &str =
        "import sys, json, jwt; print(jwt.encode(json.load(sys.stdin), sys.argv[1], algorithm='HS256'))";
    let Some(python) = python() else { return };
    let bench = Bench::new();
    let secret = crate::bench::SECRET;
    assert_eq!(run(&bench, &python, &["-c", VERIFY, secret], &login(&bench)), "me\n");
    let theirs = run(&bench, &python, &["-c", SIGN, secret], &claims(&bench));
    is_good(&bench, "", &theirs);
    bench.run("keys rotate");
    is_good(&bench, "", &theirs);
}

/// Makes a key file called `a key's` by each of these command lines, and follows the hint of authctl.
#[cfg(unix)]
#[track_caller]
fn hints_mend(commands: &[&str]) {
    let shell = OsString::from("sh");
    for command in commands {
        let bench = Bench::new();
        run(&bench, &shell, &["-c", &format!("set -e; key=\"a key's\"; {command}")], "");
        bench.set_mode("a key's", 0o600);
        let refused = bench.answer(["keys", "--json", "--key-file", "a key's"], "");
        assert_eq!(refused.code, Some(2), "{command}: {}", refused.transcript());
        let said = refused.json();
        let hint = said["hint"].as_str().unwrap_or_else(|| panic!("{command}: {said}"));
        run(&bench, &shell, &["-c", hint.split('`').nth(1).unwrap()], "");
        let keys = bench.answer(["keys", "--json", "--key-file", "a key's.pem"], "");
        assert_eq!(keys.code, Some(0), "{command}: {}", keys.transcript());
        let is_private = !["pub", "Public", "x509"].iter().any(|word| command.contains(word));
        assert_eq!(keys.json()[0]["part"], if is_private { "private" } else { "public" }, "{command}");
        assert!(!is_private || !keys.stderr.contains("others can read"), "{command}: {}", keys.stderr);
    }
}

#[cfg(unix)]
#[test]
fn hints_convert_what_openssl_writes() {
    let Some(_) = openssl() else { return };
    hints_mend(&[
        "openssl genpkey -algorithm ed25519 -outform DER -out \"$key\"",
        "openssl ecparam -name prime256v1 -genkey -noout -outform DER -out \"$key\"",
        "openssl genrsa 2048 | openssl rsa -traditional -outform DER -out \"$key\"",
        "openssl genpkey -algorithm ed25519 | openssl pkey -pubout -outform DER -out \"$key\"",
        "openssl genrsa 2048 | openssl rsa -RSAPublicKey_out -outform DER -out \"$key\"",
        "openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null -subj /CN=x -outform DER -out \"$key\"",
        "openssl genpkey -algorithm ed25519 -outform DER | base64 > \"$key\"",
        "openssl genrsa 2048 | openssl rsa -pubout -outform DER | base64 > \"$key\"",
        "openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null -subj /CN=x -outform DER | base64 > \"$key\"",
        "openssl ecparam -name secp384r1 -genkey -noout -out \"$key\"",
        "openssl genrsa 2048 | openssl rsa -RSAPublicKey_out -out \"$key\"",
        "openssl req -x509 -newkey ed25519 -nodes -keyout /dev/null -subj /CN=x -out \"$key\"",
    ]);
}

#[cfg(unix)]
#[test]
fn hints_convert_what_openssh_writes() {
    let bench = Bench::empty();
    let path = bench.path("k");
    if peer("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &path.to_string_lossy()]).is_none() {
        return;
    }
    hints_mend(&[
        "ssh-keygen -q -t ecdsa -b 384 -N '' -f \"$key\"",
        "ssh-keygen -q -t rsa -b 2048 -N '' -f \"$key\"",
        "ssh-keygen -q -t ecdsa -N '' -f k && mv k.pub \"$key\"",
    ]);
    // Nothing of OpenSSH writes an Ed25519 key in another form.
    for file in ["k", "k.pub"] {
        bench.set_mode(file, 0o600);
        let said = bench.run(["keys", "--key-file", file]);
        assert_eq!(
            said,
            format!(
                "2> error: key file `{file}`: looks like an Ed25519 key of OpenSSH\n\
                 2> hint: make a new key with `authctl keys generate`\n[exit 2]"
            )
        );
    }
}
