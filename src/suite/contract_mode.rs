//! `contract` of a step: whether its request keeps the contract, or breaks it on purpose.

use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::Spanned;
use crate::yaml::{Key, Node, Reader, Shape};
use serde_json::Value;

/// The words for it, in the order of [`ContractMode`].
const WORDS: [&str; 2] = ["keep", "violate"];

/// `contract` of a step.
pub(super) const HOLDING: Key = Key {
    name: "contract",
    about: "`violate` for a request that means to break the contract, which is then sent all the same; a row of a table \
            may say it",
    shape: Shape::Either(&[Shape::Word(&WORDS), Shape::Expression]),
    example: "violate",
};

/// What a request does with the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractMode {
    /// It keeps it; one that does not is not sent.
    Keep,
    /// It breaks it on purpose; one that keeps it is a mistake.
    Violate,
}

impl ContractMode {
    /// What a word says.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Keep, Self::Violate].into_iter().zip(WORDS).find(|(_, known)| *known == word).map(|(holding, _)| holding)
    }
}

pub(super) fn read_holding(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<Template>> {
    let template = reader.text_template(node, "`contract`")?;
    if let Some(Value::String(word)) = template.as_fixed()
        && ContractMode::named(word).is_none()
    {
        let title = format!("`{word}` is nothing that a step does with the contract");
        let label = crate::text::did_you_mean(word, WORDS).unwrap_or_default();
        reader.problem(Code::WrongValue, node.span, title, label);
    }
    Some(Spanned::new(template, node.span))
}
