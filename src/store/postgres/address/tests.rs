//! URLs and defaults to servers, and faults that say nothing of a password.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{Address, Defaults, Servers, SslMode, UrlFault};

fn address(url: &str) -> Address {
    Address::parse(url, &Defaults::default()).unwrap_or_else(|fault| panic!("{url}: {fault}"))
}

#[track_caller]
fn shows(url: &str, expected: &str) {
    assert_eq!(address(url).to_string(), expected, "{url}");
}

#[track_caller]
fn refuses(url: &str, expected: &UrlFault) {
    let fault = Address::parse(url, &Defaults::default()).expect_err(url);
    assert_eq!(fault, *expected, "{url}");
    let text = format!("{fault} {fault:?}");
    assert!(!text.contains("s3cret") && !text.contains("zqx"), "{url}: {text}");
}

const fn value(parameter: &'static str, expected: &'static str) -> UrlFault {
    UrlFault::Value { parameter, expected }
}

#[test]
fn a_url_names_servers_and_a_database() {
    shows("postgres://u@db.example.com/authctl", "database `authctl` at `db.example.com:5432`");
    shows("postgresql://u:p%40%2Fss@db.example.com:6000/a%20b", "database `a b` at `db.example.com:6000`");
    shows("postgres://u@a,b:6000,[::1]:7000/d", "database `d` at `a:5432`, `b:6000`, `[::1]:7000`");
    shows("postgres://u@%2Frun%2Fpg:6000/d", "database `d` at `/run/pg/.s.PGSQL.6000`");
    shows("postgres://u@/d?host=/run/pg", "database `d` at `/run/pg/.s.PGSQL.5432`");
    shows("postgres://u@:6000/d?host=/run/pg", "database `d` at `/run/pg/.s.PGSQL.6000`");
    shows("postgres://u@h", "database `u` at `h:5432`");
    if cfg!(unix) {
        shows("postgres://u@/d", "database `d` at `/var/run/postgresql/.s.PGSQL.5432`");
    }
    let password = address("postgres://u:a:b%40c@h/d").passwords[0].clone().unwrap();
    assert_eq!(password.expose_secret(), "a:b@c");
}

#[test]
fn a_url_without_a_part_takes_that_of_the_environment() {
    let defaults = Defaults {
        host: Some("one,two".to_owned()),
        port: Some("6000,7000".to_owned()),
        user: Some("someone".to_owned()),
        database: Some("users".to_owned()),
        password: None,
        root_cert: Some("/etc/ca.pem".into()),
        passfile: Some("two:7000:users:someone:s3cret".into()),
    };
    let address = Address::parse("postgres://", &defaults).unwrap();
    assert_eq!(address.to_string(), "database `users` at `one:6000`, `two:7000`");
    assert_eq!(address.user(), "someone");
    assert!(address.passwords[0].is_none());
    assert_eq!(address.passwords[1].as_ref().unwrap().expose_secret(), "s3cret");
    assert_eq!(address.root_cert.as_deref(), Some("/etc/ca.pem".as_ref()));
    let address = Address::parse("postgres://u@h:1/d", &defaults).unwrap();
    assert_eq!((address.to_string().as_str(), address.user()), ("database `d` at `h:1`", "u"));
    let port = |port: &str| Defaults { port: Some(port.to_owned()), ..Defaults::default() };
    let parsed = Address::parse("postgres://u@a,b,c/d", &port("1,2"));
    assert_eq!(parsed.unwrap_err(), UrlFault::Default("PGPORT"));
    assert_eq!(Address::parse("postgres://u@a/d", &port("x")).unwrap_err(), UrlFault::Default("PGPORT"));
    let host = Defaults { host: Some("a b".to_owned()), ..Defaults::default() };
    assert_eq!(Address::parse("postgres://u@/d", &host).unwrap_err(), UrlFault::Default("PGHOST"));
}

#[test]
fn a_url_is_strict_and_a_fault_tells_nothing_of_a_password() {
    refuses("mysql://u:s3cret@h/d", &UrlFault::Scheme);
    refuses("host=h password=s3cret", &UrlFault::Scheme);
    refuses("postgres://h/d", &UrlFault::NoUser);
    // A password with a character that separates parts.
    refuses("postgres://u:zqx/zqx@h/d", &UrlFault::Separator);
    refuses("postgres://u:1234/zqx@h", &UrlFault::Separator);
    refuses("postgres://u:1234?zqx@h/d", &UrlFault::Separator);
    refuses("postgres://u:1234?sslmode=zqx@h/d", &UrlFault::Separator);
    refuses("postgres://u:zqx#zqx@h/d", &UrlFault::Separator);
    refuses("postgres://u:zqx@zqx@h/d", &UrlFault::Separator);
    refuses("postgres://u:1/2/zqx", &UrlFault::Separator);
    refuses("postgres://u:zqx%zqx@h/d", &UrlFault::Encoding);
    refuses("postgres://u:%ff@h/d", &UrlFault::Encoding);
    refuses("postgres://u:a%00b@h/d", &UrlFault::Encoding);
    refuses("postgres://u@h:0/d", &UrlFault::Port);
    refuses("postgres://u@h:65536/d", &UrlFault::Port);
    refuses("postgres://u@h:+1/d", &UrlFault::Port);
    refuses("postgres://u:s3cret", &UrlFault::Port);
    refuses("postgres://u@a b/d", &UrlFault::Host);
    refuses("postgres://u@[::1/d", &UrlFault::Host);
    refuses("postgres://u@a,/d", &UrlFault::Host);
    refuses("postgres://u@h/d?host=other", &UrlFault::TwoHosts);
    refuses("postgres://u@h/d?s3cret", &UrlFault::Unknown);
    refuses("postgres://u@h/d?sslMode=require", &UrlFault::Unknown);
    refuses("postgres://u@h/d?password=s3cret", &UrlFault::Unsupported("password"));
    refuses("postgres://u@h/d?sslmode=require&sslmode=disable", &UrlFault::Doubled("sslmode"));
    let modes = value("sslmode", "`disable`, `require`, `verify-ca` or `verify-full`");
    for mode in ["prefer", "allow", "", "VERIFY-FULL", "verify_full"] {
        refuses(&format!("postgres://u@h/d?sslmode={mode}"), &modes);
    }
    let seconds = value("connect_timeout", "a number of seconds from 1 to 300");
    for number in ["0", "301", "-1", "+1", "1.5", ""] {
        refuses(&format!("postgres://u@h/d?connect_timeout={number}"), &seconds);
    }
    let servers = value("target_session_attrs", "`read-write`, `primary` or `any`");
    refuses("postgres://u@h/d?target_session_attrs=standby", &servers);
    refuses("postgres://u@h/d?sslrootcert=", &value("sslrootcert", "the path of a file, or `system`"));
}

#[test]
fn a_connection_to_another_machine_is_verified_unless_the_url_says_otherwise() {
    let mode = |url: &str| {
        let address = address(url);
        address.ssl_mode(&address.servers()[0])
    };
    assert_eq!(mode("postgres://u@db.example.com/d"), SslMode::VerifyFull);
    assert_eq!(mode("postgres://u@10.0.0.1/d"), SslMode::VerifyFull);
    assert_eq!(mode("postgres://u@localhost.example.com/d"), SslMode::VerifyFull);
    for here in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "%2Frun"] {
        assert_eq!(mode(&format!("postgres://u@{here}/d")), SslMode::Disable, "{here}");
    }
    assert_eq!(mode("postgres://u@localhost/d?sslmode=verify-full"), SslMode::VerifyFull);
    assert_eq!(mode("postgres://u@h/d?sslmode=disable"), SslMode::Disable);
    assert_eq!(mode("postgres://u@h/d?sslmode=verify-ca"), SslMode::VerifyCa);
    assert_eq!(mode("postgres://u@h/d?sslmode=require"), SslMode::Require);
    assert_eq!(mode("postgres://u@h/d?sslmode=require&sslrootcert=ca.pem"), SslMode::VerifyCa);
    assert_eq!(mode("postgres://u@h/d?sslmode=require&sslrootcert=system"), SslMode::Require);
    assert_eq!(mode("postgres://u@%2Frun/d?sslmode=verify-full"), SslMode::Disable);
}

#[test]
fn parameters_say_how_long_and_which_servers() {
    assert_eq!(address("postgres://u@h/d").timeout, Duration::from_secs(5));
    assert_eq!(address("postgres://u@h/d?connect_timeout=300").timeout, Duration::from_secs(300));
    assert_eq!(address("postgres://u@h/d").accepted, Servers::Primary);
    assert_eq!(address("postgres://u@h/d?target_session_attrs=any").accepted, Servers::Any);
}

#[test]
fn a_password_is_in_no_text() {
    let defaults = Defaults { passfile: Some(SecretString::from("*:*:*:*:other")), ..Defaults::default() };
    let address = Address::parse("postgres://u:s3cret@h/d", &defaults).unwrap();
    let text = format!("{address} {address:?} {defaults:?}");
    assert!(!text.contains("s3cret") && !text.contains("other"), "{text}");
}
