//! `proviso schema`.

use super::args;
use super::exit::Exit;
use super::shell::Shell;
use crate::conduct::profile::PROFILE;
use crate::suite::{FileKind, schema, schema_of};

/// Prints the JSON Schema of a kind of files.
pub(super) fn print(args: &args::Schema, shell: &Shell) -> Exit {
    let kind = match args.kind {
        args::SchemaKind::Suite => FileKind::Suite,
        args::SchemaKind::Flow => FileKind::Flow,
        args::SchemaKind::Environment => FileKind::Environment,
        args::SchemaKind::Policy => FileKind::Policy,
        args::SchemaKind::Waivers => FileKind::Waivers,
        args::SchemaKind::Profile => {
            shell.say(schema_of(&PROFILE, "Proviso profile").trim_end());
            return Exit::Passed;
        }
    };
    shell.say(schema(kind).trim_end());
    Exit::Passed
}
