//! The URL of a request (RFC 3986): the one spelling in which it goes out, is told and is validated. Pure.

use url::Url;

/// A URL as it is sent.
///
/// The library that sends resolves `.` and `..`, reads `\` as `/` and drops line ends, in whatever encoding it can: a value
/// that fills a placeholder would lead elsewhere. So the first is refused and the others are percent-encoded.
///
/// # Errors
/// A segment of the path is `.` or `..`, or it is no URL; the error is a sentence.
pub(super) fn outgoing(text: &str) -> Result<Url, String> {
    let safe = encoded(text);
    let after = safe.split_once("://").map_or(safe.as_str(), |(_, rest)| rest);
    let path = after.split(['?', '#']).next().unwrap_or_default();
    for segment in path.split('/').skip(1) {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        if plain == "." || plain == ".." {
            return Err(format!(
                "the path has the segment `{segment}`, which URLs resolve before they are sent, whatever its encoding \
                 (RFC 3986, section 5.2.4): another path would be asked for"
            ));
        }
    }
    let mut url = Url::parse(&safe).map_err(|error| format!("`{text}` is not a URL: {error}"))?;
    // A fragment is never sent (RFC 9110, section 7.1).
    url.set_fragment(None);
    Ok(url)
}

/// Backslashes, blanks and control characters percent-encoded.
fn encoded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '\0'..=' ' | '\x7f' => safe.push_str(&format!("%{:02X}", u32::from(c))),
            other => safe.push(other),
        }
    }
    safe
}

/// What a URL says below a base URL, in whatever spelling of scheme, host and port: path and query.
pub(super) fn below<'u>(base: &str, url: &'u Url) -> Option<&'u str> {
    let base = Url::parse(base).ok()?;
    if base.origin() != url.origin() {
        return None;
    }
    let above = base.path().trim_end_matches('/');
    let rest = url[url::Position::BeforePath..].strip_prefix(above)?;
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// Whether a path is a whole URL. One in its query, as of a page to return to, does not make it one.
pub(super) fn is_whole(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#']))
}

/// A reference, as of a `Location` header, as a whole URL: it is relative to the URL of the request that was answered
/// with it (RFC 3986, section 5.2; RFC 9110, section 10.2.2).
pub(super) fn resolved(reference: &str, request: &Url) -> Option<String> {
    request.join(reference).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_lead_elsewhere_is_refused_or_encoded() {
        let sent = |text: &str| outgoing(text).map(String::from);
        for dots in ["..", ".", "%2e%2E", ".%2e", "%2E"] {
            let message = sent(&format!("http://a.test/users/{dots}/x?y=..")).unwrap_err();
            assert!(message.contains(&format!("the segment `{dots}`")), "{message}");
        }
        assert_eq!(sent("http://a.test/a\\b\tc\r\n?q=\\").unwrap(), "http://a.test/a%5Cb%09c%0D%0A?q=%5C");
        assert_eq!(sent("http://a.test/...a/..b?x=/../#frag").unwrap(), "http://a.test/...a/..b?x=/../");
        assert_eq!(sent("HTTP://A.test:80").unwrap(), "http://a.test/");
        assert!(sent("nonsense").unwrap_err().starts_with("`nonsense` is not a URL"));
    }

    #[test]
    fn a_url_of_the_same_server_is_known_in_every_spelling() {
        let of = |url: &str| below("https://api.test/v2", &outgoing(url).unwrap()).map(str::to_owned);
        for own in ["https://api.test/v2/x?y=1", "https://API.test:443/v2/x?y=1", "HTTPS://api.test/v2/x?y=1#z"] {
            assert_eq!(of(own).unwrap(), "/x?y=1", "{own}");
        }
        assert_eq!(of("https://api.test/v2").unwrap(), "");
        for other in
            ["http://api.test/v2/x", "https://api.test/v20/x", "https://api.test:8443/v2/x", "https://evil.test/v2/x"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_reference_is_relative_to_the_request_it_answered() {
        let request = Url::parse("https://api.test/v1/orders/7?x=1").unwrap();
        let to = |reference| resolved(reference, &request).unwrap();
        assert_eq!(to("/v1/x"), "https://api.test/v1/x");
        assert_eq!(to("8"), "https://api.test/v1/orders/8");
        assert_eq!(to("../jobs/1?a=b"), "https://api.test/v1/jobs/1?a=b");
        assert_eq!(to("https://other.test/x"), "https://other.test/x");
    }
}
