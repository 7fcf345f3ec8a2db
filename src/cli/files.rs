//! Files on disk as the program meets them: read once, kept inside the suites' folder, and spoken of in one way.

use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::expr::Files;
use bytes::Bytes;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Files below the suites' folder. Those that suites name outright are read before the run; those whose names templates
/// make are read when they are first needed. Each is read once.
pub(super) struct DiskFiles {
    pub(super) root: PathBuf,
    read: Mutex<HashMap<String, Bytes>>,
}

impl DiskFiles {
    pub(super) fn new(root: PathBuf, read: HashMap<String, Bytes>) -> Self {
        Self { root, read: Mutex::new(read) }
    }
}

impl Files for DiskFiles {
    fn read(&self, name: &str) -> Result<Bytes, String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = read.get(name) {
            return Ok(content.clone());
        }
        if !stays_below(name) {
            return Err(format!("`{name}` leads out of the suites' folder"));
        }
        let path = self.root.join(name);
        let content =
            read_below(&self.root, &path).map_err(|error| format!("{} cannot be read: {error}", shown(&path)))?;
        let content = Bytes::from(content);
        read.insert(name.to_owned(), content.clone());
        Ok(content)
    }
}

/// Reads a file of secrets: a line `NAME=VALUE` each, quotes around the value left out, empty lines and `#` lines passed
/// over. What stands in it is never shown, not even where it is wrong.
pub(super) fn read_secrets(path: &Path) -> Result<HashMap<String, String>, Box<Diagnostic>> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable_of("--secrets", path, &error))?;
    let mut secrets = HashMap::new();
    for (index, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else {
            let title = format!("line {} of {} is not a secret", index + 1, shown(path));
            return Err(Box::new(Diagnostic::new(Code::WrongValue, title).next("write NAME=VALUE")));
        };
        let value = value.trim();
        let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        secrets.insert(name.trim().to_owned(), inner.unwrap_or(value).to_owned());
    }
    Ok(secrets)
}

/// Reads a file that must be one, and below a folder also where links lead.
///
/// # Errors
/// When it cannot be read, is a folder, a pipe or a device, or lies outside.
pub(super) fn read_below(folder: &Path, path: &Path) -> std::io::Result<Vec<u8>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let real = path.canonicalize()?;
    if !real.starts_with(folder.canonicalize()?) {
        return Err(std::io::Error::other("it is a link that leads out of the suites' folder"));
    }
    read_file(&real)
}

/// Reads a file that must be one: a pipe would be waited for without end.
///
/// # Errors
/// When it cannot be read, or is a folder, a pipe or a device.
pub(super) fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let kind = std::fs::metadata(path)?;
    if !kind.is_file() && !kind.is_dir() {
        return Err(std::io::Error::other("it is a pipe or a device, not a file"));
    }
    std::fs::read(path)
}

/// Whether a path stays below the folder it is relative to. Suites come from other people; what they send must too.
pub(super) fn stays_below(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

pub(super) fn leads_out(name: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongValue, format!("`{name}` leads out of the suites' folder"))
        .next("put the file below that folder: what suites read and send stays inside it")
}

/// A path as messages show it: without steps that lead nowhere, as in `suites/../suites/a.yaml`.
pub(super) fn shown(path: &Path) -> String {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.last(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => parts.push(part),
        }
    }
    let tidy: PathBuf = parts.iter().collect();
    if tidy.as_os_str().is_empty() { ".".to_owned() } else { tidy.display().to_string() }
}

/// The same for a file that a flag names: whoever reads it looks for the flag, not for a file.
pub(super) fn unreadable_of(flag: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    unreadable(path, error).note(NoteKind::Why, format!("{flag} names it")).maybe_next(near_file(path))
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let shown = shown(path);
    match error.kind() {
        std::io::ErrorKind::NotFound => Diagnostic::new(Code::MissingFile, format!("there is no file {shown}")),
        std::io::ErrorKind::PermissionDenied => {
            Diagnostic::new(Code::UnreadableFile, format!("{shown} cannot be read"))
                .note(NoteKind::Why, "permission denied")
                .next("give yourself permission to read it")
        }
        _ => Diagnostic::new(Code::UnreadableFile, format!("{shown} cannot be read"))
            .note(NoteKind::Why, error.to_string()),
    }
}

/// A file beside a missing one whose name is near.
pub(super) fn near_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Some(format!("there is no folder {} either", shown(folder)));
    }
    let beside: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    crate::text::nearest(&name, beside.iter().map(String::as_str))
        .map(|near| format!("did you mean {}?", shown(&folder.join(near))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_steps_that_lead_nowhere() {
        let said = |path: &str| shown(Path::new(path));
        assert_eq!(said("suites/../suites/a.yaml"), "suites/a.yaml");
        assert_eq!(said("./a//b/./c"), "a/b/c");
        assert_eq!((said("../x"), said("a/.."), said("/a/../b")), ("../x".to_owned(), ".".to_owned(), "/b".to_owned()));
    }
}
