//! Scoped tokens: who someone is, what they may do, and whether a token says so, now.
//!
//! This crate is the library under the `authctl` command, so that a server answers just as the command
//! does. It knows no clock, environment, terminal or command line: the time, the keys and the users are
//! arguments, and every error is typed.
//!
//! * [`auth::login`]: a name and a password for a [`User`](auth::user::User), and the scopes that user may
//!   be granted. An unknown name costs as much time as a wrong password.
//! * [`auth::issue`]: a signed JWT (RFC 7519) that carries just those scopes.
//! * [`auth::verify`]: is this token genuine, live and good for these scopes? If not, a
//!   [`Refusal`](auth::refusal::Refusal) has every reason, and the `WWW-Authenticate` value to answer with.
//! * [`auth::key`]: what signs and verifies: a raw secret, PEM, a JWK or a JWK Set.
//! * [`store`]: users from a TOML file, and the one safe way to change it. Any other kind of store
//!   implements [`Users`](auth::user::Users).
//!
//! ```
//! use authctl::auth::issue::{Grant, TokenId, issue};
//! use authctl::auth::key::KeySet;
//! use authctl::auth::login::{AskedScopes, authenticate, granted};
//! use authctl::auth::password::{Argon2Verifier, Password};
//! use authctl::auth::refusal::Verdict;
//! use authctl::auth::time::{Span, Timestamp};
//! use authctl::auth::verify::{Demands, verify};
//! use authctl::store::users_file;
//!
//! let keys = KeySet::parse(b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7\n")?;
//! let store = users_file::parse(
//!     r#"
//!     [users.johndoe]
//!     hashed_password = "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc"
//!     scopes = ["me", "items"]
//!     "#,
//! )?;
//! let now = Timestamp::new(1_795_294_800).unwrap();
//!
//! // Log in: the token carries the scope asked for, since the user may have it.
//! let key = keys.signing_key().unwrap();
//! let decoy = key.decoy_key().unwrap();
//! let password = Password::from(b"secret".to_vec());
//! let user = authenticate(&store, &Argon2Verifier, &decoy, "johndoe", &password)?;
//! let scopes = granted(&store, user, &AskedScopes::These("me".parse()?))?;
//! let grant = Grant { user, scopes: &scopes, lifetime: Span::minutes(30), id: TokenId::random()? };
//! let token = issue(&grant, &store.tokens, key, now)?.token;
//!
//! // Good for `me`, and for half an hour.
//! let demands = Demands::of(&store.tokens).require(&"me".parse()?);
//! let genuine = verify(&token, &keys, Some(&store), &demands, now)?;
//! assert_eq!(genuine.subject(), Some("johndoe"));
//! let later = now.after(Span::minutes(30));
//! let refusal = verify(&token, &keys, Some(&store), &demands, later).unwrap_err();
//! assert_eq!(refusal.verdict(), Verdict::Expired);
//!
//! // Not good for `items`.
//! let refusal = verify(&token, &keys, Some(&store), &demands.require(&"items".parse()?), now).unwrap_err();
//! assert_eq!(
//!     refusal.challenge(),
//!     r#"Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me items""#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod auth;
pub mod store;
