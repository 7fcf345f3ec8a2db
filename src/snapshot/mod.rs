//! Snapshots of responses: what is taken of one, what is masked in it, how two of them differ, how one is written down.
//! Pure.
//!
//! - [`take`] makes [`Content`] of a response: status, chosen headers, body as canonical JSON with every number as it was
//!   written. What is private or differs from run to run is replaced by placeholders on the way; what is written or
//!   compared never had it.
//! - [`differences`] says what changed, by path; [`merge`] takes over some of it; [`lines`] shows it as text.
//! - [`Stored`] is a file as [insta](https://insta.rs) writes it, so that `cargo insta` works on it too.

mod align;
mod compare;
mod content;
mod form;
mod lines;
mod number;
mod recognise;
mod reconcile;
mod stored;
mod take;

pub use compare::{Differences, differences, merge};
pub use content::{Body, Content};
pub use lines::lines;
pub use reconcile::reconcile;
pub use stored::{Stored, StoredError};
pub use take::{Masks, Placeholders, Taking, names_an_id, redact, take};
