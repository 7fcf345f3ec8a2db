//! Making the HTTP library's clients: one for plain HTTP, one for TLS.

use super::pinned;
use super::settings::Settings;
use super::watch::{Resolver, Timing};
use std::time::Duration;

/// Longest time for making a connection: looking up, TCP, TLS.
pub(super) const CONNECTING: Duration = Duration::from_secs(10);

/// What a client can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Client {
    /// Plain HTTP: made without looking for certificates, which costs milliseconds and fails where there are none.
    Plain,
    /// TLS too.
    Secure,
}

/// How long a client keeps connections that nothing goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Keeping {
    /// As long as the library does: 90 s, or until the server closes them.
    Usual,
    /// As long as a server has said, less a margin.
    AtMost(Duration),
    /// Not at all: each request has a fresh one.
    Never,
}

/// Makes a client. It follows nothing, repeats nothing, decodes nothing, and asks no variable of the system's.
pub(super) fn build(client: Client, keeping: Keeping, settings: &Settings) -> reqwest::Result<reqwest::Client> {
    // The only way this fails is that a provider is installed already, which is just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECTING)
        .dns_resolver(Resolver(settings.resolve.clone()))
        .connector_layer(Timing)
        // A header that is folded over lines is read (RFC 9112, section 5.2); a line that is no header loses itself only.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .no_proxy();
    builder = match keeping {
        Keeping::Usual => builder,
        Keeping::AtMost(idle) => builder.pool_idle_timeout(idle),
        Keeping::Never => builder.pool_max_idle_per_host(0),
    };
    for rule in settings.proxy.rules()? {
        builder = builder.proxy(rule);
    }
    if client == Client::Plain {
        return builder.tls_certs_only([]).build();
    }
    if !settings.authorities.is_empty()
        && let Some(tls) = pinned::client(settings)
    {
        return builder.tls_backend_preconfigured(tls).build();
    }
    if let Some(identity) = &settings.identity {
        builder = builder.identity(reqwest::Identity::from_pem(identity.pem())?);
    }
    builder.build()
}
