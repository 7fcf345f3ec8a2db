//! Files of other tools, read through the library and through the program.

mod markdown;
mod others;
mod tools;
