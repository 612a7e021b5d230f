//! How a server proves who it is (RFC 8446, 4.4; RFC 9525): by the system's certificates, or those of a file.
//!
//! The cryptography is that of ring: aws-lc gathers random numbers of its own for 22 ms before the first handshake of a
//! process. The system's certificates are read, from some 147 files, only when a connection needs them.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::SslMode;
use super::error::DatabaseError;
use crate::store::{reason, safe_file};

/// The most bytes of a file of certificates. Those of a system have some 200 KiB.
const MAX_BYTES: u64 = 4 << 20;

/// What makes connections of `mode`, which is not [`SslMode::Disable`], with the certificates in the file at `roots`, or
/// those of the system.
pub(super) fn connector(mode: SslMode, roots: Option<&Path>) -> Result<MakeRustlsConnect, DatabaseError> {
    let provider = rustls::crypto::ring::default_provider();
    let algorithms = provider.signature_verification_algorithms;
    let config =
        ClientConfig::builder_with_provider(Arc::new(provider)).with_safe_default_protocol_versions();
    let config = config.map_err(|error| fault(roots, error.to_string()))?;
    let authorities = if mode == SslMode::Require { None } else { Some(authorities(roots)?) };
    let config = match authorities {
        Some(authorities) if mode == SslMode::VerifyFull => config.with_root_certificates(authorities),
        authorities => {
            let verifier = AnyName { authorities, algorithms };
            config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn authorities(file: Option<&Path>) -> Result<RootCertStore, DatabaseError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = file {
        let pem = safe_file::read(path, MAX_BYTES).map_err(|error| fault(file, reason(&error)))?;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|_| fault(file, "not PEM (RFC 7468)".to_owned()))?;
            roots
                .add(certificate)
                .map_err(|_| fault(file, "not a certificate of an authority".to_owned()))?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if roots.is_empty() { Err(fault(file, "there are none".to_owned())) } else { Ok(roots) }
}

fn fault(path: Option<&Path>, reason: String) -> DatabaseError {
    DatabaseError::Roots { path: path.map(Path::to_owned), reason }
}

/// Takes servers of any name: those of the authorities, `sslmode=verify-ca`; or all, `sslmode=require`, against
/// those who listen and not against those who take part.
#[derive(Debug)]
struct AnyName {
    authorities: Option<RootCertStore>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(authorities) = &self.authorities {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let algorithms = self.algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                authorities,
                intermediates,
                now,
                algorithms,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
