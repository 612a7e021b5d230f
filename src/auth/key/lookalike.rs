//! The looks of texts and bytes that are not a key, or a key in a form that is not read.

use std::fmt;

/// The look of a text or of bytes. Displays as `a certificate`, `a URL, base64-encoded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// The look once they are decoded.
    pub look: Look,
    /// How they are encoded.
    pub encoding: Encoding,
}

/// A kind of text or bytes that must never become a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Look {
    /// A certificate in PEM.
    Certificate,
    /// A key of OpenSSH, `PuTTY` or SSH2.
    OpenSsh,
    /// An Ed25519 key of OpenSSH.
    OpenSshEd25519,
    /// A private key of OpenSSH, RSA or ECDSA.
    OpenSshPrivate,
    /// A public key of OpenSSH, RSA or ECDSA.
    OpenSshPublic,
    /// `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`.
    Traditional,
    /// `BEGIN RSA PUBLIC KEY`.
    Pkcs1Public,
    /// A PEM block of another kind.
    OtherPem,
    /// A PEM block where none can be, or a part of one.
    Pem,
    /// A key or certificate in DER, or the start of one.
    Der,
    /// A private key in DER.
    DerPrivate,
    /// A public key in DER.
    DerPublic,
    /// A certificate in DER.
    DerCertificate,
    /// A key of minisign or signify.
    Minisign,
    /// A JWK or JWK Set where none can be, or a part of one.
    Jwk,
    /// A JSON array, string or fragment.
    Json,
    /// A token.
    Jwt,
    /// The hash of a password.
    PasswordHash,
    /// A fingerprint of a key or a digest of something else.
    Fingerprint,
    /// A public key or the name of one in another format: of age, PASERK, a DID.
    OtherPublic,
    /// A secret in another format, or an encrypted one: of age, PASERK, Ansible.
    OtherSecret,
    /// `name:value` with an encoded value.
    Named,
    /// HTML or XML.
    Markup,
    /// YAML, or a header of HTTP.
    Yaml,
    /// A URL.
    Url,
    /// The path of a file or folder.
    Path,
    /// A text in whose place the key was meant to be put.
    Placeholder,
    /// `NAME=value`.
    Assignment,
    /// A value with its quotes.
    Quoted,
    /// The same character or byte from start to end.
    Repeated,
    /// UTF-16.
    Utf16,
    /// More than one line.
    Lines,
    /// A line with spaces or tabs.
    Blanks,
    /// A line with characters other than visible ASCII.
    Unseen,
}

/// How something is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Not at all.
    Plain,
    /// Base64 of either alphabet.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// `%2F`.
    Percent,
    /// By two of these, one after the other.
    Twice,
}

impl Encoding {
    /// The encoding of something that is `inner`-encoded inside of this one.
    pub(super) const fn then(self, inner: Self) -> Self {
        match (self, inner) {
            (Self::Plain, encoding) | (encoding, Self::Plain) => encoding,
            _ => Self::Twice,
        }
    }
}

impl Look {
    /// The same, not encoded.
    pub(crate) const fn plain(self) -> Lookalike {
        Lookalike { look: self, encoding: Encoding::Plain }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::OpenSsh => "an OpenSSH key",
            Self::OpenSshEd25519 => "an Ed25519 key of OpenSSH",
            Self::OpenSshPrivate => "an OpenSSH private key",
            Self::OpenSshPublic => "an OpenSSH public key",
            Self::Traditional => "a private key in the traditional format of OpenSSL",
            Self::Pkcs1Public => "a public key in PKCS #1 format",
            Self::OtherPem => "a PEM block of another kind than a private or public key",
            Self::Pem => "a PEM block or a part of one",
            Self::Der => "a key or certificate in DER",
            Self::DerPrivate => "a private key in DER",
            Self::DerPublic => "a public key in DER",
            Self::DerCertificate => "a certificate in DER",
            Self::Minisign => "a minisign key",
            Self::Jwk => "a JWK or a part of one",
            Self::Json => "JSON",
            Self::Jwt => "a token",
            Self::PasswordHash => "a password hash",
            Self::Fingerprint => "a fingerprint or digest",
            Self::OtherPublic => "a public key in the format of another program",
            Self::OtherSecret => "a secret in the format of another program",
            Self::Named => "a value with a name before it (`NAME:value`)",
            Self::Markup => "HTML or XML",
            Self::Yaml => "YAML or a header",
            Self::Url => "a URL",
            Self::Path => "a path",
            Self::Placeholder => "a placeholder",
            Self::Assignment => "an assignment (`NAME=value`)",
            Self::Quoted => "a value in quotes",
            Self::Repeated => "one character or byte over and over",
            Self::Utf16 => "a text in UTF-16",
            Self::Lines => "a text of several lines",
            Self::Blanks => "a text with blanks",
            Self::Unseen => "a text with characters other than visible ASCII",
        }
    }
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.look.name())?;
        f.write_str(match self.encoding {
            Encoding::Plain => "",
            Encoding::Base64 => ", base64-encoded",
            Encoding::Hex => ", hex-encoded",
            Encoding::Percent => ", percent-encoded",
            Encoding::Twice => ", encoded twice",
        })
    }
}
