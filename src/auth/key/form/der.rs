//! Keys and certificates as bytes: DER, and the binary keys of OpenSSH and minisign.

use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::{Decode, Header, Reader, SliceReader, Tag, Tagged};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use sec1::EcPrivateKey;

use crate::auth::key::Look;

/// The look of these bytes, if they are a key or certificate.
///
/// A random secret of 32 bytes looks like one once in 2^24 or so.
pub(super) fn look(bytes: &[u8]) -> Option<Look> {
    // A newline at the end does not hide it.
    let without_newline = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let whole = || der(without_newline).or_else(|| der(bytes));
    whole().or_else(|| is_start_of_der(bytes).then_some(Look::Der)).or_else(|| other(bytes))
}

/// The look of complete DER.
fn der(bytes: &[u8]) -> Option<Look> {
    // The parsers borrow, and so leave no copy of a secret.
    if SubjectPublicKeyInfoRef::from_der(bytes).is_ok() || RsaPublicKeyRef::from_der(bytes).is_ok() {
        return Some(Look::DerPublic);
    }
    if PrivateKeyInfoRef::from_der(bytes).is_ok()
        || RsaPrivateKeyRef::from_der(bytes).is_ok()
        || EcPrivateKey::from_der(bytes).is_ok()
    {
        return Some(Look::DerPrivate);
    }
    let sequence = AnyRef::from_der(bytes).ok().filter(|any| any.tag() == Tag::Sequence)?;
    match tags(sequence.value())?.as_slice() {
        // To be signed, the algorithm, the signature (RFC 5280, 4.1).
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => Some(Look::DerCertificate),
        // Encrypted (RFC 5958, 3).
        [Tag::Sequence, Tag::OctetString] => Some(Look::DerPrivate),
        [_, _, ..] => Some(Look::Der),
        _ => None,
    }
}

/// The tags of the elements that `content` is made of, if they are of kinds that keys and certificates have.
fn tags(content: &[u8]) -> Option<Vec<Tag>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut tags = Vec::new();
    while !reader.is_finished() {
        let tag = AnyRef::decode(&mut reader).ok()?.tag();
        let is_known = match tag {
            Tag::Integer
            | Tag::BitString
            | Tag::OctetString
            | Tag::Null
            | Tag::ObjectIdentifier
            | Tag::Sequence
            | Tag::Set => true,
            other => other.is_context_specific(),
        };
        if !is_known {
            return None;
        }
        tags.push(tag);
    }
    Some(tags)
}

/// Whether the bytes are DER that was cut off, as the first line of a PEM block is.
fn is_start_of_der(bytes: &[u8]) -> bool {
    is_start(bytes).unwrap_or(false)
}

fn is_start(bytes: &[u8]) -> Option<bool> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut next = || Header::decode(&mut reader).ok();
    let outer = next()?;
    if outer.tag() != Tag::Sequence || u32::from(outer.length()) as usize <= bytes.len() {
        return Some(false);
    }
    let first = next()?;
    Some(match first.tag() {
        // The algorithm of an SPKI, or the signed part of a certificate.
        Tag::Sequence => {
            let second = next()?;
            let length = u32::from(second.length());
            match second.tag() {
                Tag::ObjectIdentifier => (3..16).contains(&length),
                Tag::Integer => length <= 20,
                other => other.is_context_specific() && other.is_constructed() && length == 3,
            }
        }
        // The version of a private key.
        Tag::Integer if u32::from(first.length()) == 1 => {
            let version = reader.read_byte().ok()?;
            let second = Header::decode(&mut reader).ok()?.tag();
            version < 2 && matches!(second, Tag::Sequence | Tag::Integer | Tag::OctetString)
        }
        // A modulus.
        Tag::Integer => u32::from(first.length()) > 64,
        _ => false,
    })
}

fn other(bytes: &[u8]) -> Option<Look> {
    // The kind of the key, after its length (RFC 4253, 6.6).
    let kind = bytes
        .split_first_chunk::<4>()
        .and_then(|(length, rest)| rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?));
    let starts =
        |kind: &[u8]| [&b"ssh-"[..], b"ecdsa-sha2-", b"sk-"].iter().any(|start| kind.starts_with(start));
    if kind.is_some_and(starts) || bytes.starts_with(b"openssh-key-v1\0") {
        return Some(Look::OpenSsh);
    }
    // A public key and its id, a signature, a private key.
    let is_minisign = match bytes.len() {
        42 => bytes.starts_with(b"Ed"),
        74 => bytes.starts_with(b"Ed") || bytes.starts_with(b"ED"),
        _ => bytes.starts_with(b"EdScB2") || bytes.starts_with(b"EdBK"),
    };
    is_minisign.then_some(Look::Minisign)
}
