//! Dossiers on disk: a folder, or a ZIP file of one.

use super::super::files::{shown, unreadable};
use crate::conduct::dossier::{Files, LARGEST, MOST_FILES, read_zip};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use std::path::Path;

/// Reads every file of a dossier.
pub(super) fn read(path: &Path) -> Result<Files, Diagnostic> {
    if path.is_dir() {
        let mut reading = Reading { files: Files::new(), left: LARGEST };
        reading.folder(path, "")?;
        return Ok(reading.files);
    }
    let content = super::super::embedded::read_bytes(path)?;
    read_zip(&content).map_err(|why| {
        Diagnostic::new(Code::UnreadableFile, format!("{} is no dossier", shown(path)))
            .note(NoteKind::Why, why)
            .next("name the folder of a dossier, or a ZIP file of it")
    })
}

struct Reading {
    files: Files,
    left: u64,
}

impl Reading {
    fn folder(&mut self, path: &Path, below: &str) -> Result<(), Diagnostic> {
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
            let entry = entry.map_err(|error| unreadable(path, &error))?;
            let (path, file_name) = (entry.path(), entry.file_name());
            let name = file_name.to_str().ok_or_else(|| refused(&path, "its name is no text"))?;
            let name = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
            // Of the entry itself, so that a link is not followed.
            let kind = entry.metadata().map_err(|error| unreadable(&path, &error))?;
            if kind.is_dir() {
                self.folder(&path, &name)?;
                continue;
            }
            if !kind.is_file() {
                return Err(refused(&path, "it is a link, or no file"));
            }
            self.left = self.left.checked_sub(kind.len()).ok_or_else(|| refused(&path, "the dossier is too large"))?;
            if self.files.len() == MOST_FILES {
                return Err(refused(&path, "the dossier has too many files"));
            }
            let content = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            self.files.insert(name, content);
        }
        Ok(())
    }
}

fn refused(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(Code::UnreadableFile, format!("{} is no file of a dossier", shown(path))).note(NoteKind::Why, why)
}
