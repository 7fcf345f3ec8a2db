//! Through what requests go: nothing, one proxy for all, or what the system's variables say.

use hyper_util::client::proxy::matcher::Matcher;
use std::collections::HashMap;
use std::fmt;

/// Targets that the system's variables never mean: this machine.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// Through what requests go.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// Straight to the target.
    #[default]
    None,
    /// All of them through this one.
    Fixed(url::Url),
    /// As variables say, by the target; never for targets on this machine.
    System(SystemProxy),
}

/// What the variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemProxy {
    http: Option<url::Url>,
    https: Option<url::Url>,
    /// Targets that are reached straight, as `NO_PROXY` has them.
    except: String,
}

impl Proxy {
    /// A proxy for all requests. Its user and password go to the proxy and nowhere else.
    ///
    /// # Errors
    /// It is not an http or https URL; the error is a sentence that does not repeat it, for it may hold a password.
    pub fn fixed(url: &str) -> Result<Self, String> {
        read(url).map(Self::Fixed)
    }

    /// What the system's variables say, in capitals or not.
    ///
    /// # Errors
    /// A variable holds something that is not an http or https URL; the error is a sentence that names it.
    pub fn system(variables: &HashMap<String, String>) -> Result<Self, String> {
        let first = |name: &str| {
            let lower = name.to_ascii_lowercase();
            let value = variables.get(name).or_else(|| variables.get(&lower));
            value.map(|value| value.trim()).filter(|value| !value.is_empty())
        };
        let one = |name: &str| match first(name)
            .map(|value| (name, value))
            .or(first("ALL_PROXY").map(|value| ("ALL_PROXY", value)))
        {
            None => Ok(None),
            Some((name, value)) => {
                let value = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
                read(&value)
                    .map(Some)
                    .map_err(|why| format!("the variable {name} names no proxy that can be used: {why}"))
            }
        };
        // Where the program answers a web request, HTTP_PROXY would be a header of the client's.
        let http = if variables.contains_key("REQUEST_METHOD") { None } else { one("HTTP_PROXY")? };
        let https = one("HTTPS_PROXY")?;
        if http.is_none() && https.is_none() {
            return Ok(Self::None);
        }
        let except =
            first("NO_PROXY").map(|given| format!("{given},{LOOPBACK}")).unwrap_or_else(|| LOOPBACK.to_owned());
        Ok(Self::System(SystemProxy { http, https, except }))
    }

    /// The proxy for a target, as people may see it: without user and password.
    #[must_use]
    pub fn shown_for(&self, target: &str) -> Option<String> {
        self.for_target(target).map(shown)
    }

    /// The proxy for a target.
    pub(super) fn for_target(&self, target: &str) -> Option<&url::Url> {
        match self {
            Self::None => None,
            Self::Fixed(url) => Some(url),
            Self::System(system) => {
                let target: http::Uri = target.parse().ok()?;
                let proxy = if target.scheme_str() == Some("https") { &system.https } else { &system.http };
                let matcher = Matcher::builder().all("http://proxy").no(system.except.as_str()).build();
                matcher.intercept(&target).and(proxy.as_ref())
            }
        }
    }

    /// In the HTTP library's terms.
    pub(super) fn rules(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Fixed(url) => Ok(vec![reqwest::Proxy::all(url.clone())?]),
            Self::System(system) => {
                let except = || reqwest::NoProxy::from_string(&system.except);
                let http = system.http.clone().map(reqwest::Proxy::http);
                let https = system.https.clone().map(reqwest::Proxy::https);
                http.into_iter().chain(https).map(|rule| Ok(rule?.no_proxy(except()))).collect()
            }
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => out.write_str("None"),
            Self::Fixed(url) => write!(out, "Fixed({})", shown(url)),
            Self::System(system) => write!(out, "System({system:?})"),
        }
    }
}

impl fmt::Debug for SystemProxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (http, https) = (self.http.as_ref().map(shown), self.https.as_ref().map(shown));
        write!(out, "http {http:?}, https {https:?}, except {}", self.except)
    }
}

fn read(text: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(text).map_err(|error| format!("it is not a URL: {error}"))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        "socks4" | "socks4a" | "socks5" | "socks5h" => Err("SOCKS proxies cannot be used, HTTP ones can".to_owned()),
        _ => Err("it is not an http or https URL".to_owned()),
    }
}

fn shown(url: &url::Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(variables: &[(&str, &str)]) -> Result<Proxy, String> {
        Proxy::system(&variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn variables_choose_by_scheme_and_leave_this_machine_alone() {
        let proxy = system(&[("HTTPS_PROXY", "http://u:p@secure:3128"), ("http_proxy", "plain:8080")]).unwrap();
        assert_eq!(proxy.shown_for("https://bank.example/x").as_deref(), Some("http://secure:3128"));
        assert_eq!(proxy.shown_for("http://bank.example").as_deref(), Some("http://plain:8080"));
        for local in ["http://localhost:1", "https://127.0.0.9", "http://[::1]:7/"] {
            assert_eq!(proxy.shown_for(local), None, "{local}");
        }
        assert!(!format!("{proxy:?}").contains("u:p"));
    }

    #[test]
    fn exceptions_are_kept_and_one_variable_may_stand_for_both() {
        let proxy = system(&[("ALL_PROXY", "http://all:1"), ("NO_PROXY", ".internal,10.0.0.0/8")]).unwrap();
        assert_eq!(proxy.shown_for("http://api.internal"), None);
        assert_eq!(proxy.shown_for("https://10.1.2.3"), None);
        assert_eq!(proxy.shown_for("https://bank.example").as_deref(), Some("http://all:1"));
        assert_eq!(system(&[("NO_PROXY", "*")]), Ok(Proxy::None));
        assert_eq!(system(&[("HTTP_PROXY", ""), ("HTTPS_PROXY", " ")]), Ok(Proxy::None));
    }

    #[test]
    fn a_web_servers_client_does_not_choose_the_proxy() {
        assert_eq!(system(&[("HTTP_PROXY", "http://evil"), ("REQUEST_METHOD", "GET")]), Ok(Proxy::None));
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_its_password() {
        let why = system(&[("ALL_PROXY", "socks5://u:hush@p")]).unwrap_err();
        assert_eq!(
            why,
            "the variable ALL_PROXY names no proxy that can be used: SOCKS proxies cannot be used, HTTP ones can"
        );
        assert_eq!(Proxy::fixed("u:hush@p:1").unwrap_err(), "it is not an http or https URL");
        assert!(Proxy::fixed("").unwrap_err().starts_with("it is not a URL"));
    }
}
