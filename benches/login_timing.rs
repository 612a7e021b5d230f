//! Tests whether the time of a refused login reveals accounts: `cargo bench --bench login_timing [-- --quick]`
//!
//! Logins with a wrong password are timed in shuffled order, for users that are known, unknown, disabled or locked, each
//! time with another name: in a store whose hashes all cost the same, in one where they do not, and in a large one.
//! Welch's t is the difference from the mean of known users in standard errors. Two rows calibrate it: known users again,
//! which differ by noise alone, and unknown users without the decoy.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "the stores are its own")]

use std::hint::black_box;
use std::time::Instant;

use authctl::auth::login::LoginRefusal;
use authctl::auth::password::{
    DummyHash, HashParams, HashVerifier, OutOfMemory, Password, PasswordHash, VerifyPassword, hash,
};
use authctl::auth::time::Timestamp;
use authctl::auth::user::{User, UserStore};

const ROUNDS: usize = 500;
const QUICK_ROUNDS: usize = 48;

/// Cheap hashes: the comparison is the same for hashes that take a tenth of a second.
const fn params(memory_kib: u32, iterations: u32) -> HashParams {
    HashParams { memory_kib, iterations, parallelism: 1 }
}

/// What a hash is.
enum Kind {
    /// A new one with these parameters.
    New(HashParams),
    /// One that another program made.
    Other(&'static str),
}

/// Hashes of other kinds, of some milliseconds each.
const OTHERS: [Kind; 5] = [
    Kind::New(params(4096, 1)),
    Kind::Other("$2b$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
    Kind::Other(
        "$6$FidrQwKp3NHfdBMD$BA/Kn8SgWZrs2Fh2Ns8oQWEVCvJPgGcxFyH/CGfCE3whjJo7p8WtARtmPYGkUfxW6Pu328b50gFA4.JlTwP8L0",
    ),
    Kind::Other(
        "$pbkdf2-sha512$10000$s3bu/d87x9g7x1ir9X4vBQ$KZOyBcwUN5RCwFupsaXgC6cDBUI7zPZwrjn4khirMbGXmhVaxKvRHy48LbOpA9YU3JQZ0a4juYMRqya74sNVmQ",
    ),
    Kind::Other("$scrypt$ln=11,r=8,p=1$+D/nHAPA2HtPyXkv5VxLSQ$SzcX+lg50lJ8CgZCLKb72Xrcl0BSmxWzt0aP0cTp2bg"),
];

/// Stores: what their hashes are, and how many users they have besides those that log in.
const STORES: [(&str, &[Kind], usize); 4] = [
    ("all hashes cost the same", &[Kind::New(params(4096, 1))], 0),
    (
        "hashes of three costs",
        &[Kind::New(params(2048, 1)), Kind::New(params(4096, 1)), Kind::New(params(4096, 2))],
        0,
    ),
    ("hashes of five kinds", &OTHERS, 0),
    ("among 100,000 users", &[Kind::New(params(4096, 1))], 100_000),
];

/// The kinds of users: the prefix of their names, a label, and whether login does its usual work.
///
/// All names are as long: that of the name that is asked for, which is no secret, counts once for each user.
const KINDS: [(&str, &str, bool); 6] = [
    ("known---", "known", true),
    ("known---", "known again", true),
    ("unknown-", "unknown", true),
    ("disabled", "disabled", true),
    ("locked--", "locked", true),
    ("unknown-", "unknown, no work", false),
];

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick") || std::env::var_os("QUICK").is_some();
    let rounds = if quick { QUICK_ROUNDS } else { ROUNDS };
    println!("{rounds} logins of each kind");
    for (title, hashes, others) in STORES {
        println!("\n{title:<26}  median    ratio        t  t without the slowest tenth");
        let times = measure(&store(hashes, rounds, others), rounds);
        for ((_, kind, _), sample) in KINDS.iter().zip(&times) {
            let (median, ratio) = (median(sample), median(sample) / median(&times[0]));
            let (t, trimmed) = (welch(sample, &times[0]), welch(&trimmed(sample), &trimmed(&times[0])));
            println!("{kind:<26} {:>6.3} ms  {ratio:>7.4}  {t:>7.2}  {trimmed:>7.2}", median * 1e3);
        }
    }
}

/// A user of each kind for each round, each kind with all the costs, and others.
fn store(kinds: &[Kind], rounds: usize, others: usize) -> UserStore {
    let new = |params| hash(&Password::from(b"the password".to_vec()), params).unwrap();
    let hashes: Vec<PasswordHash> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::New(params) => PasswordHash::parse(&new(*params)),
            Kind::Other(text) => PasswordHash::parse(text),
        })
        .collect();
    assert!(hashes.iter().all(|hash| hash.fault().is_none()));
    let user = |kind: &str, index: usize| User {
        disabled: kind == "disabled",
        scopes: "me".parse().unwrap(),
        ..User::new(
            format!("{kind}{index}").parse().unwrap(),
            Some(if kind == "locked--" {
                PasswordHash::parse("!")
            } else {
                hashes[index % hashes.len()].clone()
            }),
        )
    };
    let kinds = [("known---", rounds), ("disabled", rounds), ("locked--", rounds), ("other---", others)];
    let users = kinds.iter().flat_map(|(kind, count)| (0..*count).map(|index| user(kind, index)));
    UserStore { users: users.map(|user| (user.name.clone(), user)).collect(), ..UserStore::default() }
}

/// A login without a decoy, which refuses an unknown user at once.
struct NoWork;

impl VerifyPassword for NoWork {
    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory> {
        HashVerifier.verify(password, hash)
    }

    fn verify_dummy(&self, _: &Password, _: DummyHash) -> Result<(), OutOfMemory> {
        Ok(())
    }
}

/// The seconds that each login took, by kind.
fn measure(store: &UserStore, rounds: usize) -> Vec<Vec<f64>> {
    let wrong = Password::from(b"not the password".to_vec());
    let mut order: Vec<(usize, usize)> =
        (0..KINDS.len()).flat_map(|kind| (0..rounds).map(move |round| (kind, round))).collect();
    let mut random = Random::seeded();
    for index in (1..order.len()).rev() {
        order.swap(index, random.below(index + 1));
    }
    let mut times = vec![Vec::with_capacity(rounds); KINDS.len()];
    let warm_up = 16;
    for (count, (kind, round)) in order.iter().cycle().take(order.len() + warm_up).enumerate() {
        let (prefix, _, does_work) = KINDS[*kind];
        let verifier: &dyn VerifyPassword = if does_work { &HashVerifier } else { &NoWork };
        let name = format!("{prefix}{round}");
        let start = Instant::now();
        let candidate = store.candidate(black_box(&name), Timestamp::MAX);
        let answer = black_box(candidate.verify_with(verifier, &wrong));
        let time = start.elapsed();
        assert_eq!(answer.err(), Some(LoginRefusal::InvalidGrant));
        if count >= warm_up {
            times[*kind].push(time.as_secs_f64());
        }
    }
    times
}

fn sorted(sample: &[f64]) -> Vec<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn median(sample: &[f64]) -> f64 {
    sorted(sample)[sample.len() / 2]
}

/// Drops the slowest tenth, which is noise of the machine.
fn trimmed(sample: &[f64]) -> Vec<f64> {
    sorted(sample)[..sample.len() * 9 / 10].to_vec()
}

/// The difference of the means in standard errors (Welch's t).
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((mean, error), (other_mean, other_error)) = (mean_and_error(one), mean_and_error(other));
    if error + other_error > 0.0 { (mean - other_mean) / (error + other_error).sqrt() } else { 0.0 }
}

/// The mean, and the square of its standard error.
#[expect(clippy::cast_precision_loss, reason = "there are a few hundred")]
fn mean_and_error(sample: &[f64]) -> (f64, f64) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let variance = sample.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance / count)
}

/// xorshift64*
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).unwrap();
        Self(u64::from_le_bytes(seed) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }
}
