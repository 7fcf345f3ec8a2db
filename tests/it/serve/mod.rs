//! `proviso serve` from outside: the program is started as people start it and asked over the network.
//!
//! No port is fixed and nothing sleeps: a server is ready when it has said where it listens.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod faults;
mod keys;
mod log;
mod mistakes;
mod server;
mod settings;
mod state;
mod stop;
mod tls;
