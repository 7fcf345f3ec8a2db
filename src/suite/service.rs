//! `services` of an environment: further hosts that requests may go to.

use super::request::{HEADERS, read_headers};
use crate::expr::Template;
use crate::source::Spanned;
use crate::yaml::{Fields, Key, Node, Object, Reader, Shape};

static KEYS: &[Key] = &[
    Key {
        name: "base_url",
        about: "where its requests go",
        shape: Shape::TextTemplate,
        example: "https://auth.example.com",
    },
    Key {
        name: "headers",
        about: "headers of every request to it; the environment's own are not sent there",
        shape: HEADERS,
        example: r#"{ x-api-key: "{{ secret('AUTH_KEY') }}" }"#,
    },
];

/// A service.
pub(super) static SERVICE: Object =
    Object { name: "service", what: "a service", keys: &[KEYS], needs: &["base_url"], kinds: &[] };

/// A further host, with headers of its own.
#[derive(Debug, Clone)]
pub struct Service {
    /// What requests call it.
    pub name: Spanned<String>,
    /// Where its requests go.
    pub base_url: Spanned<Template>,
    /// Headers of every request to it.
    pub headers: Vec<(Spanned<String>, Option<Template>)>,
}

impl Service {
    pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        let mut services = Vec::new();
        for entry in reader.map(node, "`services`") {
            let fields = Fields::open(reader, &entry.value, &SERVICE);
            let url = fields.required(reader, "base_url").and_then(|node| {
                reader.text_template(node, "`base_url`").map(|template| Spanned::new(template, node.span))
            });
            let headers = fields.get("headers").map(|node| read_headers(reader, node)).unwrap_or_default();
            services.extend(url.map(|base_url| Self { name: entry.key.clone(), base_url, headers }));
        }
        services
    }
}
