//! The reference server, from outside: plain HTTP against its router, on virtual time.

mod accept_offer;
mod banking;
mod bre;
mod client;
mod create_user;
mod documents;
mod journey;
mod kyc;
mod loan;
mod personas;
mod reach;
mod requests;
mod sessions;
mod statements;
mod update_user_details;
