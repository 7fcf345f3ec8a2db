//! `proviso certify`: judging a partner's own system, and the dossier that says so.
//!
//! [`texts`] are the profile, the rules and the contract; [`folder`] is a dossier on disk, [`inbox`] how a command speaks to
//! the process that has one open. [`open`] listens, with [`backend`] behind it and [`screen`] and [`page`] for people.

mod args;
mod backend;
mod commands;
mod due;
mod files;
mod folder;
mod inbox;
mod keys;
mod open;
mod page;
mod plan;
mod provider;
mod regrade;
mod screen;
mod session;
mod sign;
mod texts;
mod verify;

pub(super) use args::Certify;

use super::exit::Exit;
use super::shell::Shell;

/// Does what was typed.
pub(super) fn certify(command: &Certify, shell: &Shell) -> Exit {
    match command {
        Certify::Plan(args) => plan::plan(args, shell),
        Certify::Open(args) => open::open(args, shell),
        Certify::Status(args) => commands::status(args, shell),
        Certify::Arm(args) => commands::arm(args, shell),
        Certify::Attest(args) => commands::attest(args, shell),
        Certify::Close(args) => commands::close(args, shell),
        Certify::Provider(args) => provider::provider(args, shell),
        Certify::Sign(args) => sign::sign(args, shell),
        Certify::Verify(args) => verify::verify(args, shell),
        Certify::Show(args) => commands::show(args, shell),
        Certify::Regrade(args) => regrade::regrade(args, shell),
        Certify::Due(args) => due::due(args, shell),
        Certify::Keygen(args) => keys::keygen(args, shell),
    }
}
