//! `proviso completions` and `proviso man`: what shells and readers of manuals are told, made from the arguments themselves.

use super::args::Args;
use super::exit::Exit;
use super::load::BUILT_IN;
use super::shell::Shell as Screen;
use crate::import::node::{entries, get, read, text};
use crate::source::Sources;
use clap::{CommandFactory as _, ValueEnum};
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variable that says which shell asks.
const VARIABLE: &str = "PROVISO_COMPLETE";
/// Most files that are looked into for tags.
const MOST_FILES: usize = 300;

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
bash        source <(proviso completions bash)             in ~/.bashrc
zsh         source <(proviso completions zsh)              in ~/.zshrc
fish        proviso completions fish | source              in ~/.config/fish/config.fish
powershell  proviso completions powershell | Out-String | Invoke-Expression")]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shell {
    /// Bash.
    Bash,
    /// Z shell.
    Zsh,
    /// Fish.
    Fish,
    /// PowerShell.
    Powershell,
    /// Elvish.
    Elvish,
}

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// A folder for a page of every command; without it the main page goes to standard output.
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Prints what a shell has to be told.
pub(super) fn completions(args: &Completions, shell: &Screen) -> Exit {
    let name = args.shell.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let mut text = Vec::new();
    let shells = Shells::builtins();
    let written = shells
        .completer(&name)
        .map(|completer| completer.write_registration(VARIABLE, "proviso", "proviso", "proviso", &mut text));
    match written {
        Some(Ok(())) => {
            shell.say(String::from_utf8_lossy(&text).trim_end());
            Exit::Passed
        }
        _ => Exit::Unreported,
    }
}

/// Answers a shell that asks what can come next; whether one asked.
pub(super) fn answer(arguments: &[OsString]) -> bool {
    if std::env::var_os(VARIABLE).is_none_or(|shell| shell.is_empty()) {
        return false;
    }
    let here = std::env::current_dir().ok();
    let complete = CompleteEnv::with_factory(Args::command).var(VARIABLE).bin("proviso");
    complete.try_complete(arguments.iter().cloned(), here.as_deref()).unwrap_or(true)
}

/// Prints or writes manual pages.
pub(super) fn man(args: &Man, shell: &Screen) -> Exit {
    let command = Args::command();
    let Some(folder) = &args.output else {
        let mut page = Vec::new();
        if clap_mangen::Man::new(command).render(&mut page).is_err() {
            return Exit::Unreported;
        }
        shell.say(String::from_utf8_lossy(&page).trim_end());
        return Exit::Passed;
    };
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    match written {
        Ok(()) => {
            shell.say(&format!("a page for every command is in {}", folder.display()));
            Exit::Passed
        }
        Err(error) => {
            shell.warn(&format!("error: {} cannot be written: {error}", folder.display()));
            Exit::Unreported
        }
    }
}

/// Names of the environments of the folder `suites`.
pub(super) fn environments() -> Vec<CompletionCandidate> {
    let mut names: Vec<String> = std::fs::read_dir("suites/environments")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().strip_suffix(".yaml")?.to_owned()))
        .collect();
    names.sort();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// Tags of the suites below the folder `suites`.
pub(super) fn tags() -> Vec<CompletionCandidate> {
    let mut tags = BTreeSet::new();
    let mut files = Vec::new();
    gather_files(Path::new("suites"), &mut files, 0);
    for file in files {
        for line in std::fs::read_to_string(file).unwrap_or_default().lines() {
            if let Some(list) = line.trim_start_matches([' ', '-']).strip_prefix("tags:") {
                let words = list
                    .trim()
                    .trim_matches(['[', ']'])
                    .split(',')
                    .map(|tag| tag.trim().trim_matches(['"', '\'']).to_owned());
                tags.extend(words.filter(|tag| !tag.is_empty()));
            }
        }
    }
    tags.into_iter().map(CompletionCandidate::new).collect()
}

fn gather_files(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if files.len() >= MOST_FILES {
            return;
        }
        if path.is_dir() && depth < 6 && !path.ends_with("snapshots") {
            gather_files(&path, files, depth + 1);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path);
        }
    }
}

/// Operations of the contract that is part of the program.
pub(super) fn operations() -> Vec<CompletionCandidate> {
    let mut all = Vec::new();
    for (name, body) in BUILT_IN {
        let mut sources = Sources::default();
        let file = sources.add(name, body);
        let Ok(root) = read(&sources, file) else { continue };
        for path in get(&root, "paths").map(entries).unwrap_or_default() {
            for entry in entries(&path.value) {
                if let Some(id) = text(&entry.value, "operationId") {
                    all.push(CompletionCandidate::new(id).help(text(&entry.value, "summary").map(Into::into)));
                }
            }
        }
    }
    all
}
