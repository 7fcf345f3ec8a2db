//! The format of suites as it is told to others: JSON Schemas for editors, the reference for people.

mod reference;
mod schemas;
mod validate;
