//! The server of the examples over HTTP: the OAuth answers, and the very verdicts of `authctl check`.
// It starts PostgreSQL and nginx as they are on Unix.
#![cfg(unix)]
#![expect(clippy::print_stderr, reason = "the server logs; a test that does not run says so")]
#![expect(clippy::unwrap_used, reason = "an error fails the test")]

#[path = "../examples/server/app.rs"]
mod app;

#[cfg(unix)]
#[path = "peers/nginx.rs"]
mod nginx;
#[path = "postgres/server.rs"]
mod server;
mod support;

use std::collections::HashMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use assert_cmd::Command;
use authctl::auth::import::Import;
use authctl::auth::key::{Key, KeySet};
use authctl::auth::time::Span;
use authctl::auth::user::{TokenPolicy, User};
use authctl::store::{key_file, users_file};
use serde_json::{Value, json};
use tempfile::TempDir;

use app::App;
use app::serve::{Limits, serve};
use app::store::Store;
use server::{Server, at as database_at};
use support::samples::{HEADER, SECRET, at, cheap_hash, seconds_now, signed_by};
use support::vectors;

/// A server on files of its own, on a port of its own.
struct Bench {
    home: TempDir,
    address: SocketAddr,
    /// Where the users are, if they are in a database.
    users_url: Option<String>,
}

/// The usual store.
fn store() -> String {
    let hash = cheap_hash("secret");
    format!(
        "[tokens]
        lifetime = '10m'
        [scopes]
        me = ''
        items = ''
        introspect = ''
        [users.alice]
        full_name = 'Alice'
        hashed_password = '{hash}'
        scopes = ['me', 'items', 'introspect']
        [users.bob]
        hashed_password = '{hash}'
        disabled = true
        scopes = ['me']
        [users.carol]
        hashed_password = '!'
        [revoked]
        gone = 9999-12-31T23:59:59Z
        "
    )
}

/// An answer of the server.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn challenge(&self) -> &str {
        self.header("www-authenticate")
    }
}

impl Bench {
    fn new() -> Self {
        Self::with(SECRET.as_bytes(), &store())
    }

    /// A bench on files, and one on a database where there is a server.
    fn on_each_store() -> impl Iterator<Item = Self> {
        [Self::new()].into_iter().chain(Server::shared().map(Self::on_a_database))
    }

    /// The usual users in a database on `server`, and an empty users file.
    fn on_a_database(server: &Server) -> Self {
        let database = server.new_database();
        let url = format!("{}&connect_timeout=60", server.url("postgres", &database));
        let store = users_file::parse(&store()).unwrap();
        let database = database_at(&url);
        assert!(database.init(&users_file::export_policies(&store)).unwrap());
        let (users, revoked, removed) = (store.users.into_values().collect(), store.revoked, store.removed);
        database.import(&Import { users, revoked, removed }).unwrap();
        Self::start(SECRET.as_bytes(), "", Some(url), Limits::default())
    }

    fn with(key: &[u8], store: &str) -> Self {
        Self::with_limits(key, store, Limits::default())
    }

    fn with_limits(key: &[u8], store: &str, limits: Limits) -> Self {
        Self::start(key, store, None, limits)
    }

    fn start(key: &[u8], store: &str, users_url: Option<String>, limits: Limits) -> Self {
        let home = TempDir::new().unwrap();
        fs::write(home.path().join("secret.key"), key).unwrap();
        fs::write(home.path().join("users.toml"), store).unwrap();
        let app = App::new(Store::new(home.path(), users_url.as_deref().map(database_at)));
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                serve(listener, app.routes(), limits, std::future::pending()).await;
            });
        });
        Self { home, address: told.recv().unwrap(), users_url }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Sends a request and waits for the answer. The body is a form.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut request = vec![format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close")];
        if method == "POST" {
            request.push(format!("Content-Length: {}", form.len()));
            if headers.iter().all(|(name, _)| *name != "Content-Type") {
                request.push("Content-Type: application/x-www-form-urlencoded".to_owned());
            }
        }
        request.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let request = format!("{}\r\n\r\n{form}", request.join("\r\n"));
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Answer { status, headers, body: body.to_owned() }
    }

    fn get(&self, path: &str, token: &str) -> Answer {
        self.send("GET", path, &[("Authorization", &format!("Bearer {token}"))], "")
    }

    fn token(&self, form: &str) -> Answer {
        self.send("POST", "/token", &[], form)
    }

    fn introspect(&self, token: &str, with: &str) -> Answer {
        let authorization = format!("Bearer {with}");
        self.send("POST", "/introspect", &[("Authorization", &authorization)], &format!("token={token}"))
    }

    /// A token of alice's from the server, for these scopes.
    fn log_in(&self, scope: &str) -> String {
        let answer = self.token(&format!("grant_type=password&username=alice&password=secret&scope={scope}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Runs `authctl` on the files of the server.
    fn authctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("authctl").unwrap();
        command.env_clear().env("AUTHCTL_HOME", self.home.path()).args(arguments);
        if let Some(url) = &self.users_url {
            command.env("AUTHCTL_USERS_URL", url);
        }
        command
    }

    /// The answer of `authctl check`, and its exit code.
    fn check(&self, require: &str, token: &str) -> (i32, Value) {
        let mut arguments = vec!["check", "--json"];
        if !require.is_empty() {
            arguments.extend(["--require", require]);
        }
        let output = self.authctl(&arguments).write_stdin(token).output().unwrap();
        let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap(), json)
    }

    fn keys(&self) -> KeySet {
        key_file::load(&self.path("secret.key")).unwrap()
    }

    fn user(&self, name: &str) -> User {
        if let Some(url) = &self.users_url {
            return database_at(url).users(&[name]).unwrap().0.user(name).unwrap().clone();
        }
        users_file::load(&self.path("users.toml")).unwrap().users[name].clone()
    }

    /// A token that the server might have issued `ago` before now.
    fn issued(&self, user: &str, scopes: &str, ago: Span) -> String {
        let scopes = scopes.parse().unwrap_or_default();
        let user = User { scopes, disabled: false, ..self.user(user) };
        let then = at(seconds_now() - ago.as_seconds());
        let keys = self.keys();
        let key = keys.signing_key().unwrap();
        support::issue(&user, &TokenPolicy::default(), Span::minutes(10), key, then).unwrap().token
    }

    /// A token with any claims and the signature of the server.
    fn signed(&self, claims: &Value) -> String {
        signed_by(self.keys().signing_key().unwrap(), HEADER, claims.to_string())
    }
}

/// The routes, and their scopes for `authctl check --require`.
const ROUTES: [(&str, &str); 3] = [("/status/", ""), ("/users/me/", "me"), ("/users/me/items/", "me,items")];

/// Asserts that server and command say the same of `token` on each route, and returns the codes.
fn same_verdicts(bench: &Bench, token: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for (path, require) in ROUTES {
        let answer = bench.get(path, token);
        let (exit, said) = bench.check(require, token);
        let status = match exit {
            0 => 200,
            4 => 403,
            1 | 3 => 401,
            _ => panic!("{said}"),
        };
        assert_eq!(answer.status, status, "{path} {said} {answer:?}");
        assert_eq!(answer.challenge(), said["challenge"].as_str().unwrap_or_default(), "{path}");
        if status == 200 {
            codes.push("good".to_owned());
            continue;
        }
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json()["error"], said["error"], "{path}");
        assert_eq!(answer.json()["code"], said["reasons"][0]["code"], "{path}");
        codes.push(said["reasons"][0]["code"].as_str().unwrap().to_owned());
    }
    let (exit, said) = bench.check("", token);
    let introspected = bench.introspect(token, &bench.issued("alice", "introspect", Span::ZERO));
    assert_eq!(introspected.json()["active"], exit == 0, "{said}");
    if exit == 0 {
        for claim in ["sub", "username", "exp", "iat", "jti", "iss", "aud", "token_type"] {
            assert_eq!(introspected.json().get(claim), said.get(claim), "{claim}");
        }
    } else {
        assert_eq!(introspected.body, r#"{"active":false}"#);
    }
    codes
}

#[test]
fn server_and_command_say_the_same_of_every_token() {
    Bench::on_each_store().for_each(|bench| says_the_same_as_the_command(&bench));
}

fn says_the_same_as_the_command(bench: &Bench) {
    let now = seconds_now();
    let good = json!({"sub": "alice", "scope": "me items", "iat": now, "exp": now + 600});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        bench.signed(&claims)
    };
    let other = Key::from_secret(b"another-secret,of-somebody-else's-server").unwrap();
    let forged = signed_by(&other, HEADER, good.to_string());
    for (token, wanted) in [
        (bench.log_in("me+items"), ["good", "good", "good"]),
        (bench.log_in("me"), ["good", "good", "insufficient_scope"]),
        (bench.log_in(""), ["good", "insufficient_scope", "insufficient_scope"]),
        (bench.issued("alice", "items", Span::ZERO), ["good", "insufficient_scope", "insufficient_scope"]),
        (bench.issued("alice", "me", Span::minutes(10)), ["expired"; 3]),
        (bench.issued("bob", "me items", Span::ZERO), ["inactive_user"; 3]),
        (forged, ["bad_signature"; 3]),
        (with("jti", "gone".into()), ["revoked"; 3]),
        (with("sub", "mallory".into()), ["unknown_user"; 3]),
        (with("sub", json!("no such user")), ["invalid_claims"; 3]),
        (with("scope", json!(["me", "items"])), ["good"; 3]),
        (with("aud", "elsewhere".into()), ["wrong_audience"; 3]),
        (with("nbf", (now + 300).into()), ["not_yet_valid"; 3]),
        (with("scope", "me items admin".into()), ["good"; 3]),
        ("not.a.token".to_owned(), ["malformed"; 3]),
        ("x".to_owned(), ["malformed"; 3]),
    ] {
        assert_eq!(same_verdicts(bench, &token), wanted, "{token}");
    }
}

#[test]
fn what_is_changed_in_the_store_counts_from_the_next_request_on() {
    Bench::on_each_store().for_each(|bench| sees_each_change(&bench));
}

fn sees_each_change(bench: &Bench) {
    let token = bench.log_in("me+items");
    assert_eq!(same_verdicts(bench, &token), ["good"; 3]);
    bench.authctl(&["users", "revoke", "alice", "items"]).assert().success();
    assert_eq!(same_verdicts(bench, &token), ["good", "good", "insufficient_scope"]);
    let introspected = bench.introspect(&token, &bench.issued("alice", "introspect", Span::ZERO));
    assert_eq!(introspected.json()["scope"], "me");
    bench.authctl(&["users", "disable", "alice"]).assert().success();
    assert_eq!(bench.get("/status/", &token).json()["code"], "inactive_user");
    bench.authctl(&["users", "enable", "alice"]).assert().success();
    assert_eq!(bench.get("/status/", &token).status, 200);
    bench.authctl(&["users", "sign-out", "alice"]).assert().success();
    assert_eq!(bench.get("/status/", &token).json()["code"], "revoked");
    assert_eq!(same_verdicts(bench, &bench.log_in("me")), ["good", "good", "insufficient_scope"]);
    bench.authctl(&["users", "remove", "alice", "--yes"]).assert().success();
    assert_eq!(bench.get("/status/", &token).json()["code"], "unknown_user");
}

#[test]
fn a_database_that_is_away_never_means_yes() {
    let Some(mut server) = Server::start("") else { return };
    let bench = Bench::on_a_database(&server);
    let token = bench.log_in("me");
    let answers = || {
        [
            bench.get("/users/me/", &token),
            bench.token("grant_type=password&username=alice&password=secret"),
            bench.introspect(&token, &token),
            bench.token(&exchange_form(&token, "&scope=me")),
        ]
    };
    server.kill();
    for answer in answers() {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert_eq!(answer.body, r#"{"error":"temporarily_unavailable"}"#);
    }
    assert_eq!(bench.get("/users/me/", "not.a.token").status, 401);
    server.start_again();
    assert_eq!(answers().map(|answer| answer.status), [200, 200, 403, 200]);
}

#[test]
fn a_file_that_cannot_be_read_never_means_yes() {
    let bench = Bench::new();
    let token = bench.log_in("me");
    for (name, broken) in [("users.toml", "[users.alice\n"), ("secret.key", "short")] {
        let whole = fs::read(bench.path(name)).unwrap();
        fs::write(bench.path(name), broken).unwrap();
        for answer in [
            bench.get("/users/me/", &token),
            bench.token("grant_type=password&username=alice&password=secret"),
            bench.introspect(&token, &token),
        ] {
            assert_eq!(answer.status, 503, "{answer:?}");
            assert_eq!(answer.body, r#"{"error":"temporarily_unavailable"}"#);
        }
        fs::remove_file(bench.path(name)).unwrap();
        assert_eq!(bench.get("/users/me/", &token).status, 503);
        fs::write(bench.path(name), whole).unwrap();
        assert_eq!(bench.get("/users/me/", &token).status, 200);
    }
}

/// A pipe looks the same before and after it is written to, as a file does that could not be read for a moment.
#[cfg(target_os = "linux")]
#[test]
fn after_a_fault_the_files_are_read_again_at_the_next_request() {
    // A store that was not changed in the last seconds, after which it is read again in any case.
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("users.example.toml");
    let bench = Bench::with(SECRET.as_bytes(), &fs::read_to_string(&store).unwrap());
    let token = bench.issued("johndoe", "me", Span::ZERO);
    let key_file = bench.path("secret.key");
    fs::remove_file(bench.path("users.toml")).unwrap();
    std::os::unix::fs::symlink(store, bench.path("users.toml")).unwrap();
    fs::remove_file(&key_file).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&key_file).status().unwrap().success());
    assert_eq!(bench.get("/users/me/", &token).status, 503, "no process writes");
    let mut pipe = fs::File::options().read(true).write(true).open(&key_file).unwrap();
    pipe.write_all(SECRET.as_bytes()).unwrap();
    let answer = thread::scope(|scope| {
        let request = scope.spawn(|| bench.get("/users/me/", &token));
        while rustix::io::ioctl_fionread(&pipe).unwrap() > 0 && !request.is_finished() {
            thread::yield_now();
        }
        // The server has read all of it.
        drop(pipe);
        request.join().unwrap()
    });
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn without_a_token_the_challenge_has_no_error() {
    let bench = Bench::new();
    for (path, challenge) in [
        ("/status/", "Bearer"),
        ("/users/me/", r#"Bearer scope="me""#),
        ("/users/me/items/", r#"Bearer scope="me items""#),
    ] {
        for headers in [&[][..], &[("Authorization", "Basic YWxpY2U6c2VjcmV0")]] {
            let answer = bench.send("GET", path, headers, "");
            assert_eq!((answer.status, answer.challenge()), (401, challenge), "{path}");
            assert_eq!(answer.json().get("error"), None);
        }
    }
    let answer = bench.send("POST", "/introspect", &[], "token=x");
    assert_eq!((answer.status, answer.challenge()), (401, r#"Bearer scope="introspect""#));
}

#[test]
fn the_scheme_is_bearer_in_any_case_and_comes_once() {
    let bench = Bench::new();
    let token = bench.log_in("me");
    let send = |values: &[&str]| {
        let headers: Vec<_> = values.iter().map(|value| ("Authorization", *value)).collect();
        bench.send("GET", "/users/me/", &headers, "")
    };
    assert_eq!(
        send(&[&format!("bearer {token}")]).json(),
        json!({"username": "alice", "full_name": "Alice", "email": null})
    );
    assert_eq!(send(&[&format!("BEARER   {token}")]).status, 200);
    assert_eq!(send(&["Bearer"]).json()["code"], "malformed");
    assert_eq!(send(&[&format!("Bearer {token} {token}")]).json()["code"], "malformed");
    assert_eq!(send(&[&format!("Bearer {token}\u{e9}")]).json()["code"], "malformed");
    assert_eq!(send(&[&token]).json().get("code"), None);
    let twice = format!("Bearer {token}");
    assert_eq!(send(&[&twice, &twice]).status, 400);
    assert_eq!(bench.send("GET", &format!("/users/me/?access_token={token}"), &[], "").status, 401);
    // Methods and paths that are not there tell nothing of those that are.
    assert_eq!(bench.send("DELETE", "/users/me/", &[], "").status, 401);
    assert_eq!(bench.get("/users/", &token).status, 404);
}

#[test]
fn a_token_is_answered_as_oauth_has_it() {
    let bench = Bench::new();
    let answer = bench.token("grant_type=password&username=alice&password=secret&scope=items+me");
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.header("content-type"), "application/json");
    let json = answer.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&json!("Bearer"), &json!(600)));
    // In the order of the grant.
    assert_eq!(json["scope"], "me items");
    let (exit, said) = bench.check("me,items", json["access_token"].as_str().unwrap());
    assert_eq!((exit, &said["sub"]), (0, &json!("alice")));
}

#[test]
fn errors_of_the_token_endpoint_are_those_of_oauth() {
    let bench = Bench::new();
    let alice = "grant_type=password&username=alice&password=secret";
    for (form, error) in [
        ("", "invalid_request"),
        ("username=alice&password=secret", "invalid_request"),
        ("grant_type=password&username=alice", "invalid_request"),
        ("grant_type=password&username=&password=secret", "invalid_request"),
        (&format!("{alice}&username=alice"), "invalid_request"),
        ("grant_type=client_credentials", "unsupported_grant_type"),
        ("grant_type=Password&username=alice&password=secret", "unsupported_grant_type"),
        ("grant_type=password&username=alice&password=Secret", "invalid_grant"),
        ("grant_type=password&username=alice&password=secret%20", "invalid_grant"),
        ("grant_type=password&username=mallory&password=secret", "invalid_grant"),
        ("grant_type=password&username=bob&password=secret", "invalid_grant"),
        ("grant_type=password&username=carol&password=secret", "invalid_grant"),
        (&format!("{alice}&scope=admin"), "invalid_scope"),
        (&format!("{alice}&scope=me+admin"), "invalid_scope"),
        (&format!("{alice}&scope=me,items"), "invalid_scope"),
        (&format!("{alice}&scope=me++items"), "invalid_scope"),
    ] {
        let answer = bench.token(form);
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!(error)), "{form}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.body.contains("secret"), "{form}");
    }
    let description = |form: &str| bench.token(form).json()["error_description"].clone();
    let wrong = description("grant_type=password&username=alice&password=x");
    assert_eq!(wrong, "incorrect username or password");
    for form in [
        "grant_type=password&username=mallory&password=x",
        "grant_type=password&username=carol&password=x",
        "grant_type=password&username=bob&password=x",
    ] {
        assert_eq!(description(form), wrong);
    }
    assert_eq!(description("grant_type=password&username=bob&password=secret"), "the user is disabled");
    // A body that is no form, and one that is too large.
    let json = bench.send("POST", "/token", &[("Content-Type", "application/json")], alice);
    assert_eq!(json.status, 400);
    assert_eq!(bench.token(&format!("{alice}&x={}", "x".repeat(70_000))).status, 400);
    assert_eq!(bench.send("GET", &format!("/token?{alice}"), &[], "").status, 405);
}

#[test]
fn many_logins_at_once_all_get_an_answer() {
    let bench = Bench::new();
    thread::scope(|scope| {
        let logins: Vec<_> = (0..32).map(|_| scope.spawn(|| bench.log_in("me"))).collect();
        for login in logins {
            assert_eq!(bench.get("/users/me/", &login.join().unwrap()).status, 200);
        }
    });
}

#[test]
fn the_attacks_of_the_vectors_get_the_verdict_of_the_command() {
    let Some(sample) = vectors::path("attacks/sample.jsonl") else { return };
    let lines = fs::read_to_string(&sample).unwrap();
    let store = "[users.alice]\nhashed_password = '!'\nscopes = ['read', 'write', 'admin']\n";
    let mut benches = HashMap::new();
    let mut count = 0;
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let key = match case["key"].as_str().unwrap() {
            "hs256" => "hs256.secret",
            "jwks" => "jwks.pub.json",
            "keyset" => continue,
            name => &format!("{name}.pub.pem"),
        };
        // A header cannot carry every token, and the command strips the surroundings of a token.
        let Some(token) = case["token"].as_str() else { continue };
        let is_sent_as_it_is =
            token.trim() == token && !token.starts_with("Bearer") && !token.starts_with('"');
        if token.is_empty() || token.chars().any(char::is_control) || !is_sent_as_it_is {
            continue;
        }
        let bench = benches.entry(key.to_owned()).or_insert_with(|| {
            Bench::with(&fs::read(sample.with_file_name("keys").join(key)).unwrap(), store)
        });
        let answer = bench.get("/status/", token);
        let (exit, said) = bench.check("", token);
        let wanted = if exit == 0 { 200 } else { 401 };
        assert_eq!(answer.status, wanted, "{}: {said}", case["id"]);
        assert_eq!(answer.challenge(), said["challenge"].as_str().unwrap_or_default(), "{}", case["id"]);
        count += 1;
    }
    assert!(count > 50, "{count}");
}

/// Sends the start of a request. Returns the answer up to the end of the connection.
fn half_a_request(bench: &Bench, start: &str) -> String {
    let mut stream = TcpStream::connect(bench.address).unwrap();
    stream.write_all(start.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn half_a_request_does_not_hold_a_connection() {
    let limits = Limits { connections: 2, patience: Duration::from_millis(200), ..Limits::default() };
    let bench = Bench::with_limits(SECRET.as_bytes(), "", limits);
    for start in ["", "GET /status/ HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        assert_eq!(half_a_request(&bench, start), "", "{start}");
    }
    let body = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 100\r\n\r\ngrant_type=";
    assert!(half_a_request(&bench, body).starts_with("HTTP/1.1 408"));
    // More of them at once than there are connections, and then a whole one.
    let halves: Vec<_> = (0..20).map(|_| TcpStream::connect(bench.address).unwrap()).collect();
    assert_eq!(bench.get("/status/", "x").status, 401);
    drop(halves);
}

#[test]
fn a_parameter_that_is_there_twice_is_found_among_thousands() {
    let bench = Bench::new();
    let many: Vec<String> = (0..4000).map(|number| format!("p{number}=1")).collect();
    let doubled = bench.token(&format!("{}&p0=2", many.join("&")));
    assert_eq!(doubled.json()["error_description"], "a parameter is there twice");
    let missing = bench.token(&many.join("&"));
    assert_eq!(missing.json()["error_description"], "grant_type is missing");
}

/// The form of a token exchange.
fn exchange_form(token: &str, more: &str) -> String {
    format!(
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token={token}\
         &subject_token_type=urn:ietf:params:oauth:token-type:access_token{more}"
    )
}

#[test]
fn a_token_is_exchanged_for_a_narrower_one() {
    let bench = Bench::new();
    let token = bench.log_in("me items");
    let answer = bench.token(&exchange_form(&token, "&scope=items"));
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    let mut json = answer.json();
    let narrowed = json["access_token"].take().as_str().unwrap().to_owned();
    assert!((1..=600).contains(&json["expires_in"].take().as_u64().unwrap()));
    let issued_token_type = "urn:ietf:params:oauth:token-type:access_token";
    assert_eq!(
        json,
        json!({"access_token":null,"expires_in":null,"token_type":"Bearer","scope":"items","issued_token_type":issued_token_type})
    );
    assert_eq!(bench.check("items", &narrowed).0, 0);
    assert_eq!(bench.check("me", &narrowed).0, 4);
    // The types may be named in their other form, and scopes left out.
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    let form = exchange_form(&token, &format!("&requested_token_type={jwt}")).replacen(
        "token-type:access_token",
        "token-type:jwt",
        1,
    );
    assert_eq!(bench.token(&form).json()["scope"], "");
    // Revoking the first revokes both.
    assert_eq!(
        bench.authctl(&["revoke"]).write_stdin(token.as_str()).output().unwrap().status.code(),
        Some(0)
    );
    assert_eq!(bench.check("items", &narrowed).0, 1);
}

#[test]
fn errors_of_an_exchange_are_those_of_oauth() {
    let bench = Bench::new();
    let token = bench.log_in("me");
    let form = |more: &str| exchange_form(&token, more);
    let without_type = form("").replace("subject_token_type", "x");
    for (form, error, says) in [
        (form("&scope=me+items"), "invalid_scope", "items"),
        (form("&scope=me,items"), "invalid_scope", "single spaces"),
        (form("&scope=me&audience=other"), "invalid_target", "audience"),
        (form("&scope=me&resource=https://other"), "invalid_target", "audience"),
        (form("&scope=me&actor_token=x"), "invalid_request", "actor_token"),
        (
            form("&requested_token_type=urn:ietf:params:oauth:token-type:id_token"),
            "invalid_request",
            "requested_token_type",
        ),
        (
            form("").replace("token-type:access", "token-type:refresh"),
            "invalid_request",
            "subject_token_type",
        ),
        (without_type, "invalid_request", "subject_token_type is missing"),
        (exchange_form("", "&scope=me"), "invalid_request", "subject_token is missing"),
        (exchange_form("x", "&scope=me"), "invalid_request", "malformed"),
        (exchange_form(&format!("{token}A"), "&scope=me"), "invalid_request", "signature"),
        (form("&scope=me&subject_token=x"), "invalid_request", "twice"),
    ] {
        let answer = bench.token(&form);
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!(error)), "{form}");
        let description = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.contains(says) && !description.contains(&token), "{form}: {description}");
    }
    assert_eq!(bench.authctl(&["users", "disable", "alice"]).output().unwrap().status.code(), Some(0));
    assert_eq!(
        bench.token(&form("&scope=me")).json()["error_description"],
        "the subject_token is not good: inactive_user"
    );
}

#[test]
fn a_proxy_is_told_by_the_status_whether_a_request_may_pass() {
    let bench = Bench::new();
    let token = bench.log_in("me");
    let status = |path: &str| bench.get(path, &token).status;
    assert_eq!(status("/check"), 200);
    assert_eq!(status("/check?scope=me"), 200);
    assert_eq!(status("/check?scope=me+items"), 403);
    assert_eq!(
        bench.get("/check?scope=me%20items", &token).challenge(),
        r#"Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me items""#
    );
    assert_eq!(bench.get("/check?scope=me", "x").status, 401);
    let none = bench.send("GET", "/check?scope=me", &[], "");
    assert_eq!((none.status, none.challenge()), (401, r#"Bearer scope="me""#));
    // A mistake in the configuration of the proxy never lets a request pass.
    for query in [
        "scope=",
        "scope",
        "scopes=me",
        "scope=me&scope=items",
        "scope=me&x=1",
        "scope=me,items",
        "scope=%ff",
        "=",
    ] {
        assert_eq!(status(&format!("/check?{query}")), 400, "{query}");
    }
}

#[test]
fn only_public_keys_are_handed_out() {
    let bench = Bench::new();
    assert_eq!(bench.send("GET", "/jwks.json", &[], "").status, 404);
    assert_eq!(bench.authctl(&["keys", "rotate"]).output().unwrap().status.code(), Some(0));
    let answer = bench.send("GET", "/jwks.json", &[], "");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let keys = answer.json();
    let keys = keys["keys"].as_array().unwrap();
    assert_eq!((keys.len(), &keys[0]["crv"], keys[0].get("d")), (1, &json!("Ed25519"), None));
    let public = KeySet::parse(answer.body.as_bytes()).unwrap();
    assert!(authctl::open(&bench.log_in("me"), &public).is_ok() && public.signing_key().is_none());
}
