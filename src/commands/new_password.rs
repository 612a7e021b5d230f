//! New passwords: made up, or judged.

mod guesses;
mod keyboard;
mod patterns;
mod vocabulary;

use anyhow::Result;
use authctl::auth::password::{Password, PasswordPolicy};
use authctl::auth::words;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::generated;
use crate::cli::NewPasswordArgs;
use crate::context::new_password;
use crate::error::Failure;

/// A new password, and its text where it was made up here and has to be told.
pub(crate) struct NewPassword {
    pub(crate) password: Password,
    pub(crate) generated: Option<Zeroizing<String>>,
}

/// Gets a new password for someone about whom `known` is known.
pub(crate) fn get(args: &NewPasswordArgs, policy: &PasswordPolicy, known: &[&str]) -> Result<NewPassword> {
    if args.generate {
        generated::can_be_told()?;
        let text = generate()?;
        let password = Password::from(text.as_bytes().to_vec());
        return Ok(NewPassword { password, generated: Some(text) });
    }
    let password = new_password(args.password_stdin)?;
    judge(&password, policy, known, args.allow_weak)?;
    Ok(NewPassword { password, generated: None })
}

fn judge(
    password: &Password,
    policy: &PasswordPolicy,
    known: &[&str],
    allow_weak: bool,
) -> Result<(), Failure> {
    let bytes = password.expose_secret();
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let length = text.chars().count();
    let least = policy.min_length as usize;
    if length < least {
        let message =
            format!("the password has {}, and needs at least {least}", words::count(length, "character"));
        return Err(Failure::usage(message));
    }
    if allow_weak {
        return Ok(());
    }
    match weakness(&text, known) {
        Some(why) => Err(Failure::usage(format!("the password is easy to guess: {why}"))
            .hint("choose another, let `--generate` make one, or insist with `--allow-weak`")),
        None => Ok(()),
    }
}

/// More of a password says nothing more about whether it can be guessed, and takes long to judge.
const JUDGED_CHARACTERS: usize = 100;

/// Why a password can be guessed within a million tries, if it can.
fn weakness(text: &str, known: &[&str]) -> Option<String> {
    let start: Zeroizing<String> = Zeroizing::new(text.chars().take(JUDGED_CHARACTERS).collect());
    let estimate = guesses::estimate(&start, known);
    (estimate.guesses < guesses::LIMIT).then(|| estimate.piece.to_string())
}

/// No letters that look alike, and 32 of them: 5 bits each.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";

/// 120 random bits as `xxxxxx-xxxxxx-xxxxxx-xxxxxx`.
fn generate() -> Result<Zeroizing<String>, Failure> {
    let mut bits = Zeroizing::new([0; 24]);
    getrandom::fill(bits.as_mut_slice())
        .map_err(|_| Failure::unknown("random", "no random numbers from the system"))?;
    let mut text = Zeroizing::new(String::with_capacity(27));
    for (index, byte) in bits.iter().enumerate() {
        if index % 6 == 0 && index > 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, generate, weakness};

    #[test]
    fn common_passwords_are_weak_and_others_are_not() {
        for weak in ["password", "12345678", "qwertyuiop", "johndoe1", "aaaaaaaaaaaa", "letmein!"] {
            assert!(weakness(weak, &["johndoe"]).is_some(), "{weak}");
        }
        for strong in ["correct horse battery staple", "kqzvwpxh", "Tb7!xx_90aQ"] {
            assert_eq!(weakness(strong, &["johndoe"]), None, "{strong}");
        }
        assert_eq!(weakness(&"ab1!x".repeat(800), &[]), None);
    }

    #[test]
    fn generated_passwords_have_120_random_bits() {
        let mut letters = LETTERS.to_vec();
        letters.dedup();
        assert_eq!(letters.len(), 32);
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_eq!(one.len(), 27);
        assert_ne!(one, other);
        assert_eq!(weakness(&one, &[]), None);
    }
}
