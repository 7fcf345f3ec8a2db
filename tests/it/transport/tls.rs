//! TLS: whom we trust, who we are, and what is said when that does not work out.

use crate::transport::server::{OK, SHORT, get, hear, listen};
use proviso::transport::{
    HttpClient, Identity, Response, Settings, Transport as _, TransportError, TransportErrorKind, certificates,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, crypto};

pub(crate) use tokio_rustls::rustls::version;

/// An authority that issues certificates.
pub(crate) struct Authority(pub(crate) CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(crate) struct Issued {
    pub(crate) certificate: rcgen::Certificate,
    pub(crate) key: KeyPair,
}

/// Whether a server asks for a client certificate.
#[derive(Clone, Copy)]
pub(crate) enum Clients<'a> {
    Anyone,
    KnownTo(&'a Authority),
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("an authority")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn issue(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Issued {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Issued { certificate: params.signed_by(&key, &self.0).unwrap(), key }
    }

    /// Trusting this authority and nobody else.
    pub(crate) fn trusted(&self, address: SocketAddr) -> Settings {
        let resolve = vec![format!("api.test:{}:127.0.0.1", address.port()).parse().unwrap()];
        Settings { authorities: certificates(self.0.pem().as_bytes()).unwrap(), resolve, ..Settings::default() }
    }
}

impl Issued {
    fn identity(&self) -> Identity {
        Identity::new(self.certificate.pem().as_bytes(), self.key.serialize_pem().as_bytes()).unwrap()
    }
}

pub(crate) async fn serving(
    issued: &Issued,
    clients: Clients<'_>,
    versions: &[&'static SupportedProtocolVersion],
) -> SocketAddr {
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions).unwrap();
    let builder = match clients {
        Clients::Anyone => builder.with_no_client_auth(),
        Clients::KnownTo(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(issued.key.serialize_der()).unwrap();
    let config = builder.with_single_cert(vec![issued.certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    listen(move |_, stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            while hear(&mut stream).await.is_some() {
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await
}

async fn fetch(settings: Settings, address: SocketAddr) -> Result<Response, TransportError> {
    HttpClient::new(settings).send(get(format!("https://api.test:{}/", address.port()))).await
}

/// What is said about an exchange that TLS kept from happening, without the port.
fn said(result: Result<Response, TransportError>, address: SocketAddr) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Tls, "{}", error.message);
    error.message.replace(&format!("api.test:{}", address.port()), "api.test")
}

#[tokio::test]
async fn an_authority_of_our_own_is_trusted() {
    let authority = Authority::new();
    let address = serving(&authority.issue("api.test", |_| {}), Clients::Anyone, &[&version::TLS13]).await;
    let response = fetch(authority.trusted(address), address).await.unwrap();
    assert_eq!(response.body, "ok");
    assert!(response.connect.is_some());
}

#[tokio::test]
async fn an_unknown_authority_is_said_with_what_to_do() {
    let (authority, other, renewed) = (Authority::new(), Authority::named("another"), Authority::new());
    let address = serving(&authority.issue("api.test", |_| {}), Clients::Anyone, &[&version::TLS13]).await;
    assert_eq!(
        said(fetch(other.trusted(address), address).await, address),
        "the certificate of api.test is issued by an authority that is not among those of the environment's `tls.ca`"
    );
    assert_eq!(
        said(fetch(renewed.trusted(address), address).await, address),
        "the certificate of api.test is not signed by the authority known here under that name; was the authority renewed?"
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_is_said() {
    let authority = Authority::new();
    let address = serving(&authority.issue("other.test", |_| {}), Clients::Anyone, &[&version::TLS13]).await;
    assert_eq!(
        said(fetch(authority.trusted(address), address).await, address),
        "the certificate of api.test is for another name: other.test"
    );
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_said() {
    let authority = Authority::new();
    let old = authority.issue("api.test", |params| params.not_after = date_time_ymd(2020, 1, 2));
    let address = serving(&old, Clients::Anyone, &[&version::TLS13]).await;
    assert_eq!(
        said(fetch(authority.trusted(address), address).await, address),
        "the certificate of api.test expired on 2020-01-02"
    );
    let early = authority.issue("api.test", |params| params.not_before = date_time_ymd(4000, 1, 1));
    let address = serving(&early, Clients::Anyone, &[&version::TLS13]).await;
    assert_eq!(
        said(fetch(authority.trusted(address), address).await, address),
        "the certificate of api.test is not valid yet; is this machine's clock right?"
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_it_is_asked_for() {
    let authority = Authority::new();
    let server = authority.issue("api.test", |_| {});
    for version in [&version::TLS12, &version::TLS13] {
        let address = serving(&server, Clients::KnownTo(&authority), &[version]).await;
        let identity = Some(authority.issue("partner", |_| {}).identity());
        let response = fetch(Settings { identity, ..authority.trusted(address) }, address).await;
        assert_eq!(response.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_missing_client_certificate_is_said_with_what_to_do() {
    let authority = Authority::new();
    let server = authority.issue("api.test", |_| {});
    for version in [&version::TLS12, &version::TLS13] {
        let address = serving(&server, Clients::KnownTo(&authority), &[version]).await;
        let error = fetch(authority.trusted(address), address).await.unwrap_err();
        let advice = "want a client certificate, which the environment names as `tls: { cert: ..., key: ... }`";
        let message = error.message.replace("wants a client", "want a client");
        assert!(message.contains(advice), "{version:?}: {:?} {}", error.kind, error.message);
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_not_taken_is_said() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = authority.issue("api.test", |_| {});
    for version in [&version::TLS12, &version::TLS13] {
        let address = serving(&server, Clients::KnownTo(&authority), &[version]).await;
        let identity = Some(other.issue("stranger", |_| {}).identity());
        let error = fetch(Settings { identity, ..authority.trusted(address) }, address).await.unwrap_err();
        assert!(error.message.contains("client certificate"), "{version:?}: {:?} {}", error.kind, error.message);
    }
}

#[tokio::test]
async fn https_to_a_port_without_tls_is_said() {
    let authority = Authority::new();
    let address = listen(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        let _ = hear(&mut stream).await;
    })
    .await;
    assert_eq!(
        said(fetch(authority.trusted(address), address).await, address),
        "what api.test answered is not TLS; if it speaks plain HTTP there, write http://"
    );
}

#[tokio::test]
async fn a_handshake_that_is_hung_up_on_is_said() {
    let authority = Authority::new();
    let address = listen(|_, mut stream| async move {
        use tokio::io::AsyncReadExt as _;
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await;
    assert_eq!(
        said(fetch(authority.trusted(address), address).await, address),
        "api.test closed the connection in the middle of the TLS handshake; does it speak TLS on this port?"
    );
}

#[tokio::test]
async fn http_to_a_port_with_tls_is_said() {
    let authority = Authority::new();
    let address = serving(&authority.issue("api.test", |_| {}), Clients::Anyone, &[&version::TLS13]).await;
    let client = HttpClient::new(Settings::default());
    let error = client.send(get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert!(error.message.starts_with(&format!("what {address} answered is not HTTP")), "{}", error.message);
    assert!(error.message.ends_with("if it speaks TLS there, write https://"), "{}", error.message);
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_no_connection() {
    let authority = Authority::new();
    let address = listen(|_, stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let mut request = get(format!("https://api.test:{}/", address.port()));
    request.timeout = SHORT;
    let error = HttpClient::new(authority.trusted(address)).send(request).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Unreachable);
    let said = error.message.replace(&address.port().to_string(), "PORT");
    assert_eq!(said, "no connection to api.test:PORT within 100 ms, TLS handshake included");
}

/// A certificate for `api.test` that signed itself and says that it is an authority's, as `openssl req -x509` makes them.
fn self_signed(change: impl Fn(&mut CertificateParams)) -> Issued {
    let mut params = CertificateParams::new(vec!["api.test".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    Issued { certificate: params.self_signed(&key).unwrap(), key }
}

/// Trusting the certificate that the server shows.
fn trusting(issued: &Issued, address: SocketAddr) -> Settings {
    let authorities = certificates(issued.certificate.pem().as_bytes()).unwrap();
    let resolve =
        ["api.test", "other.test"].map(|name| format!("{name}:{}:127.0.0.1", address.port()).parse().unwrap());
    Settings { authorities, resolve: resolve.to_vec(), ..Settings::default() }
}

#[tokio::test]
async fn a_certificate_that_signed_itself_is_trusted_where_it_is_named() {
    for versions in [&[&version::TLS12], &[&version::TLS13]] {
        let issued = self_signed(|_| {});
        let address = serving(&issued, Clients::Anyone, versions).await;
        assert_eq!(fetch(trusting(&issued, address), address).await.unwrap().status, 200);
        // For its own name and in its own time only, and nobody else's.
        let other = format!("https://other.test:{}/", address.port());
        let error = HttpClient::new(trusting(&issued, address)).send(get(other)).await.unwrap_err();
        assert!(error.message.ends_with("is for another name: api.test"), "{}", error.message);
        let stranger = self_signed(|_| {});
        let told = said(fetch(trusting(&stranger, address), address).await, address);
        assert!(told.contains("signed itself; it is not among those of the environment's `tls.ca`"), "{told}");
    }
    let issued = self_signed(|params| params.not_after = date_time_ymd(2001, 2, 3));
    let address = serving(&issued, Clients::Anyone, &[&version::TLS13]).await;
    let told = said(fetch(trusting(&issued, address), address).await, address);
    assert_eq!(told, "the certificate of api.test expired on 2001-02-03");
}
