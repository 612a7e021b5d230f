//! New passwords: generated, or typed and judged.

use anyhow::Result;
use authctl::auth::password::strength::{OwnWords, judge};
use authctl::auth::password::{LengthFault, Password, PasswordPolicy};
use zeroize::Zeroizing;

use super::generated;
use crate::cli::NewPasswordArgs;
use crate::error::Failure;
use crate::prompt::new_password;

/// A new password, and its text if it was generated here, which must be shown.
pub(crate) struct NewPassword {
    pub(crate) password: Password,
    pub(crate) generated: Option<Zeroizing<String>>,
}

/// The rules for a new password.
pub(crate) struct Rules<'a> {
    pub(crate) policy: &'a PasswordPolicy,
    /// The store that has the policy, if there is one.
    pub(crate) store: Option<&'a str>,
    /// What the user and the server are called.
    pub(crate) own: OwnWords,
}

/// Gets a new password that keeps the rules.
pub(crate) fn get(args: &NewPasswordArgs, rules: &Rules) -> Result<NewPassword> {
    if args.generate {
        generated::can_be_told()?;
        let text = generate()?;
        let password = Password::from(text.as_bytes().to_vec());
        return Ok(NewPassword { password, generated: Some(text) });
    }
    let password = new_password(args.password_stdin, |password| {
        check_length(password, rules.policy, rules.store)?;
        if args.allow_weak {
            return Ok(());
        }
        judge(password, &rules.own).map_err(|why| {
            Failure::no("weak_password", format!("the password is easy to guess: {why}"))
                .hint("choose another, let `--generate` make one, or take this one with `--allow-weak`")
        })
    })?;
    Ok(NewPassword { password, generated: None })
}

/// Refuses a new password of the wrong length, and says which setting of which file it is about.
pub(crate) fn check_length(
    password: &Password,
    policy: &PasswordPolicy,
    store: Option<&str>,
) -> Result<(), Failure> {
    policy.check_length(password).map_err(|fault| {
        let failure = Failure::usage(fault.to_string());
        match (fault, store) {
            (LengthFault::TooLong, _) => failure.hint("choose a shorter one"),
            (LengthFault::TooShort { .. }, None) => failure.hint("choose a longer one"),
            (LengthFault::TooShort { .. }, Some(store)) => failure.hint(format!(
                "choose a longer one; `min_length` under `[passwords]` in {store} sets the least length"
            )),
        }
    })
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
    use super::{LETTERS, OwnWords, Password, generate, judge};

    #[test]
    fn generated_passwords_have_120_random_bits() {
        let mut letters = LETTERS.to_vec();
        letters.dedup();
        assert_eq!(letters.len(), 32);
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_eq!(one.len(), 27);
        assert_ne!(one, other);
        assert_eq!(judge(&Password::from(one.as_bytes().to_vec()), &OwnWords::default()), Ok(()));
    }
}
