//! Logs users in, issues signed tokens with just the scopes granted, and says whether a token is good for these scopes, now.
//!
//! This crate is the library under the `authctl` command, so that a server answers just as the command
//! does. It knows no clock, environment, terminal or command line: the time, the keys and the users are
//! arguments, and every error is typed. A server uses an [`Authority`]:
//!
//! * [`log_in`](Authority::log_in): a name and a password for a [`LoggedIn`] user. An unknown name costs as much time as a
//!   wrong password.
//! * [`issue`](Authority::issue): a signed JWT (RFC 7519) for a user who has logged in, with scopes that are granted.
//! * [`require`](Authority::require): what a token must meet.
//! * [`verify`](Authority::verify): whether a token is genuine, live and good for these scopes. If not, a [`Refusal`] has
//!   every reason, and the status and `WWW-Authenticate` value to answer with.
//! * [`narrow`](Authority::narrow): a token of the same user for less, to hand on to a third party.
//!   [`accept_without_password`](Authority::accept_without_password) logs a service in.
//!
//! ```
//! use authctl::{Authority, KeySet, Password, ScopeSet, Timestamp, Verdict, users_file};
//!
//! let keys = KeySet::parse(b"4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c\n")?;
//! let users = users_file::parse(
//!     r#"
//!     [users.johndoe]
//!     hashed_password = "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc"
//!     scopes = ["me", "items"]
//!     "#,
//! )?;
//! // Or `Authority::open("secret.key", "users.toml")?`.
//! let authority = Authority::new(keys, users);
//! let now = Timestamp::try_from(std::time::SystemTime::now())?;
//!
//! // Log in: the token carries the scope asked for, since it is granted to the user.
//! let login = authority.log_in("johndoe", &Password::from(b"secret".to_vec()), now)?;
//! let token = authority.issue(&login, "me".parse::<ScopeSet>()?)?.token;
//!
//! // Good for `me`, and for half an hour.
//! let me = authority.require(&"me".parse()?);
//! let verified = authority.verify(&token, &me, now)?;
//! println!("{} may {}", verified.user().name, verified.scopes());
//! let later = now.after(authctl::Span::minutes(30));
//! assert_eq!(authority.verify(&token, &me, later).unwrap_err().verdict(), Verdict::Expired);
//!
//! // Not good for `items`.
//! let refusal = authority.verify(&token, &me.require(&"items".parse()?), now).unwrap_err();
//! assert_eq!(refusal.status(), 403);
//! assert_eq!(
//!     refusal.challenge(),
//!     r#"Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me items""#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | for | use |
//! |---|---|
//! | keys and users in one place | [`Authority`] |
//! | verifying a token with users from elsewhere | [`open`] or [`Opener`], then [`Facts`] and [`SignedToken::judge`] with [`Requirements`] |
//! | a login with users from elsewhere | [`Candidate`] |
//! | keys: forms, generation, rotation | [`KeySet`], [`auth::key`]; their files: [`key_file`] |
//! | hashes, and what new passwords must be | [`auth::password`] |
//! | users and their store | [`User`], [`UserStore`]; a change of it: [`auth::change`]; its TOML file: [`users_file`] |
//! | the answer to a refused token over HTTP | [`Refusal`], [`challenge_without_token`] |
//! | time | [`Timestamp`], [`Span`] |
//!
//! The rules in [`auth`] take facts and ask for nothing; the files are in [`store`].

pub mod auth;
mod authority;
pub mod store;

pub use auth::claim_path::ClaimPath;
pub use auth::facts::Facts;
pub use auth::issue::{AskedScopes, InvalidScope, IssueError, IssuedToken, TokenRequest};
pub use auth::json::JsonFault;
pub use auth::judge::VerifiedToken;
pub use auth::key::{Algorithm, Key, KeyFault, KeySet};
pub use auth::login::{AcceptError, Candidate, LoggedIn, LoginRefusal};
pub use auth::narrow::{NarrowError, NarrowRequest};
pub use auth::password::Password;
pub use auth::refusal::{Reason, Refusal, Verdict, challenge_without_token};
pub use auth::scope::{Scope, ScopeSet};
pub use auth::time::{Span, Timestamp};
pub use auth::token::{Malformed, Part};
pub use auth::user::{User, UserStore, Username};
pub use auth::verify::{Opener, Requirements, SignedToken, open};
pub use auth::wrapper::WrapperFault;
pub use authority::{Authority, OpenError};
pub use store::{key_file, users_file};
