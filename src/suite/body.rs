//! The body of a request: `json`, `form`, `files`, `raw`. Their keys are a request's own.

use super::parts::BodyPart;
use super::request::literal_name;
use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::Spanned;
use crate::yaml::{Fields, Form, Key, Kind, Node, Object, Reader, Shape};

static FILE_KEYS: &[Key] = &[
    Key {
        name: "path",
        about: "the file, below the suites' folder",
        shape: Shape::TextTemplate,
        example: "files/statement.pdf",
    },
    Key {
        name: "content",
        about: "the content itself, instead of a file",
        shape: Shape::TextTemplate,
        example: "hello",
    },
    Key { name: "name", about: "the file name that is sent", shape: Shape::TextTemplate, example: "statement.pdf" },
    Key { name: "type", about: "the media type that is sent", shape: Shape::TextTemplate, example: "application/pdf" },
];

/// A file of a multipart form.
pub(super) static FILE: Object = Object {
    name: "file",
    what: "a file",
    keys: &[FILE_KEYS],
    needs: &[],
    kinds: &[&[
        Form { title: "a file", needs: &["path"], lacks: &["content"] },
        Form { title: "content", needs: &["content"], lacks: &["path"] },
    ]],
};

/// What a request carries.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(Template),
    /// URL-encoded fields.
    Form(Vec<(String, Template)>),
    /// Multipart fields and files, in that order.
    Multipart {
        /// Fields.
        fields: Vec<(String, Template)>,
        /// Files by field.
        files: Vec<(String, FilePart)>,
    },
    /// Multipart part by part, in order.
    Parts(Vec<BodyPart>),
    /// Text, or the bytes of a file, as it is.
    Raw(Template),
}

/// A file of a multipart form.
#[derive(Debug, Clone)]
pub struct FilePart {
    /// What it holds.
    pub source: FileSource,
    /// The file name sent; the path's last part unless set.
    pub name: Option<Template>,
    /// The media type sent; told by the file name's ending unless set.
    pub media_type: Option<Template>,
}

/// Where a file's content comes from.
#[derive(Debug, Clone)]
pub enum FileSource {
    /// A file.
    Path(Spanned<Template>),
    /// The suite itself.
    Content(Template),
}

/// Reads the body among the keys of a request.
pub(super) fn read_body(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Body {
    let form = |reader: &mut Reader<'_>| fields.get("form").map(|node| read_form(reader, node)).unwrap_or_default();
    if let Some(files) = fields.get("files") {
        fields.one_of(reader, &["files", "json", "multipart", "raw"]);
        return Body::Multipart { fields: form(reader), files: read_files(reader, files) };
    }
    match fields.one_of(reader, &["json", "form", "multipart", "raw"]) {
        Some(("multipart", node)) => {
            let items = reader.list(node, "`multipart`");
            if items.is_empty() {
                reader.problem(Code::WrongValue, node.span, "a multipart form needs at least one part", "");
            }
            Body::Parts(items.iter().filter_map(|item| BodyPart::read(reader, item)).collect())
        }
        Some(("json", node)) => Body::Json(reader.template(node)),
        Some(("form", _)) => Body::Form(form(reader)),
        Some((_, node)) => reader.text_template(node, "`raw`").map_or(Body::None, Body::Raw),
        None => Body::None,
    }
}

fn read_form(reader: &mut Reader<'_>, node: &Node) -> Vec<(String, Template)> {
    let mut form = Vec::new();
    for entry in reader.map(node, "`form`") {
        literal_name(
            reader,
            &entry.key,
            "write the parts under `multipart`, whose names may be templates, or the body under `raw`",
        );
        let values = match &entry.value.kind {
            Kind::List(items) => items.to_vec(),
            _ => vec![entry.value.clone()],
        };
        for value in &values {
            form.extend(reader.text_template(value, "a form field").map(|value| (entry.key.value.clone(), value)));
        }
    }
    form
}

fn read_files(reader: &mut Reader<'_>, node: &Node) -> Vec<(String, FilePart)> {
    let mut files = Vec::new();
    for entry in reader.map(node, "`files`") {
        literal_name(reader, &entry.key, "write the parts under `multipart`, whose names may be templates");
        let parts = match &entry.value.kind {
            Kind::List(items) => items.to_vec(),
            _ => vec![entry.value.clone()],
        };
        for part in &parts {
            files.extend(read_file(reader, part).map(|part| (entry.key.value.clone(), part)));
        }
    }
    files
}

fn read_file(reader: &mut Reader<'_>, node: &Node) -> Option<FilePart> {
    let path = |reader: &mut Reader<'_>, node: &Node| {
        reader.text_template(node, "a file's path").map(|path| FileSource::Path(Spanned::new(path, node.span)))
    };
    if !matches!(node.kind, Kind::Map(_)) {
        return path(reader, node).map(|source| FilePart { source, name: None, media_type: None });
    }
    let fields = Fields::open(reader, node, &FILE);
    let source = match fields.one_of(reader, &["path", "content"]) {
        Some(("path", node)) => path(reader, node),
        Some((_, node)) => reader.text_template(node, "`content`").map(FileSource::Content),
        None => {
            reader.problem(Code::MissingKey, node.span, "a file needs `path` or `content`", "it has neither");
            None
        }
    };
    let name = fields.get("name").and_then(|node| reader.text_template(node, "`name`"));
    let media_type = fields.get("type").and_then(|node| reader.text_template(node, "`type`"));
    source.map(|source| FilePart { source, name, media_type })
}
