//! A token's shape: three parts, and the JSON in two of them (RFC 7515, 7.1; RFC 7519, 7.2).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use compact_str::CompactString;

use super::json::{Value, read_object};
pub use super::malformed::{MAX_TOKEN_BYTES, Malformed, Part};

/// The three parts of a token, each checked to be canonical base64url.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// What was signed: the first two parts and the dot between.
    pub signed: &'a str,
    /// The first part.
    pub header: &'a str,
    /// The second part.
    pub claims: &'a str,
    /// The last part.
    pub signature: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes `token` apart.
    ///
    /// # Errors
    ///
    /// [`Malformed`]: its length, the number of parts, then the parts in their order.
    pub fn of(token: &'a str) -> Result<Self, Malformed> {
        let parts = Self::split(token)?;
        Decoded::of(&parts, false, &mut Buffer::new())?;
        Ok(parts)
    }

    /// Splits at the dots. Does not check the base64url.
    pub(crate) fn split(token: &'a str) -> Result<Self, Malformed> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Malformed::TooLong);
        }
        let mut dots = memchr::memchr_iter(b'.', token.as_bytes());
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(Malformed::of(token));
        };
        Ok(Self {
            signed: &token[..second],
            header: &token[..first],
            claims: &token[first + 1..second],
            signature: &token[second + 1..],
        })
    }

    /// Why the part is not base64url: a character of the token that is not in the alphabet, or none.
    fn not_base64(&self, part: Part) -> Malformed {
        let token = format!("{}.{}", self.signed, self.signature);
        Malformed::for_characters_of(&token).unwrap_or(Malformed::Base64(part))
    }

    /// The bytes of the header.
    ///
    /// # Errors
    ///
    /// [`Malformed::Base64`], never for parts that [`Parts::of`] made.
    pub fn header_bytes(&self) -> Result<Vec<u8>, Malformed> {
        decode(Part::Header, self.header)
    }

    /// The bytes of the claims.
    ///
    /// # Errors
    ///
    /// [`Malformed::Base64`], never for parts that [`Parts::of`] made.
    pub fn claims_bytes(&self) -> Result<Vec<u8>, Malformed> {
        decode(Part::Claims, self.claims)
    }
}

/// The three parts, decoded.
pub(crate) struct Decoded<'a> {
    pub(crate) header: &'a [u8],
    pub(crate) claims: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// The decoder rounds its output buffer up to a whole group of 3 bytes.
const GROUP: usize = 3;

/// A buffer for the bytes of a token: 512 bytes on the stack, and the heap for longer tokens.
pub(crate) struct Buffer {
    stack: [u8; 512],
    heap: Vec<u8>,
}

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self { stack: [0; 512], heap: Vec::new() }
    }

    fn of(&mut self, length: usize) -> &mut [u8] {
        if length <= self.stack.len() {
            return &mut self.stack;
        }
        self.heap.resize(length, 0);
        &mut self.heap
    }
}

impl<'a> Decoded<'a> {
    /// Decodes `parts` into `buffer`; a header that is known is left out.
    ///
    /// # Errors
    ///
    /// The first character that is not in the alphabet, else [`Malformed::Base64`] of the first part that is not canonical
    /// base64url.
    pub(crate) fn of(
        parts: &Parts<'_>,
        knows_header: bool,
        buffer: &'a mut Buffer,
    ) -> Result<Self, Malformed> {
        let header = if knows_header { "" } else { parts.header };
        let mut rest = buffer.of(header.len() + parts.claims.len() + parts.signature.len() + 3 * GROUP);
        let mut decode = |part, text: &str| {
            let (here, after) = std::mem::take(&mut rest).split_at_mut(text.len() + GROUP);
            rest = after;
            let length =
                BASE64_URL_SAFE_NO_PAD.decode_slice(text, here).map_err(|_| parts.not_base64(part))?;
            Ok::<_, Malformed>(&here[..length])
        };
        Ok(Self {
            header: decode(Part::Header, header)?,
            claims: decode(Part::Claims, parts.claims)?,
            signature: decode(Part::Signature, parts.signature)?,
        })
    }
}

fn decode(part: Part, text: &str) -> Result<Vec<u8>, Malformed> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Malformed::Base64(part))
}

/// The header parameters that matter here (RFC 7515, 4.1). None of them is trusted.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) algorithm: CompactString,
    pub(crate) key_id: Option<CompactString>,
    pub(crate) token_type: HeaderType,
    /// The first unsupported parameter, if any.
    pub(crate) obstacle: Option<Malformed>,
}

/// The `typ` header.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum HeaderType {
    #[default]
    Absent,
    Named(CompactString),
    NotAString,
}

impl Header {
    /// Reads a header.
    ///
    /// # Errors
    ///
    /// [`Malformed::Json`], [`Malformed::NoAlgorithm`], [`Malformed::KeyId`].
    pub(crate) fn read(json: &[u8]) -> Result<Self, Malformed> {
        let mut header = Self::default();
        let mut algorithm = None;
        let mut key_id_wrong = false;
        let mut obstacle = None;
        read_object(json, |member| match (&*member.name, member.value) {
            ("alg", Value::String(name)) => algorithm = Some(name.into()),
            ("kid", Value::String(id)) => header.key_id = Some(id.into()),
            ("kid", _) => key_id_wrong = true,
            ("typ", Value::String(name)) => header.token_type = HeaderType::Named(name.into()),
            ("typ", _) => header.token_type = HeaderType::NotAString,
            ("crit", _) => obstacle = Some(Malformed::Extension("crit")),
            ("zip", _) => obstacle = Some(Malformed::Extension("zip")),
            ("enc", _) => obstacle = Some(Malformed::Extension("enc")),
            ("b64", _) => obstacle = Some(Malformed::Extension("b64")),
            ("cty", Value::String(content)) if is_media_type(&content, "JWT") => {
                obstacle = Some(Malformed::Nested);
            }
            _ => {}
        })
        .map_err(|fault| Malformed::Json(Part::Header, fault))?;
        header.algorithm = algorithm.ok_or(Malformed::NoAlgorithm)?;
        header.obstacle = obstacle;
        if key_id_wrong { Err(Malformed::KeyId) } else { Ok(header) }
    }
}

impl HeaderType {
    /// Whether a token of this type may be an access token.
    pub(crate) fn is_usual(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Named(name) => ["JWT", "JOSE", "at+jwt"].iter().any(|one| is_media_type(name, one)),
            Self::NotAString => false,
        }
    }

    /// Whether it says that this is an access token (RFC 9068, 2.1).
    pub(crate) fn is_access_token(&self) -> bool {
        matches!(self, Self::Named(name) if is_media_type(name, "at+jwt"))
    }
}

/// Whether `name` is `subtype` in any case, with `application/` before it or not (RFC 7515, 4.1.9).
fn is_media_type(name: &str, subtype: &str) -> bool {
    let prefix = "application/";
    let bare = match name.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(prefix) => &name[prefix.len()..],
        _ => name,
    };
    bare.eq_ignore_ascii_case(subtype)
}
