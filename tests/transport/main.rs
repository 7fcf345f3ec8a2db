//! The way to a server over the network, against tiny servers on this machine: real sockets, free ports, nothing timed.

mod connections;
mod errors;
mod faithful;
mod program;
mod proxies;
mod server;
mod timing;
mod tls;
