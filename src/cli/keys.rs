//! The command line of `authctl keys`.

use std::path::PathBuf;

use authctl::auth::key::Algorithm;
use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use super::values::algorithms;
use crate::completion;

#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub(crate) command: Option<KeysCommand>,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum KeysCommand {
    /// List all keys, their ages, and how long tokens of old ones last
    ///
    /// The date of a key is its `iat`. When the last token of a key expires that no longer signs, is known if `keys rotate`
    /// replaced it: `max_lifetime` of the store after that.
    #[command(before_help = "Example:\n  authctl keys list --json")]
    List,
    /// Make a new key, apart from those in use
    #[command(before_help = "Example:\n  authctl keys generate --alg ES256 --output issuer.jwk")]
    Generate(GenerateKeyArgs),
    /// Sign with a new key from now on; tokens of the old ones stay good
    ///
    /// The new key comes first in the key file, which becomes a JWK Set if it is not one. The old one gets a note of when its
    /// last token expires (`authctl_tokens_until`): `max_lifetime` of the store from now. Where machines
    /// check tokens with a public set of their own, give them the new one first: rotate a copy of the key
    /// file, hand out its `keys public`, and then put the copy in place.
    #[command(before_help = "Example:\n  authctl keys rotate")]
    Rotate(RotateKeyArgs),
    /// Refuse all tokens of a key from now on
    ///
    /// A token that `narrow` made is refused with the key that signed it, which may be a newer one than that of the token it
    /// was made from.
    #[command(before_help = "Example:\n  authctl keys retire 9i_wN1So\n  authctl keys retire --unused")]
    Retire(RetireKeyArgs),
    /// Print the public keys as a JWK Set, for machines that only check
    #[command(before_help = "Example:\n  authctl keys public > public.jwks")]
    Public,
}

#[derive(Args, Debug)]
pub(crate) struct GenerateKeyArgs {
    /// The algorithm of the key
    ///
    /// HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or `EdDSA`.
    #[arg(long, value_name = "ALG", hide_possible_values = true, default_value_t = Algorithm::EdDSA, value_parser = algorithms())]
    pub(crate) alg: Algorithm,

    /// Make this file, which only you can read
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct RotateKeyArgs {
    /// The algorithm of the new key
    ///
    /// HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or `EdDSA` [default: as before, but `EdDSA` after
    /// a raw secret]
    #[arg(long, value_name = "ALG", hide_possible_values = true, value_parser = algorithms())]
    pub(crate) alg: Option<Algorithm>,
}

#[derive(Args, Debug)]
pub(crate) struct RetireKeyArgs {
    /// The key as `authctl keys` lists it, or its first 4 characters, or more
    ///
    /// A name that a narrow terminal cuts can be pasted as it is shown.
    #[arg(value_name = "KEY", allow_hyphen_values = true,
          add = ArgValueCandidates::new(completion::keys))]
    pub(crate) key: Option<String>,

    /// Retire the keys whose tokens have all expired
    ///
    /// Except those without a date (`iat`), with which other programs may sign, and those that `keys rotate` did not
    /// replace. It counts from the rotation, with the `max_lifetime` of then, and 5 minutes for `check --leeway`. Where
    /// tokens were signed with the old key for longer (a copy was rotated and put in place later, a server was not
    /// restarted, `max_lifetime` was just lowered), retire it by name instead, that much later.
    #[arg(long, conflicts_with = "key")]
    pub(crate) unused: bool,
}
