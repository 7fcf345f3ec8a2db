//! Judging a client: what a partner's own system was seen to do, and the dossier that tells it to people who were not there.
//!
//! A [`Referee`] stands between the partner's system and the service, answers what the [profile](profile) has go wrong, and
//! has a [`Session`] write each exchange to the [journal] before it is answered. The [`Grader`] is a fold over the
//! journal's lines by the rules of a [`Judge`]; what it finds is a [record], of which the [dossier] is made.

pub mod dossier;
mod grade;
pub mod journal;
mod judge;
mod mask;
pub mod profile;
pub mod record;
mod referee;
mod session;

pub use grade::Grader;
pub use judge::{Judge, NO_ANSWER, REQUESTS};
pub use mask::Mask;
pub use referee::{Answering, Backend, Clock, Referee, Reply};
pub use session::{Append, Going, Play, Session};
