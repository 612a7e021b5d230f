//! Streams that go on while files change, and readers that take their time.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::bench::Bench;

/// A `check` that is still running.
struct Stream {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Stream {
    fn of(bench: &Bench, arguments: &[&str]) -> Self {
        let mut command = bench.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdin, stdout }
    }

    fn send(&mut self, token: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{token}").unwrap();
    }

    /// Whether the next token is good.
    fn verdict(&mut self) -> bool {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        is_active(&line)
    }
}

fn is_active(verdict: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(verdict).unwrap()["active"] == true
}

/// Whether the file or anything about it was changed in the last `span`.
fn changed_within(path: &Path, span: Duration) -> bool {
    let metadata = fs::metadata(path).unwrap();
    let changed =
        Duration::new(metadata.ctime().try_into().unwrap(), metadata.ctime_nsec().try_into().unwrap());
    SystemTime::now() <= UNIX_EPOCH + changed + span
}

#[test]
fn an_edit_in_place_of_equal_length_with_its_time_put_back_counts() {
    let bench = Bench::new();
    bench.edit_store("scopes = [\"me\", \"items\"]", "disabled = false\nscopes = [\"me\", \"items\"]");
    let token = bench.token("johndoe", "me");
    let path = bench.path("users.toml");
    // A file that has just been changed is read again in any case.
    while changed_within(&path, Duration::from_secs(3)) {
        bench.run("check -q");
    }
    let mut stream = Stream::of(&bench, &["check", "--json"]);
    stream.send(&token);
    assert!(stream.verdict());
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, bench.read("users.toml").replace("disabled = false", "disabled = true ")).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    stream.send(&token);
    assert!(!stream.verdict());
}

#[test]
fn tokens_after_standard_input_are_judged_by_the_store_as_it_is_then() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let mut stream = Stream::of(&bench, &["check", "--json", "-", &token]);
    stream.send(&token);
    assert!(stream.verdict());
    bench.run("users disable johndoe");
    drop(stream.stdin.take());
    assert!(!stream.verdict());
    assert_eq!(stream.child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_reader_that_stalls_gets_no_verdicts_from_before() {
    let bench = Bench::new();
    let token = bench.claims(&format!(r#"{{"sub":"johndoe","scope":"me","exp":{}}}"#, bench.at(4)));
    let count = 3000;
    bench.write("tokens", format!("{token}\n").repeat(count));
    let mut command = bench.command("check --json");
    command.stdin(File::open(bench.path("tokens")).unwrap()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 1];
    stdout.read_exact(&mut first).unwrap();
    // Until the token has expired, as a process that starts now says too.
    while bench.answer("check -q", &token).code != Some(3) {}
    let mut verdicts = String::from("{");
    stdout.read_to_string(&mut verdicts).unwrap();
    assert_eq!(verdicts.lines().count(), count);
    let good = verdicts.lines().take_while(|verdict| is_active(verdict)).map(|verdict| verdict.len() + 1);
    // Those that the pipe holds, which can be 64 KiB, were handed out while they were true.
    let handed_out: usize = good.sum();
    assert!((1..=64 * 1024).contains(&handed_out), "{handed_out}");
    let after = verdicts.lines().skip_while(|verdict| is_active(verdict));
    assert!(after.clone().count() > count / 2 && after.map(is_active).all(|active| !active));
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn a_reader_of_both_streams_that_stalls_gets_no_verdicts_from_before_either() {
    let bench = Bench::new();
    let token = bench.claims(&format!(r#"{{"sub":"johndoe","scope":"me","exp":{}}}"#, bench.at(4)));
    // Each good token stands between refused ones, whose words fill the pipe.
    let lines = format!("{}{token}\n", "x\n".repeat(20)).repeat(300);
    bench.write("tokens", &lines);
    let mut command = bench.shell("sh", &["-c", "exec \"$authctl\" check <tokens 2>&1"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 1];
    stdout.read_exact(&mut first).unwrap();
    while bench.answer("check -q", &token).code != Some(3) {}
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let handed_out = rest.rfind(": good: ").unwrap_or_default();
    // All good verdicts were in the pipe before the stall; no later write has one.
    assert!(handed_out <= 64 * 1024, "{handed_out} of {}", rest.len());
    assert!(rest.len() > 3 * 64 * 1024 && rest.contains("token expired"));
    child.wait().unwrap();
}
