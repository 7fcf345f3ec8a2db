//! Files of other tools read into suites, and documentation read into a contract.
//!
//! [`text`], [`json`] and [`node`] read what others wrote, safely and with places; each tool is a module of its own that
//! makes a [`model::Import`]; [`write`] makes files of it with [`tree`], which writes YAML. [`private`] keeps secrets, paths
//! and names of people out of them. [`markdown`] makes a contract of documentation.

pub mod address;
pub mod arazzo;
pub mod auth;
pub mod bruno;
pub mod curl;
pub mod har;
pub mod holes;
pub mod hurl;
pub mod insomnia;
pub mod json;
pub mod markdown;
pub mod model;
pub mod names;
pub mod node;
pub mod openapi;
pub mod operations;
pub mod postman;
pub mod private;
pub mod script;
pub mod stepci;
pub mod text;
pub mod tree;
pub mod write;
