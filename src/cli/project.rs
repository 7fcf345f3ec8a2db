//! Writing the files of a project: never over somebody's work.

use super::files::shown;
use super::shell::Shell;
use crate::import::write::OutFile;
use similar::TextDiff;
use std::path::{Path, PathBuf};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is new.
    New,
    /// It was there, with the same text.
    Same,
    /// It was there with another text, and was replaced.
    Replaced,
    /// It was there with another text, and was left.
    Differs,
}

/// Writes files below a folder. What is there and differs is shown as a difference, and replaced only by `force`.
///
/// # Errors
/// The path that could not be written, and why.
pub(super) fn write(
    folder: &Path,
    files: &[OutFile],
    force: bool,
    shell: &Shell,
) -> Result<Vec<(PathBuf, Written)>, (PathBuf, std::io::Error)> {
    let mut all = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        let before = std::fs::read_to_string(&path).ok();
        let written = match &before {
            Some(before) if *before == file.text => Written::Same,
            Some(before) if !force => {
                shell.say(difference(&path, before, &file.text).trim_end());
                Written::Differs
            }
            Some(_) => Written::Replaced,
            None if path.exists() => {
                return Err((path, std::io::Error::other("something that is no text file is there")));
            }
            None => Written::New,
        };
        if matches!(written, Written::New | Written::Replaced) {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(|error| (path.clone(), error))?;
            }
            std::fs::write(&path, &file.text).map_err(|error| (path.clone(), error))?;
        }
        all.push((path, written));
    }
    Ok(all)
}

fn difference(path: &Path, before: &str, after: &str) -> String {
    let name = shown(path);
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(2)
        .header(&name, &format!("{name} (new)"))
        .to_string()
}
