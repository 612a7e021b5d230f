//! Links the program for Linux at a fixed address, unless `AUTHCTL_PIE` is set.
//!
//! The loader sets some 15,000 addresses at each start of a program that can lie anywhere, and each page they are on is
//! copied: a sixth of the time of `authctl check`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=AUTHCTL_PIE");
    let is = |part: &str, value: &str| {
        env::var(format!("CARGO_CFG_TARGET_{part}")).is_ok_and(|found| found == value)
    };
    if is("OS", "linux") && is("ENV", "gnu") && is("ARCH", "x86_64") && env::var_os("AUTHCTL_PIE").is_none() {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
