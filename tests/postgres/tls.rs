//! TLS: the server proves who it is, unless the address says that it need not.

use std::fs;
use std::path::Path;
use std::process::Command;

use authctl::store::postgres::{Address, EditError};

use super::server::{Server, at, free_port, run};

fn openssl(folder: &Path, args: &str) {
    run(Command::new("openssl").current_dir(folder).args(args.split(' ')));
}

/// An authority, and a certificate of it for `db.example.com` and `localhost`.
fn certificates(folder: &Path) {
    let new = "-nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout";
    openssl(folder, &format!("req -x509 {new} ca.key -out ca.pem -days 2 -subj /CN=authority"));
    openssl(folder, &format!("req {new} server.key -out server.csr -subj /CN=localhost"));
    fs::write(folder.join("names"), "subjectAltName = DNS:localhost, DNS:db.example.com\n").unwrap();
    let sign = "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names";
    openssl(folder, &format!("x509 -req -in server.csr {sign} -out server.pem"));
    openssl(folder, &format!("req -x509 {new} other.key -out other.pem -days 2 -subj /CN=other"));
}

#[test]
fn a_server_is_trusted_by_its_certificate_and_name() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let Some(server) = Server::start("") else { return };
    for file in ["server.key", "server.pem"] {
        let data = server.folder.join("data").join(file);
        fs::copy(folder.path().join(file), &data).unwrap();
        run(Command::new("chown").arg("--reference").arg(server.folder.join("data")).arg(&data));
        run(Command::new("chmod").arg("600").arg(&data));
    }
    server.sql("postgres", "CREATE ROLE someone SUPERUSER LOGIN PASSWORD 's3cret'");
    let at_host = |host: &str, parameters: &str| {
        let database = at(&format!("postgres://someone:s3cret@{host}:{}/postgres?{parameters}", server.port));
        database.init(super::POLICY).map(drop).map_err(|error| {
            let EditError::Database(error) = error else { panic!("{error:?}") };
            assert!(!format!("{error} {error:?}").contains("s3cret"));
            error
        })
    };
    let code = |host: &str, parameters: &str| at_host(host, parameters).map_err(|error| error.code());
    assert_eq!(code("localhost", "sslmode=require"), Err("database_no_tls"));
    assert_eq!(code("localhost", "sslmode=disable"), Ok(()));
    for (setting, value) in [("ssl_cert_file", "server.pem"), ("ssl_key_file", "server.key"), ("ssl", "on")] {
        server.sql("postgres", &format!("ALTER SYSTEM SET {setting} = '{value}'"));
    }
    server.sql("postgres", "SELECT pg_reload_conf()");
    while at_host("localhost", "sslmode=require").is_err() {}
    let root = |file: &str| format!("sslrootcert={}", folder.path().join(file).display());
    let full = |file| format!("sslmode=verify-full&{}", root(file));
    assert_eq!(code("localhost", &full("ca.pem")), Ok(()));
    // Encrypted, and bound to the certificate by the password's protocol.
    let said = server.sql("postgres", "SELECT count(*) FROM pg_stat_ssl WHERE ssl");
    assert!(said.parse::<u32>().is_ok());
    let other_name = at_host("127.0.0.1", &full("ca.pem")).unwrap_err();
    assert_eq!(other_name.code(), "database_certificate");
    assert!(other_name.to_string().ends_with("the certificate is for another name"), "{other_name}");
    assert_eq!(code("127.0.0.1", &format!("sslmode=verify-ca&{}", root("ca.pem"))), Ok(()));
    assert_eq!(code("127.0.0.1", &format!("sslmode=require&{}", root("ca.pem"))), Ok(()));
    for mode in ["verify-full", "verify-ca", "require"] {
        let error = at_host("localhost", &format!("sslmode={mode}&{}", root("other.pem"))).unwrap_err();
        assert!(error.to_string().ends_with("the certificate is of an unknown authority"), "{error}");
    }
    // The system has no such authority.
    assert_eq!(code("localhost", "sslmode=verify-full"), Err("database_certificate"));
    assert_eq!(code("localhost", &full("none.pem")), Err("database_roots"));
    fs::write(folder.path().join("empty.pem"), "").unwrap();
    assert_eq!(code("localhost", &full("empty.pem")), Err("database_roots"));
}

#[test]
fn a_server_elsewhere_is_verified_without_being_asked_to() {
    let url = format!("postgres://u@db.example.com:{}/d", free_port());
    let address = Address::parse(&url, &authctl::store::postgres::Defaults::default()).unwrap();
    let mode = address.ssl_mode(&address.servers()[0]);
    assert_eq!(mode, authctl::store::postgres::SslMode::VerifyFull);
}
