//! Why a TLS handshake failed, in one sentence.

use super::settings::Settings;
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

/// The sentence for an error of the handshake with a host.
pub(super) fn sentence(error: &Error, host: &str, settings: &Settings) -> String {
    match error {
        Error::InvalidCertificate(why) => certificate(why, host, settings),
        Error::InvalidMessage(_) => {
            format!("what {host} answered is not TLS; if it speaks plain HTTP there, write http://")
        }
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => {
            format!("{host} speaks no TLS version that is still secure: it has to speak TLS 1.2 or 1.3 (RFC 8996)")
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => wants_certificate(host, settings),
        Error::AlertReceived(alert) => {
            format!("{host} refused the TLS handshake with `{alert:?}`{}", may_want_certificate(settings))
        }
        other => format!("the TLS handshake with {host} failed: {other}"),
    }
}

/// Advice for when a server goes away after the handshake, which is how TLS 1.3 looks when it wanted a certificate.
pub(super) fn may_want_certificate(settings: &Settings) -> String {
    match settings.identity {
        None => "; it may want a client certificate, which the environment names as `tls: { cert: ..., key: ... }`",
        Some(_) => "; it may not accept the client certificate",
    }
    .to_owned()
}

fn wants_certificate(host: &str, settings: &Settings) -> String {
    match settings.identity {
        None => {
            format!(
                "{host} wants a client certificate, which the environment names as `tls: {{ cert: ..., key: ... }}`"
            )
        }
        Some(_) => format!("{host} does not take the client certificate for one it asked for"),
    }
}

fn certificate(why: &CertificateError, host: &str, settings: &Settings) -> String {
    let of = format!("the certificate of {host}");
    match why {
        CertificateError::UnknownIssuer => {
            let by = if settings.authorities.is_empty() {
                "this system does not trust; the environment can name its authority as `tls: { ca: ... }`"
            } else {
                "is not among those of the environment's `tls.ca`"
            };
            format!("{of} is issued by an authority that {by}")
        }
        CertificateError::NotValidForName => format!("{of} is for another name"),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented.iter().map(|name| plain_name(name)).collect();
            match names.is_empty() {
                true => format!("{of} names no host"),
                false => format!("{of} is for another name: {}", names.join(", ")),
            }
        }
        CertificateError::Expired => format!("{of} has expired"),
        CertificateError::ExpiredContext { not_after, .. } => {
            let seconds = i64::try_from(not_after.as_secs()).ok();
            let day = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
            let day = day.map(|day| day.strftime(" on %Y-%m-%d").to_string()).unwrap_or_default();
            format!("{of} expired{day}")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("{of} is not valid yet; is this machine's clock right?")
        }
        // What an authority looks like that was made anew under its old name.
        CertificateError::BadSignature => {
            format!("{of} is not signed by the authority known here under that name; was the authority renewed?")
        }
        CertificateError::Revoked => format!("{of} was revoked"),
        CertificateError::UnhandledCriticalExtension | CertificateError::BadEncoding => {
            format!("{of} cannot be read: {why}")
        }
        // What a certificate looks like that signed itself and is not the one that is named.
        CertificateError::Other(_) if format!("{why:?}").contains("CaUsedAsEndEntity") => {
            let among = if settings.authorities.is_empty() {
                "name it as `tls: { ca: ... }` in the environment, or with --ca, to trust it"
            } else {
                "it is not among those of the environment's `tls.ca`"
            };
            format!("{of} signed itself; {among}")
        }
        other => format!("{of} is not valid: {other}"),
    }
}

/// A name as certificates hold it; the library shows its kind around it: `DnsName("a.example")`.
fn plain_name(shown: &str) -> &str {
    let mut parts = shown.split('"');
    parts.nth(1).unwrap_or(shown)
}
