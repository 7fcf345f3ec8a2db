//! Cookies that a case keeps (RFC 6265): what answers set is sent with later requests to the same server.

use http::HeaderMap;
use http::header::SET_COOKIE;
use jiff::Timestamp;

/// The cookies of one case.
#[derive(Debug, Default)]
pub(super) struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    /// The host that set it; it goes to no other.
    host: String,
    path: String,
    secure: bool,
    expires: Option<Timestamp>,
}

impl Jar {
    /// Takes the cookies that an answer sets.
    pub(super) fn take(&mut self, url: &str, headers: &HeaderMap, now: Timestamp) {
        let Ok(url) = url::Url::parse(url) else { return };
        for set in headers.get_all(SET_COOKIE) {
            let Some(cookie) = set.to_str().ok().and_then(|set| Cookie::read(set, &url, now)) else { continue };
            let same =
                |known: &Cookie| (&known.name, &known.host, &known.path) == (&cookie.name, &cookie.host, &cookie.path);
            self.cookies.retain(|known| !same(known));
            self.cookies.push(cookie);
        }
    }

    /// The cookies to send with a request, as pairs of name and value; those of longer paths come first.
    pub(super) fn for_url(&self, url: &str, now: Timestamp) -> Vec<(&str, &str)> {
        let Ok(url) = url::Url::parse(url) else { return Vec::new() };
        let mut fitting: Vec<&Cookie> = self.cookies.iter().filter(|cookie| cookie.goes_to(&url, now)).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        fitting.into_iter().map(|cookie| (cookie.name.as_str(), cookie.value.as_str())).collect()
    }
}

impl Cookie {
    fn read(set: &str, url: &url::Url, now: Timestamp) -> Option<Self> {
        let mut parts = set.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        // A path that the server does not name is the folder of the request (section 5.1.4).
        let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            host: url.host_str()?.to_owned(),
            path: if folder.is_empty() { "/".to_owned() } else { folder.to_owned() },
            secure: false,
            expires: None,
        };
        let mut max_age = false;
        for part in parts {
            let (key, value) =
                part.split_once('=').map_or((part.trim(), ""), |(key, value)| (key.trim(), value.trim()));
            match key.to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.secure = true,
                "max-age" => {
                    if let Ok(seconds) = value.parse::<i64>() {
                        max_age = true;
                        let later = now.checked_add(jiff::SignedDuration::from_secs(seconds.max(0)));
                        cookie.expires = Some(later.unwrap_or(Timestamp::MAX));
                    }
                }
                "expires" if !max_age => {
                    cookie.expires = jiff::fmt::rfc2822::parse(value).ok().map(|time| time.timestamp());
                }
                // One for another domain is not ours to keep, and one for a wider one goes to this host only.
                "domain" => {
                    let domain = value.trim_start_matches('.').to_ascii_lowercase();
                    let own = cookie.host == domain || cookie.host.ends_with(&format!(".{domain}"));
                    if !domain.is_empty() && !own {
                        return None;
                    }
                }
                _ => {}
            }
        }
        (!cookie.name.is_empty()).then_some(cookie)
    }

    fn goes_to(&self, url: &url::Url, now: Timestamp) -> bool {
        let path = url.path();
        let below = path.strip_prefix(self.path.as_str());
        let on_path = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'));
        let alive = self.expires.is_none_or(|expires| expires > now);
        url.host_str() == Some(self.host.as_str()) && on_path && alive && (!self.secure || url.scheme() == "https")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn sent(sets: &[&'static str], url: &str) -> String {
        let now: Timestamp = "2024-09-05T20:00:00Z".parse().unwrap();
        let mut jar = Jar::default();
        let mut headers = HeaderMap::new();
        sets.iter().for_each(|set| {
            headers.append(SET_COOKIE, HeaderValue::from_static(set));
        });
        jar.take("http://a.example/app/login", &headers, now);
        let pairs = jar.for_url(url, now);
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn cookies_go_back_to_where_they_came_from() {
        assert_eq!(sent(&["s=1; Path=/", "t=2"], "http://a.example/app/x"), "t=2; s=1");
        assert_eq!(sent(&["s=1; Path=/", "t=2"], "http://a.example/other"), "s=1");
        assert_eq!(sent(&["s=1; Path=/"], "http://b.example/"), "");
        assert_eq!(sent(&["s=1; Path=/app"], "http://a.example/apple"), "");
        assert_eq!(sent(&["s=1; Path=/; Secure"], "http://a.example/"), "");
    }

    #[test]
    fn what_is_over_or_replaced_is_not_sent() {
        assert_eq!(sent(&["s=1; Path=/", "s=2; Path=/"], "http://a.example/"), "s=2");
        assert_eq!(sent(&["s=1; Path=/", "s=; Path=/; Max-Age=0"], "http://a.example/"), "");
        assert_eq!(sent(&["s=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "http://a.example/"), "");
        assert_eq!(sent(&["s=1; Path=/; Domain=evil.example"], "http://a.example/"), "");
    }
}
