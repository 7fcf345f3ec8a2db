//! The small language inside suites: templates, selectors and matchers. Pure.
//!
//! - A [`Template`] is a value with `{{ placeholders }}`. A text that is nothing but one placeholder keeps the type of what fills it:
//!   `"{{ amount }}"` is a number when `amount` is one. Inside text a placeholder is written once, as it is.
//! - A [`Selector`] is a JSONPath (RFC 9535) into a response body.
//! - A [`Matcher`] says what a value must be; it answers with a [`Mismatch`], never with a bare no.
//!
//! Everything is read once, when a suite is loaded, and evaluated against a [`Context`].

mod expression;
mod functions;
mod matcher;
mod number;
mod scope;
mod selector;
mod template;
mod value;

pub use expression::{Expression, ExpressionError, Reference};
pub use functions::{FUNCTIONS, Files, Services, Variables};
pub(crate) use matcher::same;
pub use matcher::{FORMATS, KIND_NAMES, KindName, Matcher, Mismatch, is_kind};
pub use scope::{Context, Scope};
pub use selector::{Selection, Selector, SelectorError};
pub use template::{RenderError, Template, TemplateError};
pub use value::{excerpt, kind_of};
