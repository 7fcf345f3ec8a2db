//! Making the HTTP library's clients: one for plain HTTP, one for TLS.

use super::settings::Settings;
use super::watch::{Resolver, Timing};
use std::time::Duration;

/// Longest time for making a connection: looking up, TCP, TLS.
pub(super) const CONNECTING: Duration = Duration::from_secs(10);

/// What a client can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// Plain HTTP: made without looking for certificates, which costs milliseconds and fails where there are none.
    Plain,
    /// TLS too.
    Secure,
}

/// Makes a client. It follows nothing, repeats nothing, decodes nothing, and asks no variable of the system's.
pub(super) fn build(client: Client, settings: &Settings) -> reqwest::Result<reqwest::Client> {
    // The only way this fails is that a provider is installed already, which is just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECTING)
        .dns_resolver(Resolver(settings.resolve.clone()))
        .connector_layer(Timing)
        .no_proxy();
    for rule in settings.proxy.rules()? {
        builder = builder.proxy(rule);
    }
    if client == Client::Plain {
        return builder.tls_certs_only([]).build();
    }
    if !settings.authorities.is_empty() {
        let trusted: reqwest::Result<Vec<_>> =
            settings.authorities.iter().map(|one| reqwest::Certificate::from_der(one)).collect();
        builder = builder.tls_certs_only(trusted?);
    }
    if let Some(identity) = &settings.identity {
        builder = builder.identity(reqwest::Identity::from_pem(identity.pem())?);
    }
    builder.build()
}
