//! `multipart`: a multipart body part by part, in the order written.

use super::body::{FilePart, FileSource};
use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::Spanned;
use crate::yaml::{Fields, Form, Key, Node, Object, Reader, Shape};

static KEYS: &[Key] = &[
    Key { name: "name", about: "the field's name", shape: Shape::TextTemplate, example: "file_url" },
    Key {
        name: "text",
        about: "text, sent without a file name",
        shape: Shape::TextTemplate,
        example: "https://example.com/statement.pdf",
    },
    Key {
        name: "json",
        about: "JSON, sent as application/json without a file name",
        shape: Shape::Template,
        example: "{ documentType: PAN }",
    },
    Key {
        name: "path",
        about: "a file, below the suites' folder",
        shape: Shape::TextTemplate,
        example: "files/statement.pdf",
    },
    Key {
        name: "filename",
        about: "the file name that is sent; a file's own without it, and none where it is empty",
        shape: Shape::TextTemplate,
        example: "statement.pdf",
    },
    Key { name: "type", about: "the media type that is sent", shape: Shape::TextTemplate, example: "application/pdf" },
];

/// A part of a multipart body.
pub(super) static PART: Object = Object {
    name: "part",
    what: "a part",
    keys: &[KEYS],
    needs: &["name"],
    kinds: &[&[
        Form { title: "text", needs: &["text"], lacks: &["json", "path"] },
        Form { title: "JSON", needs: &["json"], lacks: &["text", "path"] },
        Form { title: "a file", needs: &["path"], lacks: &["text", "json"] },
    ]],
};

/// A part of a multipart body.
#[derive(Debug, Clone)]
pub struct BodyPart {
    /// The field's name.
    pub name: Template,
    /// What it holds.
    pub content: PartContent,
    /// The file name sent.
    pub file_name: Option<Template>,
    /// The media type sent.
    pub media_type: Option<Template>,
}

/// What a part holds.
#[derive(Debug, Clone)]
pub enum PartContent {
    /// Text.
    Text(Template),
    /// JSON.
    Json(Template),
    /// A file.
    Path(Spanned<Template>),
}

impl BodyPart {
    /// Calls `visit` for every template inside.
    pub fn each_template<'t>(&'t self, visit: &mut impl FnMut(&'t Template)) {
        visit(&self.name);
        match &self.content {
            PartContent::Text(template) | PartContent::Json(template) => visit(template),
            PartContent::Path(path) => visit(&path.value),
        }
        self.file_name.iter().for_each(&mut *visit);
        self.media_type.iter().for_each(visit);
    }

    /// The file it names, where it is one.
    #[must_use]
    pub fn as_file(&self) -> Option<FilePart> {
        let PartContent::Path(path) = &self.content else { return None };
        Some(FilePart {
            source: FileSource::Path(path.clone()),
            name: self.file_name.clone(),
            media_type: self.media_type.clone(),
        })
    }

    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &PART);
        let name = fields.required(reader, "name").and_then(|node| reader.text_template(node, "`name`"));
        let content = match fields.one_of(reader, &["text", "json", "path"]) {
            Some(("text", node)) => reader.text_template(node, "`text`").map(PartContent::Text),
            Some(("json", node)) => Some(PartContent::Json(reader.template(node))),
            Some((_, node)) => {
                let path = reader.text_template(node, "`path`");
                path.map(|path| PartContent::Path(Spanned::new(path, node.span)))
            }
            None => {
                let title = "a part needs `text`, `json` or `path`";
                reader.problem(Code::MissingKey, node.span, title, "it has none of them");
                None
            }
        };
        let mut text = |key: &str| fields.get(key).and_then(|node| reader.text_template(node, &format!("`{key}`")));
        let (file_name, media_type) = (text("filename"), text("type"));
        Some(Self { name: name?, content: content?, file_name, media_type })
    }
}
