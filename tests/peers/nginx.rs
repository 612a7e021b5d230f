//! A real nginx before the server, configured as the README says.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use super::Bench;

/// nginx, stopped when it is dropped.
struct Nginx {
    program: PathBuf,
    home: PathBuf,
}

impl Nginx {
    /// Starts nginx with these locations. `None` where there is none, which is said.
    fn start(bench: &Bench, locations: &str) -> Option<Self> {
        let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];
        let program = folders.map(|folder| PathBuf::from(folder).join("nginx"));
        let Some(program) = program.into_iter().find(|program| program.exists()) else {
            assert!(
                std::env::var_os("AUTHCTL_PEERS").is_none(),
                "AUTHCTL_PEERS is set, and there is no nginx"
            );
            eprintln!("not run: no nginx");
            return None;
        };
        let home = bench.path("nginx");
        fs::create_dir(&home).unwrap();
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {}/{kind};\n", home.display()))
            .concat();
        let config = format!(
            "pid {home}/pid;\nerror_log {home}/error.log;\nevents {{}}\n\
             http {{\naccess_log off;\n{paths}server {{\nlisten unix:{home}/socket;\n{locations}\n}}\n}}\n",
            home = home.display()
        );
        fs::write(home.join("nginx.conf"), config).unwrap();
        let nginx = Self { program, home };
        // It returns once it listens.
        let output = nginx.command().output().unwrap();
        assert!(output.status.success(), "{output:?}");
        Some(nginx)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-p").arg(&self.home).arg("-c").arg(self.home.join("nginx.conf"));
        command.arg("-e").arg(self.home.join("error.log"));
        command
    }

    /// The answer to a request with these header lines: its status and its header, and its body.
    fn request(&self, request: &str, headers: &str) -> (String, String) {
        let mut stream = UnixStream::connect(self.home.join("socket")).unwrap();
        write!(stream, "{request} HTTP/1.0\r\nHost: localhost\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _stopped = self.command().args(["-s", "stop"]).output();
    }
}

/// An address at which every request gets an answer that tells what was asked.
fn backend() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let asked = String::from_utf8_lossy(&request[..length]);
            let line = asked.lines().next().unwrap_or_default();
            write!(stream, "HTTP/1.0 200 OK\r\n\r\nthe backend got {line}").unwrap();
        }
    });
    address
}

#[test]
fn nginx_lets_requests_pass_whose_token_is_good_for_the_scope() {
    let readme = include_str!("../../README.md");
    let block = readme.split("\n```nginx\n").nth(1).unwrap().split("\n```").next().unwrap();
    let bench = Bench::new();
    let locations =
        block.replace("127.0.0.1:8000", &bench.address.to_string()).replace("127.0.0.1:8080", &backend());
    let Some(nginx) = Nginx::start(&bench, &locations) else { return };
    let challenges = |head: &str| {
        let fields = head.lines().filter_map(|line| line.split_once(": "));
        let challenges = fields.filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
        challenges.map(|(_, value)| value.to_owned()).collect::<Vec<_>>()
    };
    let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let (good, lacking) = (bearer(&bench.log_in("me items")), bearer(&bench.log_in("me")));

    for request in ["GET /items/5?scope=me", "POST /items/", "DELETE /items/5"] {
        let (head, body) = nginx.request(request, &good);
        assert!(head.starts_with("HTTP/1.1 200") && body.starts_with("the backend got"), "{head}\n{body}");
        assert!(challenges(&head).is_empty());
        for (headers, status, challenge) in [
            ("", "401", r#"Bearer scope="items""#),
            (
                &bearer("x"),
                "401",
                r#"Bearer error="invalid_token", error_description="The token is malformed", scope="items""#,
            ),
            (
                &lacking,
                "403",
                r#"Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="items""#,
            ),
        ] {
            let (head, body) = nginx.request(request, headers);
            assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
            assert_eq!(challenges(&head), [challenge], "{head}");
            assert!(!body.contains("backend"), "{body}");
        }
    }
    // The question itself cannot be asked from outside.
    assert!(nginx.request("GET /check?scope=me", &good).0.starts_with("HTTP/1.1 404"));
    // Where the server cannot tell, nothing passes.
    fs::write(bench.path("users.toml"), "[users.alice]\ndisable = true\n").unwrap();
    let (head, body) = nginx.request("GET /items/", &good);
    assert!(head.starts_with("HTTP/1.1 500") && !body.contains("backend"), "{head}");
}
