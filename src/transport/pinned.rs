//! Trust in authorities that are named: what they issued, and their own certificates where a server shows one of them.
//!
//! A test environment often has a certificate that it signed itself. Named as an authority it is trusted by `curl --cacert`,
//! also when it says that it is an authority's, or is of version 1, both of which the library below refuses (RFC 5280,
//! section 4.2.1.9). So a certificate that is byte for byte one of those named is taken, when its time and its name are right.

use super::settings::Settings;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;
use x509_parser::prelude::{FromDer as _, GeneralName, ParsedExtension, X509Certificate};

/// What makes TLS connections for settings with authorities; `None` where they hold none that can be used.
pub(super) fn client(settings: &Settings) -> Option<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    // One that is no authority, of version 1 for example, is still good for a server that shows it.
    for authority in &settings.authorities {
        let _ = roots.add(authority.clone());
    }
    let inner = match roots.is_empty() {
        true => None,
        false => Some(WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build().ok()?),
    };
    let verifier = Pinned { named: settings.authorities.clone(), inner, provider: Arc::clone(&provider) };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let (chain, key) = identity.parts()?;
            builder.with_client_auth_cert(chain, key).ok()?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Some(config)
}

#[derive(Debug)]
struct Pinned {
    named: Vec<CertificateDer<'static>>,
    inner: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn is_named(&self, certificate: &CertificateDer<'_>) -> bool {
        self.named.iter().any(|named| named == certificate)
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.is_named(end_entity) {
            return right_here_and_now(end_entity, server_name, now).map(|()| ServerCertVerified::assertion());
        }
        match &self.inner {
            Some(inner) => inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        if !self.is_named(certificate) {
            return rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms);
        }
        let parsed = parsed(certificate)?;
        let key = SubjectPublicKeyInfoDer::from(parsed.public_key().raw);
        verify_tls13_signature_with_raw_key(message, &key, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn parsed<'c>(certificate: &'c CertificateDer<'_>) -> Result<X509Certificate<'c>, Error> {
    let parsed = X509Certificate::from_der(certificate).map(|(_, parsed)| parsed);
    parsed.map_err(|_| CertificateError::BadEncoding.into())
}

/// Whether a certificate that is trusted by itself is of this time and for this name (RFC 6125).
fn right_here_and_now(certificate: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Result<(), Error> {
    let parsed = parsed(certificate)?;
    let instant = |seconds: i64| UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
    let (from, until) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
    if now < instant(from) {
        return Err(CertificateError::NotValidYetContext { time: now, not_before: instant(from) }.into());
    }
    if now > instant(until) {
        return Err(CertificateError::ExpiredContext { time: now, not_after: instant(until) }.into());
    }
    let presented = names(&parsed);
    if presented.iter().any(|presented| presented.is(name)) {
        return Ok(());
    }
    let presented = presented.iter().map(|name| format!("{name:?}")).collect();
    Err(CertificateError::NotValidForNameContext { expected: name.to_owned(), presented }.into())
}

/// A name that a certificate is for.
#[derive(Debug)]
enum Presented {
    DnsName(String),
    IpAddress(std::net::IpAddr),
}

impl Presented {
    fn is(&self, wanted: &ServerName<'_>) -> bool {
        match (self, wanted) {
            (Self::IpAddress(own), ServerName::IpAddress(wanted)) => *own == std::net::IpAddr::from(*wanted),
            (Self::DnsName(own), ServerName::DnsName(wanted)) => {
                let wanted = wanted.as_ref();
                // A star is for one whole label.
                let under = own.strip_prefix("*.").zip(wanted.split_once('.'));
                own.eq_ignore_ascii_case(wanted) || under.is_some_and(|(own, (_, rest))| own.eq_ignore_ascii_case(rest))
            }
            _ => false,
        }
    }
}

/// The names of the extension for them; of a certificate without it, the common name, as OpenSSL takes it.
fn names(certificate: &X509Certificate<'_>) -> Vec<Presented> {
    let extension = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
        _ => None,
    });
    let Some(alternatives) = extension else {
        let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
        return common.map(named).collect();
    };
    let presented = alternatives.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(Presented::DnsName((*name).to_owned())),
        GeneralName::IPAddress(octets) => <[u8; 4]>::try_from(*octets)
            .map(std::net::IpAddr::from)
            .or_else(|_| <[u8; 16]>::try_from(*octets).map(std::net::IpAddr::from))
            .ok()
            .map(Presented::IpAddress),
        _ => None,
    });
    presented.collect()
}

fn named(common: &str) -> Presented {
    common.parse().map_or_else(|_| Presented::DnsName(common.to_owned()), Presented::IpAddress)
}
