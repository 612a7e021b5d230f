//! Values with a label are public, or a secret of something else.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{Look, hex, look, plain};

const HEX: &str = "4f1feeca525de4cdb064656007da3eda";

#[test]
fn a_value_that_says_what_it_is_is_no_secret() {
    let base64 = "uNiVztksCsDhcc0u9e8BrwJ6ZBVCiP4Tz6q1LR3d8y0";
    let pairs = "AB:CD:EF:01:23:45:67:89:ab:cd:ef:01:23:45:67:89";
    for (text, expected) in [
        (format!("k4.public.{base64}"), Look::OtherPublic),
        (format!("k2.public.{base64}"), Look::OtherPublic),
        (format!("k4.pid.{base64}"), Look::OtherPublic),
        (format!("k3.lid.{base64}"), Look::OtherPublic),
        (format!("k4.local.{base64}"), Look::OtherSecret),
        (format!("k4.secret.{base64}"), Look::OtherSecret),
        (format!("k4.secret-wrap.pie.{base64}"), Look::OtherSecret),
        (format!("v4.local.{base64}"), Look::Jwt),
        (format!("v4.public.{base64}.{base64}"), Look::Jwt),
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK".to_owned(), Look::OtherPublic),
        ("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".to_owned(), Look::OtherPublic),
        (
            "AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE".to_owned(),
            Look::OtherSecret,
        ),
        (
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y".to_owned(),
            Look::OtherPublic,
        ),
        (format!("SHA256:{base64}"), Look::Fingerprint),
        (format!("sha256:{HEX}{HEX}"), Look::Fingerprint),
        (format!("sha256/{base64}="), Look::Fingerprint),
        (format!("sha512-{base64}="), Look::Fingerprint),
        (format!("MD5:{}", pairs.to_lowercase()), Look::Fingerprint),
        (pairs.to_owned(), Look::Fingerprint),
        ("$ANSIBLE_VAULT;1.2;AES256;production".to_owned(), Look::OtherSecret),
        (format!("JWT_SECRET:{HEX}"), Look::Named),
        (format!("jwt.secret:{HEX}"), Look::Named),
        ("SECRET_KEY:django-insecure-#f$k^2!q(x)p&w@z_v*b".to_owned(), Look::Assignment),
        (format!("JWT_SECRET: {HEX}"), Look::Yaml),
    ] {
        plain(&text, expected);
        for encoded in [BASE64_STANDARD.encode(&text), hex(&text)] {
            assert_eq!(look(&encoded).map(|found| found.look), Some(expected), "{text}: {encoded}");
        }
    }
}

#[test]
fn a_value_without_a_label_or_with_that_of_its_encoding_is_a_secret() {
    for secret in [
        format!("base64:{}", BASE64_STANDARD.encode(HEX)),
        format!("hex:{HEX}"),
        format!("b64:{HEX}"),
        // The checksum is another.
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q".to_owned(),
        format!("k4-public-{HEX}"),
        format!("4f:1fe:eca:{HEX}"),
        format!("{HEX}.{HEX}"),
        format!("=={HEX}"),
        "correct:horse?battery!staple&more-of-it".to_owned(),
    ] {
        assert_eq!(look(&secret), None, "{secret}");
    }
}
