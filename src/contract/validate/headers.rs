//! Headers of a response: the promised ones, and the ones that nobody documented.

use super::context::{Undocumented, ValidationContext, Violated};
use super::parameters;
use super::words::shown_text;
use crate::contract::DocumentedResponse;
use crate::event::{FindingKind, Touch};
use http::{HeaderMap, HeaderName};

/// Headers of HTTP itself and of what stands between client and server, sorted: no API documents them (IANA's registry of
/// HTTP fields, and the usual names under which requests are traced).
const COMMON: &[&str] = &[
    "accept",
    "accept-ch",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-patch",
    "accept-post",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-request-headers",
    "access-control-request-method",
    "age",
    "allow",
    "alt-svc",
    "authentication-info",
    "authorization",
    "baggage",
    "cache-control",
    "cache-status",
    "cdn-cache-control",
    "clear-site-data",
    "connection",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "cookie",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "deprecation",
    "etag",
    "expect",
    "expect-ct",
    "expires",
    "forwarded",
    "from",
    "host",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "link",
    "location",
    "max-forwards",
    "nel",
    "origin",
    "origin-agent-cluster",
    "permissions-policy",
    "pragma",
    "prefer",
    "preference-applied",
    "priority",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "proxy-status",
    "range",
    "referer",
    "referrer-policy",
    "refresh",
    "report-to",
    "reporting-endpoints",
    "repr-digest",
    "request-id",
    "retry-after",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "server",
    "server-timing",
    "set-cookie",
    "signature",
    "signature-input",
    "strict-transport-security",
    "sunset",
    "te",
    "timing-allow-origin",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "want-content-digest",
    "want-repr-digest",
    "warning",
    "www-authenticate",
    "x-cache",
    "x-content-type-options",
    "x-correlation-id",
    "x-dns-prefetch-control",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
    "x-powered-by",
    "x-real-ip",
    "x-request-id",
    "x-trace-id",
    "x-xss-protection",
];

/// Whether a header is one of HTTP's own.
pub(super) fn is_common(name: &HeaderName) -> bool {
    COMMON.binary_search(&name.as_str()).is_ok()
}

/// Holds the headers of a response.
pub(super) fn held(
    context: &mut ValidationContext<'_>,
    headers: &HeaderMap,
    documented: Option<(usize, &DocumentedResponse)>,
) {
    let index = documented.and_then(|(number, _)| context.index?.1.responses.get(number));
    let promised = documented.map(|(_, response)| response.headers.as_slice()).unwrap_or_default();
    for (number, header) in promised.iter().enumerate() {
        context.judged.checks += 1;
        let place = format!("header {}", header.name);
        let values: Vec<_> = headers.get_all(&header.name).iter().collect();
        if values.is_empty() {
            if header.required {
                let promised = format!("the header `{}`", header.name);
                context.violate(Violated::new(&place, "header", promised, header.span));
            }
            continue;
        }
        if let Some(index) = index {
            context.mark(index.headers[number], Touch::Seen);
        }
        let texts: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        if let Some(schema) = &header.schema {
            let text = texts.join(",");
            if header.as_json {
                match serde_json::from_str(&text) {
                    Ok(value) => context.schema(schema, &value, &place),
                    Err(why) => {
                        context.judged.checks += 1;
                        let found = format!("{}, which is not JSON: {why}", shown_text(&text));
                        context.violate(Violated::new(&place, "header", "JSON".into(), header.span).found(found));
                    }
                }
            } else {
                let value = parameters::read_header(schema, &text, header.explode);
                context.schema(schema, &value, &place);
            }
        }
    }
    for name in headers.keys() {
        if !is_common(name) && !promised.iter().any(|header| header.name == name.as_str()) {
            undocumented(context, name, headers);
        }
    }
}

/// Tells of a header that nobody documented.
pub(super) fn undocumented(context: &mut ValidationContext<'_>, name: &HeaderName, headers: &HeaderMap) {
    let what = format!("the {} has the header `{name}`, which is not documented", context.whose());
    let found = headers.get(name).map(|value| shown_text(&String::from_utf8_lossy(value.as_bytes())));
    let span = context.operation.span;
    let pointer = format!("header {name}");
    context.find(Undocumented { found, ..Undocumented::new(FindingKind::UndocumentedHeader, &pointer, what, span) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_headers_can_be_searched() {
        assert!(COMMON.is_sorted());
        assert!(is_common(&HeaderName::from_static("content-type")));
        assert!(!is_common(&HeaderName::from_static("x-sandbox-fault")));
        assert!(!is_common(&HeaderName::from_static("x-fault")));
    }
}
