//! `auth`: who a request says it comes from.

use crate::diagnostic::Code;
use crate::expr::Template;
use crate::yaml::{Fields, Form, Key, Kind, Node, Object, Reader, Shape};

/// What `auth` may be.
pub(super) static AUTH_SHAPE: Shape = Shape::Either(&[Shape::Word(&["none"]), Shape::Object(&AUTH)]);

static KEYS: &[Key] = &[
    Key {
        name: "basic",
        about: "a user and a password (RFC 7617)",
        shape: Shape::Object(&BASIC),
        example: r#"{ user: partner, password: "{{ secret('PASSWORD') }}" }"#,
    },
    Key {
        name: "bearer",
        about: "a token (RFC 6750)",
        shape: Shape::TextTemplate,
        example: r#""{{ secret('TOKEN') }}""#,
    },
];

static BASIC_KEYS: &[Key] = &[
    Key { name: "user", about: "the user's name", shape: Shape::TextTemplate, example: "partner" },
    Key {
        name: "password",
        about: "the user's password; empty without it",
        shape: Shape::TextTemplate,
        example: r#""{{ secret('PASSWORD') }}""#,
    },
];

/// `auth`.
pub(super) static AUTH: Object = Object {
    name: "auth",
    what: "`auth`",
    keys: &[KEYS],
    needs: &[],
    kinds: &[&[
        Form { title: "a user and a password", needs: &["basic"], lacks: &["bearer"] },
        Form { title: "a token", needs: &["bearer"], lacks: &["basic"] },
    ]],
};

/// A user and a password.
pub(super) static BASIC: Object =
    Object { name: "basic", what: "a user and a password", keys: &[BASIC_KEYS], needs: &["user"], kinds: &[] };

/// Who a request says it comes from, in its `authorization` header.
#[derive(Debug, Clone)]
pub enum Auth {
    /// Nobody: not even who the suite's defaults say.
    None,
    /// A user and a password.
    Basic(Template, Option<Template>),
    /// A token.
    Bearer(Template),
}

impl Auth {
    /// Calls `visit` for every template inside.
    pub fn each_template<'t>(&'t self, visit: &mut impl FnMut(&'t Template)) {
        match self {
            Self::None => {}
            Self::Basic(user, password) => {
                visit(user);
                password.iter().for_each(visit);
            }
            Self::Bearer(token) => visit(token),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if let Kind::Text(_) = node.kind {
            return reader.word(node, "`auth`", &["none"]).map(|_| Self::None);
        }
        let fields = Fields::open(reader, node, &AUTH);
        match fields.one_of(reader, &["basic", "bearer"]) {
            Some(("basic", node)) => {
                let fields = Fields::open(reader, node, &BASIC);
                let user = fields.required(reader, "user").and_then(|node| reader.text_template(node, "`user`"));
                let password = fields.get("password").and_then(|node| reader.text_template(node, "`password`"));
                user.map(|user| Self::Basic(user, password))
            }
            Some((_, node)) => reader.text_template(node, "`bearer`").map(Self::Bearer),
            None => {
                reader.problem(Code::MissingKey, node.span, "`auth` needs `basic` or `bearer`", "it has neither");
                None
            }
        }
    }
}
