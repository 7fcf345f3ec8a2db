//! The way to a server over the network, against tiny servers on this machine: real sockets, free ports, no time asserted.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests are part of them")]

mod connections;
mod errors;
mod faithful;
mod program;
mod proxies;
mod server;
mod timing;
mod tls;
