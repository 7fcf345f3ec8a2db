//! Judging a client: what a partner's own system was seen to do, and the dossier that tells it to people who were not there.

pub mod dossier;
pub mod profile;
pub mod record;
