//! `request`: what is sent.

use super::auth::{AUTH_SHAPE, Auth};
use super::body::{Body, FILE, read_body};
use super::parts::PART;
use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Fields, Form, Key, Kind, Names, Node, Object, Reader, Shape};

/// Headers that are sent; null removes one.
pub(super) static HEADERS: Shape =
    Shape::Map(Names::Any, &Shape::Either(&[Shape::TextTemplate, Shape::Null, Shape::Many(&Shape::TextTemplate)]));

/// Query parameters.
pub(super) static QUERY: Shape = Shape::Map(Names::Any, &Shape::OneOrMany(&Shape::TextTemplate));

/// `redirects`.
pub(super) const REDIRECTS: Key = Key {
    name: "redirects",
    about: "`follow`: a redirect is followed, up to ten times and only to the environment's own hosts; without it an answer is \
            what it is",
    shape: Shape::Word(&["follow"]),
    example: "follow",
};

/// What becomes of an answer that says where to ask instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirects {
    /// It is asked there.
    Follow,
}

/// Reads `redirects`; shared with a suite's defaults.
pub(super) fn read_redirects(reader: &mut Reader<'_>, node: &Node) -> Option<Redirects> {
    reader.word(node, "`redirects`", &["follow"]).map(|_| Redirects::Follow)
}

static KEYS: &[Key] = &[
    Key {
        name: "operation",
        about: "the contract's operationId; gives method and path",
        shape: Shape::Text,
        example: "getBre",
    },
    Key {
        name: "method",
        about: "the HTTP method, where there is no operation",
        shape: Shape::Pattern("an HTTP method", METHOD),
        example: "POST",
    },
    Key {
        name: "path",
        about: "the path below the base URL, or a whole URL; what fills its placeholders is percent-encoded",
        shape: Shape::TextTemplate,
        example: "/users/{{ customerID }}",
    },
    Key {
        name: "params",
        about: "what fills the braces of the operation's path; it is percent-encoded",
        shape: Shape::Map(Names::Any, &Shape::TextTemplate),
        example: r#"{ customerID: "{{ customerID }}" }"#,
    },
    Key {
        name: "service",
        about: "the environment's service that it goes to, instead of its `base_url`",
        shape: Shape::Text,
        example: "auth",
    },
    Key {
        name: "query",
        about: "query parameters; a list repeats the parameter",
        shape: QUERY,
        example: r#"{ referenceID: "{{ referenceID }}" }"#,
    },
    Key {
        name: "headers",
        about: "headers besides the environment's; null removes one of those, a list sends the header several times",
        shape: HEADERS,
        example: "{ x-api-key: null }",
    },
    Key {
        name: "cookies",
        about: "cookies by name, sent in one `cookie` header, instead of the environment's",
        shape: Shape::Map(Names::Any, &Shape::TextTemplate),
        example: r#"{ session: "{{ session }}" }"#,
    },
    Key {
        name: "json",
        about: "a JSON body",
        shape: Shape::Template,
        example: r#"{ customerID: "{{ customerID }}", riskVariables: {} }"#,
    },
    Key {
        name: "form",
        about: "form fields: multipart when there are files, else URL-encoded",
        shape: Shape::Map(Names::Any, &Shape::OneOrMany(&Shape::TextTemplate)),
        example: "{ uploadType: PDF }",
    },
    Key {
        name: "files",
        about: "files of a multipart form, by field; a list sends several in one field",
        shape: Shape::Map(Names::Any, &Shape::OneOrMany(&Shape::Either(&[Shape::Object(&FILE), Shape::TextTemplate]))),
        example: "{ files: [files/statement.pdf, files/second-statement.pdf] }",
    },
    Key {
        name: "multipart",
        about: "a multipart form part by part, in this order",
        shape: Shape::Many(&Shape::Object(&PART)),
        example: "[{ name: file_url, text: https://example.com/statement.pdf }]",
    },
    Key {
        name: "raw",
        about: "a body as it is, text or the bytes of a file; set its content-type among the headers",
        shape: Shape::TextTemplate,
        example: "'{ not JSON'",
    },
    Key {
        name: "auth",
        about: "who it says it comes from, in its `authorization` header; `none` for nobody",
        shape: AUTH_SHAPE,
        example: r#"{ bearer: "{{ token }}" }"#,
    },
    REDIRECTS,
];

/// `request`.
pub(super) static REQUEST: Object = Object {
    name: "request",
    what: "a request",
    keys: &[KEYS],
    needs: &[],
    kinds: &[
        &[
            Form { title: "an operation of the contract", needs: &["operation"], lacks: &["method", "path"] },
            Form { title: "a method and a path", needs: &["method", "path"], lacks: &["operation", "params"] },
        ],
        &[
            Form { title: "no body", needs: &[], lacks: &["json", "form", "files", "multipart", "raw"] },
            Form { title: "a JSON body", needs: &["json"], lacks: &["form", "files", "multipart", "raw"] },
            Form { title: "a form", needs: &["form"], lacks: &["json", "files", "multipart", "raw"] },
            Form { title: "a multipart form", needs: &["files"], lacks: &["json", "multipart", "raw"] },
            Form { title: "parts", needs: &["multipart"], lacks: &["json", "form", "files", "raw"] },
            Form { title: "a body as it is", needs: &["raw"], lacks: &["json", "form", "files", "multipart"] },
        ],
    ],
};

/// Methods that may be named.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// The same, in any spelling.
pub(super) const METHOD: &str = "^([Gg][Ee][Tt]|[Pp][Oo][Ss][Tt]|[Pp][Uu][Tt]|[Pp][Aa][Tt][Cc][Hh]|[Dd][Ee][Ll][Ee][Tt][Ee]|[Hh][Ee][Aa][Dd]|[Oo][Pp][Tt][Ii][Oo][Nn][Ss])$";

/// What is sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where it is written.
    pub span: Span,
    /// Where it goes.
    pub target: Target,
    /// Query parameters in order; a name may repeat.
    pub query: Vec<(Spanned<String>, Template)>,
    /// Headers; `None` removes one that the environment sets.
    pub headers: Vec<(Spanned<String>, Option<Template>)>,
    /// Cookies, in order; they are sent in one header.
    pub cookies: Vec<(Spanned<String>, Template)>,
    /// The body.
    pub body: Body,
    /// The environment's service that it goes to.
    pub service: Option<Spanned<String>>,
    /// Who it says it comes from.
    pub auth: Option<Auth>,
    /// What becomes of redirects.
    pub redirects: Option<Redirects>,
}

/// Where a request goes.
#[derive(Debug, Clone)]
pub enum Target {
    /// An operation of the contract.
    Operation {
        /// Its id.
        id: Spanned<String>,
        /// What fills the braces of its path.
        params: Vec<(Spanned<String>, Template)>,
    },
    /// A method and a path.
    Path {
        /// The method, in capitals.
        method: String,
        /// The path below the base URL, or a whole URL.
        path: Template,
    },
}

impl Request {
    /// A request to a path with nothing else.
    #[must_use]
    pub fn to(method: String, path: Template, span: Span) -> Self {
        Self {
            span,
            target: Target::Path { method, path },
            query: Vec::new(),
            headers: Vec::new(),
            cookies: Vec::new(),
            body: Body::None,
            service: None,
            auth: None,
            redirects: None,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &REQUEST);
        let target = read_target(reader, &fields);
        let query = fields.get("query").map(|node| read_query(reader, node)).unwrap_or_default();
        let headers = fields.get("headers").map(|node| read_headers(reader, node)).unwrap_or_default();
        let cookies = fields.get("cookies").map(|node| read_cookies(reader, node, &headers)).unwrap_or_default();
        let body = read_body(reader, &fields);
        let service = fields.get("service").and_then(|node| reader.text(node, "`service`"));
        let auth = fields.get("auth").and_then(|node| Auth::read(reader, node));
        if let (Some(Auth::Basic(..) | Auth::Bearer(_)), Some((header, _))) =
            (&auth, headers.iter().find(|(name, value)| name.value == "authorization" && value.is_some()))
        {
            let title = "`auth` and the header `authorization` exclude each other";
            reader.problem(Code::ConflictingKeys, header.span, title, "remove this");
        }
        let redirects = fields.get("redirects").and_then(|node| read_redirects(reader, node));
        Some(Self { span: node.span, target: target?, query, headers, cookies, body, service, auth, redirects })
    }
}

fn read_target(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Target> {
    match fields.one_of(reader, &["operation", "path"]) {
        Some(("operation", node)) => {
            if let Some(method) = fields.entry("method") {
                let label = "the operation gives the method; remove this";
                reader.problem(
                    Code::ConflictingKeys,
                    method.key.span,
                    "`operation` and `method` exclude each other",
                    label,
                );
            }
            let params = fields.get("params").map(|node| read_params(reader, node)).unwrap_or_default();
            reader.text(node, "`operation`").map(|id| Target::Operation { id, params })
        }
        Some((_, path)) => {
            if let Some(params) = fields.entry("params") {
                let title = "`params` and `path` exclude each other";
                let label = "write what fills the path into it, as in /users/{{ customerID }}";
                reader.problem(Code::ConflictingKeys, params.key.span, title, label);
            }
            let path = reader.text_template(path, "`path`");
            let method = fields.required(reader, "method").and_then(|node| reader.text(node, "`method`"))?;
            let name = method.value.to_uppercase();
            if !METHODS.contains(&name.as_str()) {
                let label = format!("one of {}", METHODS.join(", "));
                reader.problem(Code::WrongValue, method.span, format!("`{}` is not a method", method.value), label);
            }
            path.map(|path| Target::Path { method: name, path })
        }
        None => {
            let title = "a request needs `operation`, or `method` and `path`";
            reader.problem(Code::MissingKey, fields.span, title, "it has neither");
            None
        }
    }
}

/// Refuses a placeholder in a name, which would be sent as it is written.
pub(super) fn literal_name(reader: &mut Reader<'_>, name: &Spanned<String>, next: &str) {
    if name.value.contains("{{") {
        let title = format!("the name `{}` cannot be a template", name.value);
        let problem = reader.problem(Code::Template, name.span, title, "names are sent as they are written");
        *problem = problem.clone().next(next);
    }
}

fn read_params(reader: &mut Reader<'_>, node: &Node) -> Vec<(Spanned<String>, Template)> {
    let entries = reader.map(node, "`params`");
    let one = |entry: &Entry| Some((entry.key.clone(), reader.text_template(&entry.value, "a parameter")?));
    entries.iter().filter_map(one).collect()
}

/// Reads query parameters; shared with a suite's defaults.
pub(super) fn read_query(reader: &mut Reader<'_>, node: &Node) -> Vec<(Spanned<String>, Template)> {
    let mut query = Vec::new();
    for entry in reader.map(node, "`query`") {
        literal_name(reader, &entry.key, "write it into the path, as in /users?{{ name }}={{ value }}");
        let values = match &entry.value.kind {
            Kind::List(items) => items.to_vec(),
            _ => vec![entry.value.clone()],
        };
        for value in &values {
            query.extend(reader.text_template(value, "a query parameter").map(|value| (entry.key.clone(), value)));
        }
    }
    query
}

/// Reads a mapping of header names to values; shared with environments.
pub(super) fn read_headers(reader: &mut Reader<'_>, node: &Node) -> Vec<(Spanned<String>, Option<Template>)> {
    let mut headers = Vec::new();
    for entry in reader.map(node, "`headers`") {
        if http::HeaderName::from_bytes(entry.key.value.as_bytes()).is_err() {
            reader.problem(
                Code::WrongValue,
                entry.key.span,
                format!("`{}` cannot be a header name", entry.key.value),
                "",
            );
        }
        let name = Spanned::new(entry.key.value.to_lowercase(), entry.key.span);
        match entry.value.kind {
            Kind::Null => headers.push((name, None)),
            Kind::List(ref values) => {
                for value in values.iter() {
                    let value = reader.text_template(value, "a header");
                    headers.extend(value.map(|value| (name.clone(), Some(value))));
                }
            }
            _ => headers.extend(reader.text_template(&entry.value, "a header").map(|value| (name, Some(value)))),
        }
    }
    headers
}

fn read_cookies(
    reader: &mut Reader<'_>,
    node: &Node,
    headers: &[(Spanned<String>, Option<Template>)],
) -> Vec<(Spanned<String>, Template)> {
    if let Some((header, _)) = headers.iter().find(|(name, value)| name.value == "cookie" && value.is_some()) {
        let title = "`cookies` and the header `cookie` exclude each other";
        let place = reader.sources.place(node.span);
        let problem = reader.problem(Code::ConflictingKeys, header.span, title, "remove this");
        *problem = problem.clone().at(place, "or these");
    }
    let mut cookies = Vec::new();
    for entry in reader.map(node, "`cookies`") {
        // A cookie's name is a token, as a header's is (RFC 6265, section 4.1.1).
        if http::HeaderName::from_bytes(entry.key.value.as_bytes()).is_err() {
            let title = format!("`{}` cannot be a cookie's name", entry.key.value);
            reader.problem(Code::WrongValue, entry.key.span, title, "");
        }
        cookies.extend(reader.text_template(&entry.value, "a cookie").map(|value| (entry.key.clone(), value)));
    }
    cookies
}
