//! Rules from outside: the reference server behaves wrongly in every way it can, and the rule that says so is named.

mod desk;
mod memory;
mod switches;
