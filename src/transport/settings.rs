//! How connections are made: whom to trust, who we are, through what, and where names lead.

use super::LARGEST_RESPONSE;
use super::proxy::Proxy;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::net::IpAddr;
use std::str::FromStr;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// How connections are made. The default trusts whom the system trusts, has no certificate and uses no proxy.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whom to trust instead of whom the system trusts; empty for the latter.
    pub authorities: Vec<CertificateDer<'static>>,
    /// Who we are, where a server asks.
    pub identity: Option<Identity>,
    /// Through what requests go.
    pub proxy: Proxy,
    /// Addresses of names that need not be looked up.
    pub resolve: Vec<Resolve>,
    /// Largest response body that is read, in bytes; [`LARGEST_RESPONSE`] without it.
    pub body_limit: Option<usize>,
}

impl Settings {
    /// Largest response body that is read, in bytes.
    pub(super) fn largest_response(&self) -> usize {
        self.body_limit.unwrap_or(LARGEST_RESPONSE)
    }
}

/// A certificate and its key, by which a server knows us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Both as PEM (RFC 7468).
    pem: Vec<u8>,
}

/// Which of two files is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityError {
    /// The certificate's.
    Certificate(String),
    /// The key's.
    Key(String),
}

/// The certificates of a PEM file (RFC 7468).
///
/// # Errors
/// There is none in it, or one that cannot be read; the error is a sentence without its subject.
pub fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| format!("it is not PEM: {error}"))?;
    if read.is_empty() {
        return Err("there is no `-----BEGIN CERTIFICATE-----` in it".to_owned());
    }
    for (number, certificate) in (1..).zip(&read) {
        X509Certificate::from_der(certificate)
            .map_err(|error| format!("certificate {number} of it is not one: {error}"))?;
    }
    Ok(read)
}

impl Identity {
    /// Puts a certificate, with those that lead to its authority, and its key together.
    ///
    /// # Errors
    /// One of the two cannot be read, or they do not belong together.
    pub fn new(certificate: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain = certificates(certificate).map_err(IdentityError::Certificate)?;
        let read = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
            IdentityError::Key(match error {
                rustls::pki_types::pem::Error::NoItemsFound => {
                    "there is no `-----BEGIN PRIVATE KEY-----` in it, or the key has a passphrase".to_owned()
                }
                other => format!("it is not PEM: {other}"),
            })
        })?;
        let provider = rustls::crypto::ring::default_provider();
        CertifiedKey::from_der(chain, read.clone_key(), &provider).map_err(|error| {
            IdentityError::Key(match error {
                rustls::Error::InconsistentKeys(_) => "it does not belong to the certificate".to_owned(),
                other => format!("the key cannot be used: {other}"),
            })
        })?;
        Ok(Self { pem: [certificate, b"\n", key].concat() })
    }

    /// The certificates, ours first, and the key.
    pub(super) fn parts(&self) -> Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.pem).collect();
        Some((chain.ok()?, PrivateKeyDer::from_pem_slice(&self.pem).ok()?))
    }

    pub(super) fn pem(&self) -> &[u8] {
        &self.pem
    }
}

/// An address for a name, for one port: `HOST:PORT:ADDRESS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// The name.
    pub host: String,
    /// The port for which it has the address.
    pub port: u16,
    /// The address.
    pub address: IpAddr,
}

impl FromStr for Resolve {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next()) else {
            return Err("write HOST:PORT:ADDRESS, as in api.bank.example:443:127.0.0.1".to_owned());
        };
        if host.is_empty() || host.parse::<IpAddr>().is_ok() {
            return Err(format!("`{host}` is not a name that could be looked up"));
        }
        let port = port.parse().map_err(|_| format!("`{port}` is not a port"))?;
        let bare = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
        let address = bare.parse().map_err(|_| format!("`{address}` is not an IP address"))?;
        Ok(Self { host: host.to_owned(), port, address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn a_resolution_is_a_name_a_port_and_an_address() {
        let read = |text: &str| text.parse::<Resolve>();
        let address = "127.0.0.1".parse().unwrap();
        assert_eq!(read("a.example:443:127.0.0.1"), Ok(Resolve { host: "a.example".into(), port: 443, address }));
        assert_eq!(read("a.example:443:[::1]").unwrap().address, "::1".parse::<IpAddr>().unwrap());
        assert_eq!(read("a.example:443:::1").unwrap().address, "::1".parse::<IpAddr>().unwrap());
        assert!(read("a.example:443").unwrap_err().contains("HOST:PORT:ADDRESS"));
        assert_eq!(read("a.example:x:127.0.0.1").unwrap_err(), "`x` is not a port");
        assert_eq!(read("a.example:1:b.example").unwrap_err(), "`b.example` is not an IP address");
        assert_eq!(read("10.0.0.1:1:127.0.0.1").unwrap_err(), "`10.0.0.1` is not a name that could be looked up");
    }

    #[test]
    fn certificates_are_read_or_the_reason_is_said() {
        let (one, _) = certificate();
        assert_eq!(certificates(format!("{one}{one}").as_bytes()).unwrap().len(), 2);
        assert_eq!(certificates(b"").unwrap_err(), "there is no `-----BEGIN CERTIFICATE-----` in it");
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(certificates(damaged.as_bytes()).unwrap_err().starts_with("certificate 1 of it is not one"));
        let cut = &one[..one.len() - 40];
        assert!(certificates(cut.as_bytes()).unwrap_err().starts_with("it is not PEM"));
    }

    #[test]
    fn an_identity_is_a_certificate_and_its_own_key() {
        let ((mine, key), (_, other)) = (certificate(), certificate());
        let made = |certificate: &str, key: &str| Identity::new(certificate.as_bytes(), key.as_bytes()).map(|_| ());
        assert_eq!(made(&mine, &key), Ok(()));
        let foreign = IdentityError::Key("it does not belong to the certificate".into());
        assert_eq!(made(&mine, &other), Err(foreign));
        assert!(matches!(made(&mine, &mine), Err(IdentityError::Key(why)) if why.contains("PRIVATE KEY")));
        assert!(matches!(made(&key, &key), Err(IdentityError::Certificate(why)) if why.contains("BEGIN CERTIFICATE")));
    }
}
