//! The key of a new home.

use std::path::PathBuf;

use authctl::auth::key::{Algorithm, Key, KeySet};
use zeroize::Zeroizing;

use super::made::{is_missing, make_file};
use crate::clock;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::Failure;

/// The key: one that is there, or a new one.
pub(super) struct KeyPart {
    /// None for the key in `AUTHCTL_SECRET_KEY`.
    pub(super) path: Option<PathBuf>,
    /// The text of a new key file.
    text: Option<Zeroizing<String>>,
    keys: Option<KeySet>,
}

impl KeyPart {
    /// Reads the key that is there, which must be usable, or generates one.
    pub(super) fn find(algorithm: Option<Algorithm>, cx: &Context) -> Result<Self, Failure> {
        let path = match cx.files.key_source()? {
            KeySource::File(path) => Some(path),
            KeySource::Secret(_) => None,
        };
        if let Some(path) = &path
            && is_missing(path)?
        {
            let text = match algorithm {
                Some(algorithm) => generated(algorithm)?,
                None => random_secret()?,
            };
            return Ok(Self { path: Some(path.clone()), text: Some(text), keys: None });
        }
        let keys = cx.keys()?;
        if let (Some(asked), Some(signing)) = (algorithm, keys.signing_key())
            && asked != signing.algorithm()
        {
            let kept = signing.algorithm();
            cx.console.say("note", format_args!("the key that is kept signs {kept}, not {asked}"));
            if path.is_some() {
                cx.console.say("hint", format_args!("`authctl keys rotate --alg {asked}` makes a new one"));
            }
        }
        Ok(Self { path, text: None, keys: Some(keys) })
    }

    pub(super) fn is_new(&self) -> bool {
        self.text.is_some()
    }

    /// Whether tokens can be issued with it.
    pub(super) fn signs(&self) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.signing_key().is_some())
    }

    /// Makes the key file, if it is new.
    pub(super) fn make(&self, cx: &Context) -> Result<(), Failure> {
        match (&self.path, &self.text) {
            (Some(path), Some(text)) => make_file(path, text.as_bytes(), cx),
            _ => Ok(()),
        }
    }
}

fn generated(algorithm: Algorithm) -> Result<Zeroizing<String>, Failure> {
    let key = Key::generate_at(algorithm, clock::now()?)
        .map_err(|error| Failure::unknown("random", error.to_string()))?;
    Ok(KeySet::from(key).to_json())
}

/// 256 random bits in hexadecimal: the same text is the key for any server that takes a string.
fn random_secret() -> Result<Zeroizing<String>, Failure> {
    let mut bits = Zeroizing::new([0; 32]);
    getrandom::fill(bits.as_mut_slice())
        .map_err(|_| Failure::unknown("random", "no random numbers from the system"))?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in bits.iter() {
        text.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
        text.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
    }
    text.push('\n');
    Ok(text)
}
