//! The small language inside suites: templates, selectors and matchers. Pure.
//!
//! - A [`Template`] is a value with `{{ placeholders }}`. A text that is nothing but one placeholder keeps the type of what fills it:
//!   `"{{ amount }}"` is a number when `amount` is one. Inside text a placeholder is written once, as it is.
//! - A [`Selector`] is a JSONPath (RFC 9535) into a response body.
//! - A [`Matcher`] says what a value must be; it answers with a [`Mismatch`], never with a bare no.
//!
//! Everything is read once, when a suite is loaded, and evaluated against a [`Context`].

mod decimal;
mod evaluate;
mod expression;
mod filters;
mod functions;
mod given;
mod matcher;
mod number;
mod path;
mod scope;
mod select;
mod selector;
mod signature;
mod signing;
mod syntax;
mod template;
mod times;
mod value;

pub use decimal::DIGITS;
pub use expression::{Expression, ExpressionError, Member, Reference};
pub use filters::{FILTERS, TESTS};
pub use functions::{FUNCTIONS, Files, Services, Variables};
pub(crate) use matcher::same;
pub use matcher::{FORMATS, KIND_NAMES, KindName, Matcher, Mismatch, TimeBound, is_kind};
pub use scope::{Context, Scope};
pub use selector::{Lack, Nodes, Selection, Selector, SelectorError};
pub use signature::Function;
pub use template::{RenderError, Template, TemplateError};
pub use times::TIME_FORMATS;
pub use value::{excerpt, kind_of};
