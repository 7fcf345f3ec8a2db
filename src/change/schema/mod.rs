//! Whether everything that one schema allows is allowed by another, and if not, where and by which value.
//!
//! The question is containment of sets of JSON values. [`facts`] reads what the schemas of one value say together,
//! [`cases`] takes their alternatives apart, [`within`] walks both sides and names every place where the left side allows
//! more, [`make`] makes values that show it, [`equal`] sees what was not changed.
//!
//! Proving goes by what schemas say: a proof never rests on a sample. Refuting goes by a value: it lies in the left set
//! and not in the right one, by the validator. What can neither be proved nor refuted is told as such.

mod cases;
mod equal;
mod facts;
mod keywords;
mod make;
mod numbers;
mod pattern;
mod within;

pub(super) use within::{Gap, Side, Walk};
