//! An environment file: where requests go and with what.

use super::bindings::Binding;
use super::request::{HEADERS, read_headers};
use super::service::{SERVICE, Service};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Template;
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{Fields, Key, Names, Node, Object, Reader, Shape, parse};
use std::num::NonZeroUsize;

static KEYS: &[Key] = &[
    Key {
        name: "environment",
        about: "what this environment is, in words",
        shape: Shape::Text,
        example: "FinBox's test environment",
    },
    Key {
        name: "base_url",
        about: "where requests go; `embedded` starts the reference server",
        shape: Shape::TextTemplate,
        example: "https://uat.example.com",
    },
    Key {
        name: "headers",
        about: "headers of every request",
        shape: HEADERS,
        example: r#"{ x-api-key: "{{ secret('API_KEY') }}" }"#,
    },
    Key {
        name: "vars",
        about: "names for all suites",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: "{ partner: acme }",
    },
    Key {
        name: "personas",
        about: "test data that makes this environment approve, reject, fail, by name",
        shape: Shape::Map(Names::Any, &Shape::Map(Names::Any, &Shape::Template)),
        example: "{ approved: { pan: ABCPE1234F, name: Asha Rao } }",
    },
    Key {
        name: "pace",
        about: "a factor on the waits of polls and repeats; 0.1 waits a tenth",
        shape: Shape::Number(0.0, 1000.0),
        example: "0.1",
    },
    Key { name: "rate", about: "most requests per second to one host", shape: Shape::Positive, example: "5" },
    Key {
        name: "concurrency",
        about: "how many cases are at work at once, unless --jobs says",
        shape: Shape::Natural(1, 1_000_000),
        example: "4",
    },
    Key {
        name: "tls",
        about: "whom to trust and who we are: `ca`, `cert`, `key`",
        shape: Shape::Object(&TLS),
        example: "{ ca: certificates/authority.pem }",
    },
    Key {
        name: "services",
        about: "further hosts by name, each with headers of its own; a request says `service:`",
        shape: Shape::Map(Names::Any, &Shape::Object(&SERVICE)),
        example: "{ auth: { base_url: https://auth.example.com } }",
    },
    Key {
        name: "protected",
        about: "true: requests that change something are sent only with `--allow NAME`, the environment's name",
        shape: Shape::Boolean,
        example: "true",
    },
    Key {
        name: "proxy",
        about: "the URL of the proxy that requests go through",
        shape: Shape::TextTemplate,
        example: "http://proxy.example.com:3128",
    },
    Key {
        name: "mask",
        about: "names of headers, parameters and members that carry credentials here, besides `*token*`, `*secret*`, `*password*` and `api-key`; what they hold is masked",
        shape: Shape::Many(&Shape::Text),
        example: "[x-partner-code, otp]",
    },
];

static TLS_KEYS: &[Key] = &[
    Key {
        name: "ca",
        about: "a PEM file of the authorities to trust, instead of the system's",
        shape: Shape::TextTemplate,
        example: "certificates/authority.pem",
    },
    Key {
        name: "cert",
        about: "a PEM file of our certificate, for servers that ask for one",
        shape: Shape::TextTemplate,
        example: "certificates/us.pem",
    },
    Key {
        name: "key",
        about: "a PEM file of our certificate's key",
        shape: Shape::TextTemplate,
        example: "certificates/us.key",
    },
];

/// `tls`.
pub(super) static TLS: Object = Object { name: "tls", what: "`tls`", keys: &[TLS_KEYS], needs: &[], kinds: &[] };

/// An environment file.
pub(super) static ENVIRONMENT: Object =
    Object { name: "environment", what: "an environment", keys: &[KEYS], needs: &[], kinds: &[] };

/// An environment file.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The file.
    pub file: FileId,
    /// Where requests go.
    pub base_url: BaseUrl,
    /// Headers of every request.
    pub headers: Vec<(Spanned<String>, Option<Template>)>,
    /// Names for all suites.
    pub vars: Vec<Binding>,
    /// Test data by name, as one value.
    pub personas: Option<Template>,
    /// The factor on the waits of polls.
    pub pace: f64,
    /// Most requests per second to one host.
    pub rate: Option<f64>,
    /// How many cases are at work at once.
    pub concurrency: Option<NonZeroUsize>,
    /// Whom to trust and who we are.
    pub tls: Tls,
    /// The URL of the proxy that requests go through.
    pub proxy: Option<Spanned<Template>>,
    /// Further hosts.
    pub services: Vec<Service>,
    /// Where it says that nothing may be changed there without leave.
    pub protected: Option<Span>,
    /// Names of headers, parameters and members whose values are credentials, besides those known everywhere.
    pub mask: Vec<String>,
}

/// Paths of PEM files (RFC 7468): absolute, or below the suites' folder.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// The authorities to trust, instead of the system's.
    pub ca: Option<Spanned<Template>>,
    /// Our certificate; never without its key.
    pub cert: Option<Spanned<Template>>,
    /// The certificate's key.
    pub key: Option<Spanned<Template>>,
}

/// Where requests go.
#[derive(Debug, Clone)]
pub enum BaseUrl {
    /// To the reference server, which the program starts.
    Embedded,
    /// To this address.
    Url(Spanned<Template>),
    /// Nowhere yet: the command line must say.
    Unset(Span),
}

/// The names of an environment's personas, whatever else is wrong with its file.
#[must_use]
pub fn persona_names(sources: &Sources, file: FileId) -> Vec<String> {
    let Ok(root) = parse(sources, file) else { return Vec::new() };
    let mut reader = Reader::new(sources);
    let entries = reader.map(&root, "an environment");
    let personas = entries.iter().find(|entry| entry.key.value == "personas");
    let names = personas.map(|entry| reader.map(&entry.value, "`personas`")).unwrap_or_default();
    names.iter().map(|entry| entry.key.value.clone()).collect()
}

/// Reads an environment file.
///
/// # Errors
/// All problems of the file.
pub fn read_environment(sources: &Sources, file: FileId) -> Result<Environment, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let fields = Fields::open(&mut reader, &root, &ENVIRONMENT);
    fields.get("environment").map(|node| reader.text(node, "`environment`"));
    let base_url = match fields.get("base_url") {
        None => BaseUrl::Unset(root.span),
        Some(node) => match reader.text(node, "`base_url`") {
            Some(text) if text.value == "embedded" => BaseUrl::Embedded,
            Some(_) => BaseUrl::Url(Spanned::new(reader.template(node), node.span)),
            None => BaseUrl::Unset(node.span),
        },
    };
    let headers = fields.get("headers").map(|node| read_headers(&mut reader, node)).unwrap_or_default();
    let vars = fields.get("vars").map(|node| Binding::read_all(&mut reader, node, "`vars`")).unwrap_or_default();
    let personas = fields.get("personas").map(|node| {
        for entry in reader.map(node, "`personas`") {
            reader.map(&entry.value, "a persona");
        }
        reader.template(node)
    });
    let pace = fields.get("pace").map_or(1.0, |node| {
        let pace = reader.decimal(node, "`pace`").unwrap_or(1.0);
        if !(0.0..=1000.0).contains(&pace) {
            reader.problem(Code::WrongValue, node.span, "`pace` is a factor from 0 to 1000", "1 waits as written");
        }
        pace
    });
    let rate = fields.get("rate").and_then(|node| {
        let rate = reader.decimal(node, "`rate`")?;
        if rate <= 0.0 {
            reader.problem(
                Code::WrongValue,
                node.span,
                "`rate` is a number of requests per second",
                "write 0.1 or more",
            );
        }
        Some(rate)
    });
    let concurrency = fields.get("concurrency").and_then(|node| {
        let many = reader.natural(node, "`concurrency`", 1)?;
        NonZeroUsize::new(usize::try_from(many).unwrap_or(usize::MAX))
    });
    let tls = fields.get("tls").map(|node| read_tls(&mut reader, node)).unwrap_or_default();
    let proxy = fields.get("proxy").and_then(|node| text(&mut reader, node, "`proxy`"));
    let services = fields.get("services").map(|node| Service::read_all(&mut reader, node)).unwrap_or_default();
    let protected = fields
        .get("protected")
        .and_then(|node| reader.boolean(node, "`protected`").filter(|protected| *protected).map(|_| node.span));
    let mask = fields.get("mask").map(|node| reader.texts(node, "a name")).unwrap_or_default();
    let mask = mask.into_iter().map(|name| name.value).collect();
    if reader.problems.is_empty() {
        Ok(Environment {
            file,
            base_url,
            headers,
            vars,
            personas,
            pace,
            rate,
            concurrency,
            tls,
            proxy,
            services,
            protected,
            mask,
        })
    } else {
        Err(reader.problems)
    }
}

fn read_tls(reader: &mut Reader<'_>, node: &Node) -> Tls {
    let fields = Fields::open(reader, node, &TLS);
    let mut file = |key| fields.get(key).and_then(|node| text(reader, node, &format!("`{key}`")));
    let tls = Tls { ca: file("ca"), cert: file("cert"), key: file("key") };
    for (one, other) in [("cert", "key"), ("key", "cert")] {
        if let (Some(there), None) = (fields.get(one), fields.get(other)) {
            let title = format!("`{one}` without `{other}`");
            let next = format!("name the PEM file of the {other}; it may be the same one");
            reader.problem(Code::MissingKey, there.span, &title, &next);
        }
    }
    tls
}

fn text(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Spanned<Template>> {
    reader.text_template(node, what).map(|template| Spanned::new(template, node.span))
}
