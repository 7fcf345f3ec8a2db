//! Files of other tools read into suites, and documentation read into a contract.
//!
//! [`text`] and [`json`] read what others wrote, safely and with places; [`tree`] writes YAML. [`markdown`] makes a
//! contract of documentation.

pub mod json;
pub mod markdown;
pub mod text;
pub mod tree;
