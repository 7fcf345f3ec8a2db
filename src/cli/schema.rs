//! `proviso schema`.

use super::args;
use super::exit::Exit;
use super::shell::Shell;
use crate::conduct::profile::PROFILE;
use crate::suite::{FileKind, schema, schema_of};

/// Prints the JSON Schema of a kind of files, or of what programs read.
pub(super) fn print(args: &args::Schema, shell: &Shell) -> Exit {
    let of = |kind: FileKind| schema(kind);
    let text = match args.kind {
        args::SchemaKind::Suite => of(FileKind::Suite),
        args::SchemaKind::Flow => of(FileKind::Flow),
        args::SchemaKind::Environment => of(FileKind::Environment),
        args::SchemaKind::Policy => of(FileKind::Policy),
        args::SchemaKind::Waivers => of(FileKind::Waivers),
        args::SchemaKind::Journal => include_str!("../../schemas/journal.schema.json").to_owned(),
        args::SchemaKind::Summary => include_str!("../../schemas/summary.schema.json").to_owned(),
        args::SchemaKind::History => include_str!("../../schemas/history.schema.json").to_owned(),
        args::SchemaKind::Comparison => include_str!("../../schemas/comparison.schema.json").to_owned(),
        args::SchemaKind::Coverage => include_str!("../../schemas/coverage.schema.json").to_owned(),
        args::SchemaKind::Problems => include_str!("../../schemas/problems.schema.json").to_owned(),
        args::SchemaKind::Profile => schema_of(&PROFILE, "Proviso profile"),
    };
    shell.say(text.trim_end());
    Exit::Passed
}
