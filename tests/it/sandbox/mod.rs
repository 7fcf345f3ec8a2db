//! The reference server, from outside: plain HTTP against its router, on virtual time.

mod accept_offer;
mod banking;
mod bre;
pub(crate) mod client;
mod concurrency;
mod create_user;
mod documents;
mod faults;
mod journey;
mod kyc;
mod limits;
mod loan;
mod machine;
mod personas;
mod reach;
mod requests;
mod sessions;
mod statements;
mod store;
mod update_user_details;
mod upkeep;
