//! A method and a path, out of the URL as it is written.

use super::dialect::Dialect;
use super::place::Place;
use super::values::plain;

/// An operation's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// In capitals.
    pub(super) method: String,
    /// With parameters in braces.
    pub(super) path: String,
    /// Query parameters of the URL with their sample values.
    pub(super) query: Vec<(String, String)>,
    /// Scheme and host, where the URL says them.
    pub(super) server: Option<String>,
    pub(super) place: Place,
}

impl Endpoint {
    /// Puts an address together; none where the URL is no path. `variables` are those of the front matter.
    pub(super) fn new(
        method: &str,
        url: &str,
        place: Place,
        variables: &[(String, String, usize)],
        dialect: &Dialect,
    ) -> Option<Self> {
        let mut url = plain(url);
        for (name, value, _) in variables {
            for hole in [
                format!("{{{{$page.frontmatter.{name}}}}}"),
                format!("{{{{ $page.frontmatter.{name} }}}}"),
                format!("{{{{{name}}}}}"),
            ] {
                url = url.replace(&hole, value);
            }
        }
        let url = url.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ';', '.']).to_owned();
        let (server, rest) = match url.find("://") {
            Some(scheme) if url.starts_with("http") => {
                let host = url[scheme + 3..].find('/').map_or(url.len(), |end| scheme + 3 + end);
                (Some(url[..host].to_owned()), url[host..].to_owned())
            }
            _ => (None, dialect.without_base(&url).unwrap_or(&url).to_owned()),
        };
        let rest = rest.split('#').next().filter(|_| !rest.contains("{")).map_or(rest.clone(), str::to_owned);
        let (path, query) = rest.split_once('?').unwrap_or((&rest, ""));
        // Only what a host stood before may lack its first slash.
        if !path.starts_with('/') && rest.len() == url.len() {
            return None;
        }
        let path = braced(path);
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (name.to_owned(), value.to_owned())
            })
            .collect();
        let good = path.chars().all(|c| c.is_alphanumeric() || "/{}._-~:@!$&'()*+,;=%".contains(c));
        (good && path.len() > 1).then(|| Self { method: method.to_uppercase(), path, query, server, place })
    }

    /// Names of the parameters in the path, in order.
    pub(super) fn parameters(&self) -> Vec<&str> {
        self.path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
    }
}

/// A path with its parameters in braces, however they were marked: `:id`, `<id>`, `{{id}}`, `{id#SECTION}`.
fn braced(path: &str) -> String {
    let path = path.replace("{{", "{").replace("}}", "}").replace('<', "{").replace('>', "}");
    let mut parts = Vec::new();
    for part in path.split('/') {
        let part = match part.strip_prefix(':') {
            Some(name) if !name.is_empty() => format!("{{{name}}}"),
            _ => part.to_owned(),
        };
        parts.push(part);
    }
    let joined = parts.join("/");
    // A reference within the braces is no part of the name, and may have slashes of its own.
    let mut out = String::new();
    let mut rest = joined.as_str();
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|close| open + close) else { break };
        out.push_str(&rest[..open]);
        let name = rest[open + 1..close].split('#').next().unwrap_or_default().trim();
        let name: String = name.chars().map(|c| if c.is_whitespace() || c == '/' { '_' } else { c }).collect();
        out.push_str(&format!("{{{name}}}"));
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    let out = if out.starts_with('/') { out } else { format!("/{out}") };
    out.replace("//", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(url: &str) -> String {
        let variables =
            [("base_url".to_owned(), "https://a.example/x".to_owned(), 2), ("version".to_owned(), "v1".to_owned(), 3)];
        match Endpoint::new(
            "get",
            url,
            Place::line(0, 1),
            &variables,
            &Dialect::built_in("finbox").expect("it is there"),
        ) {
            Some(found) => {
                format!("{} {} {:?} {:?}", found.method, found.path, found.query, found.server.unwrap_or_default())
            }
            None => "none".to_owned(),
        }
    }

    #[test]
    fn urls_become_paths() {
        assert_eq!(
            said("<baseurl>/v2/user/offers?referenceID=some_id"),
            r#"GET /v2/user/offers [("referenceID", "some_id")] """#
        );
        assert_eq!(
            said("`base_url`/v1/users?limit=`n`&page=`p`"),
            r#"GET /v1/users [("limit", "n"), ("page", "p")] """#
        );
        assert_eq!(
            said("{{$page.frontmatter.base_url}}/{{$page.frontmatter.version}}/s/`<session_id>`/progress/"),
            r#"GET /x/v1/s/{session_id}/progress/ [] "https://a.example""#
        );
        assert_eq!(said("/guilds/{guild.id#DOCS_RESOURCES/guild}/emojis"), "GET /guilds/{guild.id}/emojis [] \"\"");
        assert_eq!(said("/users/:id/@me"), "GET /users/{id}/@me [] \"\"");
        assert_eq!(said("see/below"), "none");
        assert_eq!(said("/"), "none");
    }
}
