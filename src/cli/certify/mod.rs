//! `proviso certify`: judging a partner's own system, and the dossier that says so.

mod args;
mod files;
mod keys;
mod verify;

pub(super) use args::Certify;

use super::exit::Exit;
use super::shell::Shell;

/// Does what was typed.
pub(super) fn certify(command: &Certify, shell: &Shell) -> Exit {
    match command {
        Certify::Keygen(args) => keys::keygen(args, shell),
        Certify::Verify(args) => verify::verify(args, shell),
    }
}

/// The released profiles, by digest; empty until one is released.
pub(super) fn released() -> Vec<crate::conduct::record::Pinned> {
    Vec::new()
}
