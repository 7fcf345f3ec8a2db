//! `vars`, `with`, `outputs`: names and the templates that give them values.

use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::Spanned;
use crate::yaml::{Node, Reader};

/// A name and what gives it its value.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Template,
}

impl Binding {
    /// Reads a mapping of names to values.
    pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<Self> {
        let mut bindings = Vec::new();
        for entry in reader.map(node, what) {
            if check_name(reader, &entry.key) {
                bindings.push(Self { name: entry.key.clone(), value: reader.template(&entry.value) });
            } else {
                reader.dropped += 1;
            }
        }
        bindings
    }
}

/// Whether a name can be used in an expression; if not, says so.
pub(super) fn check_name(reader: &mut Reader<'_>, name: &Spanned<String>) -> bool {
    let text = name.value.as_str();
    let word =
        text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit());
    if text.is_empty() || !word {
        let label = "a name is letters, digits and underscores, and does not begin with a digit";
        reader.problem(Code::WrongValue, name.span, format!("`{text}` cannot be a name"), label);
        return false;
    }
    let keyword =
        ["true", "false", "none", "null", "and", "or", "not", "in", "is", "if", "else", "loop"].contains(&text);
    if keyword {
        let label = "it is a word of the template language";
        reader.problem(Code::WrongValue, name.span, format!("`{text}` cannot be a name"), label);
        return false;
    }
    true
}
