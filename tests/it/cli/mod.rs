//! The program as a person uses it: typed, read on the screen, and found again in its run folder.

mod change_docs;
mod contract;
mod contract_diff;
mod coverage;
mod device_connect;
mod formats;
mod history;
mod interrupted;
mod mistakes;
mod mutate;
mod outputs;
pub(crate) mod place;
mod receive;
mod reporting;
mod reports;
mod rules;
mod runs;
mod secrets;
mod selection;
pub(crate) mod server;
mod serving;
mod shards;
mod snapshots;
