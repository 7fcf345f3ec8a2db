//! A suite as written: one file per key of the format, each with its type, its keys and its reading.
//!
//! Reading proves that every key is known, every value has its type, and every template, path and matcher can be read.
//! Whether names are defined, flows exist and operations are documented is proved one layer up, in `plan`.

mod auth;
mod bindings;
mod body;
mod capture;
mod case;
mod contract_mode;
mod defaults;
mod environment;
mod expect;
mod flow;
mod mask;
mod matcher;
mod parts;
mod policy;
mod poll;
mod receive;
mod reference;
mod repeat;
mod request;
mod retry;
mod rows;
mod schema;
mod service;
mod setup;
mod skip;
mod snapshot;
mod step;
mod waivers;

pub use auth::Auth;
pub use bindings::Binding;
pub use body::{Body, FilePart, FileSource};
pub use capture::{Capture, CaptureFrom, Secrecy};
pub use case::{Case, Reading, Suite, read_suite, read_what_can_be};
pub use contract_mode::ContractMode;
pub use defaults::{Cookies, Defaults};
pub use environment::{BaseUrl, Environment, Tls, persona_names, read_environment};
pub use expect::{BodyCheck, CodeCheck, Expect, HeaderCheck, StatusCheck, TextCheck, read_body as read_checks};
pub use flow::{Flow, Input, read_flow};
pub use mask::{Masked, add_mask};
pub use matcher::read_matcher;
pub use parts::{BodyPart, PartContent};
pub use policy::{Asked, Policy, Strictness, read_policy};
pub use poll::{Condition, Poll};
pub use receive::Receive;
pub use reference::reference;
pub use repeat::Repeat;
pub use request::{Redirects, Request, Target};
pub use retry::RetryOn;
pub use rows::{Rows, Table, read_table};
pub use schema::{FileKind, schema, schema_of};
pub use service::Service;
pub use setup::Setup;
pub use skip::Skip;
pub use snapshot::Snapshot;
pub use step::{Call, Step, StepAction, Use};
pub use waivers::{Waiver, read_waivers};
