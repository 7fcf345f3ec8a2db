//! `defaults`: what every request of a suite's cases has unless it says otherwise.

use super::auth::{AUTH_SHAPE, Auth};
use super::request::{HEADERS, QUERY, REDIRECTS, Redirects, read_headers, read_query, read_redirects};
use crate::expr::Template;
use crate::source::Spanned;
use crate::yaml::{Fields, Key, Node, Object, Reader, Shape};

static KEYS: &[Key] = &[
    Key {
        name: "headers",
        about: "headers of every request; null in a request removes one",
        shape: HEADERS,
        example: "{ x-partner: acme }",
    },
    Key {
        name: "query",
        about: "query parameters of every request; one of the same name in a request takes their place",
        shape: QUERY,
        example: "{ version: 2 }",
    },
    Key {
        name: "auth",
        about: "who every request says it comes from; it may use outputs of setups and captures",
        shape: AUTH_SHAPE,
        example: r#"{ bearer: "{{ token }}" }"#,
    },
    Key {
        name: "cookies",
        about: "`keep`: cookies that answers set are sent with the later requests of the case to the same server",
        shape: Shape::Word(&["keep"]),
        example: "keep",
    },
    REDIRECTS,
];

/// `defaults`.
pub(super) static DEFAULTS: Object =
    Object { name: "defaults", what: "`defaults`", keys: &[KEYS], needs: &[], kinds: &[] };

/// What every request has unless it says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// Headers.
    pub headers: Vec<(Spanned<String>, Template)>,
    /// Query parameters.
    pub query: Vec<(Spanned<String>, Template)>,
    /// Who it says it comes from.
    pub auth: Option<Auth>,
    /// What becomes of cookies that answers set.
    pub cookies: Cookies,
    /// What becomes of redirects.
    pub redirects: Option<Redirects>,
}

/// What becomes of cookies that answers set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cookies {
    /// They are forgotten.
    #[default]
    Forget,
    /// They are sent with the later requests of the case.
    Keep,
}

impl Defaults {
    /// Calls `visit` for every template inside.
    pub fn each_template<'t>(&'t self, visit: &mut impl FnMut(&'t Template)) {
        self.headers.iter().for_each(|(_, value)| visit(value));
        self.query.iter().for_each(|(_, value)| visit(value));
        self.auth.iter().for_each(|auth| auth.each_template(visit));
    }

    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Self {
        let fields = Fields::open(reader, node, &DEFAULTS);
        let headers = fields.get("headers").map(|node| read_headers(reader, node)).unwrap_or_default();
        let headers = headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let query = fields.get("query").map(|node| read_query(reader, node)).unwrap_or_default();
        let auth = fields.get("auth").and_then(|node| Auth::read(reader, node));
        let keep = fields.get("cookies").and_then(|node| reader.word(node, "`cookies`", &["keep"]));
        let redirects = fields.get("redirects").and_then(|node| read_redirects(reader, node));
        Self { headers, query, auth, cookies: if keep.is_some() { Cookies::Keep } else { Cookies::Forget }, redirects }
    }
}
