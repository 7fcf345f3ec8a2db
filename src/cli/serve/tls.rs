//! The certificate and the key of a server that is reached over https.

use super::super::embedded::read_bytes;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

/// A configuration with this certificate, or chain of certificates, and its key.
pub(in crate::cli) fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Diagnostic> {
    let chain = chain(certificate)?;
    let text = read_bytes(key)?;
    let private = PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        pem::Error::NoItemsFound => {
            Diagnostic::new(Code::WrongValue, format!("{} holds no private key", key.display()))
                .next("name a PEM file with a block that says BEGIN PRIVATE KEY, without a password")
        }
        error => broken(key, &error),
    })?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let built = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
    let mut config = built.map_err(|error| {
        let title = format!("{} and {} make no https server", certificate.display(), key.display());
        Diagnostic::new(Code::WrongValue, title)
            .note(NoteKind::Why, error.to_string())
            .next("name the certificate and the key that were made together, the server's certificate first")
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, Diagnostic> {
    let text = read_bytes(file)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let certificates = certificates.map_err(|error| broken(file, &error))?;
    if certificates.is_empty() {
        return Err(Diagnostic::new(Code::WrongValue, format!("{} holds no certificate", file.display()))
            .next("name a PEM file with a block that says BEGIN CERTIFICATE"));
    }
    Ok(certificates)
}

fn broken(file: &Path, error: &pem::Error) -> Diagnostic {
    Diagnostic::new(Code::WrongValue, format!("{} is no PEM file", file.display()))
        .note(NoteKind::Why, error.to_string())
}
