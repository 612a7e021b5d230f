//! `authctl hash-password`: a hash for the store, without a store.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;
use authctl::auth::password::{
    HashFault, HashParams, HashVerifier, Password, PasswordHash, VerifyPassword, hash,
};

use super::new_password::check_length;
use crate::cli::HashPasswordArgs;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::prompt::{new_password, password};

/// Prints a hash; or compares with one; or says what a hash may cost here.
pub(crate) fn run(args: &HashPasswordArgs, cx: &mut Context) -> Result<Exit> {
    if let Some(phc) = &args.verify {
        return verify(phc, args.password.password_stdin, cx);
    }
    let (policy, store) = cx.password_policy()?;
    let params = HashParams {
        memory_kib: args.memory_kib.unwrap_or(policy.params.memory_kib),
        iterations: args.iterations.unwrap_or(policy.params.iterations),
        parallelism: args.parallelism.unwrap_or(policy.params.parallelism),
    };
    if let Some(target) = args.calibrate {
        return calibrate(target, params, cx);
    }
    let params = strong(params)?;
    let password = new_password(args.password.password_stdin, |password| {
        check_length(password, &policy, store.as_deref())
    })?;
    let phc = hashed(&password, params)?;
    if cx.console.json {
        cx.console.print_json(&serde_json::json!({ "hashed_password": phc }))?;
    } else {
        writeln!(cx.console.stdout, "{phc}")?;
    }
    Ok(Exit::Yes)
}

/// `params`, if a new hash may be made with them.
pub(crate) fn strong(params: HashParams) -> Result<HashParams, Failure> {
    if !params.are_usable() {
        return Err(Failure::usage(format!("Argon2id cannot run with `{params}`")).hint(
            "memory is 8 KiB for each lane up to 2097152 KiB, iterations 1 to 64, parallelism 1 to 16",
        ));
    }
    if !params.are_strong() {
        return Err(Failure::usage(format!("`{params}` is below the minimum of OWASP for new hashes"))
            .hint("at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`"));
    }
    Ok(params)
}

/// The hash of a new password.
pub(crate) fn hashed(password: &Password, params: HashParams) -> Result<String, Failure> {
    Ok(hash(password, params)?)
}

fn verify(phc: &str, from_stdin: bool, cx: &mut Context) -> Result<Exit> {
    let hash = PasswordHash::parse(phc);
    if hash.fault() == Some(HashFault::Unknown) {
        let hint =
            "put a hash in single quotes: within other quotes a shell takes `$argon2id` for a variable";
        return Err(Failure::unknown("no_hash", "this is no password hash").hint(hint).into());
    }
    if let Some(fault) = hash.fault() {
        return Err(Failure::no("unusable_hash", format!("no password matches this hash: {fault}")).into());
    }
    let password = password(from_stdin, "Password: ")?;
    let matches = HashVerifier.verify(&password, &hash).map_err(Failure::from)?;
    if !matches {
        return Err(Failure::no("no_match", "the password does not match the hash").into());
    }
    if cx.console.json {
        cx.console.print_json(&serde_json::json!({ "match": true }))?;
    }
    Ok(Exit::Yes)
}

/// Says with how many passes a hash takes about `target`: with `start`'s memory if one pass fits,
/// with as little of it as OWASP allows if not.
fn calibrate(target: Duration, start: HashParams, cx: &mut Context) -> Result<Exit> {
    let password = Password::from(b"calibration".to_vec());
    let mut params = HashParams { iterations: 1, ..start };
    if !params.are_usable() {
        strong(params)?;
    }
    let mut took = measure(&password, params)?;
    while took > target
        && (HashParams { memory_kib: params.memory_kib / 2, iterations: 5, ..params }).are_strong()
    {
        params.memory_kib /= 2;
        took = measure(&password, params)?;
    }
    let passes = (target.as_secs_f64() / took.as_secs_f64().max(1e-6)).floor().clamp(1.0, 64.0);
    // Between 1 and 64.
    params.iterations = (1..=64).rev().find(|n| f64::from(*n) <= passes).unwrap_or(1);
    while !params.are_strong() && params.iterations < 64 {
        params.iterations += 1;
    }
    let took = measure(&password, params)?;
    let HashParams { memory_kib, iterations, parallelism } = params;
    if cx.console.json {
        cx.console.print_json(&serde_json::json!({
            "memory_kib": memory_kib, "iterations": iterations, "parallelism": parallelism,
            "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }))?;
    } else {
        writeln!(
            cx.console.stdout,
            "--memory-kib {memory_kib} --iterations {iterations} --parallelism {parallelism}"
        )?;
        cx.console.say("note", format_args!("a hash with these takes {} ms here", took.as_millis()));
    }
    Ok(Exit::Yes)
}

/// The shorter of two runs: the first has to get its memory from the system.
fn measure(password: &Password, params: HashParams) -> Result<Duration, Failure> {
    let run = || -> Result<Duration, Failure> {
        let start = Instant::now();
        HashVerifier.verify_dummy(password, params.into())?;
        Ok(start.elapsed())
    };
    Ok(run()?.min(run()?))
}
