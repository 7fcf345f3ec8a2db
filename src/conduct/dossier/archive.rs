//! A dossier in one file: a ZIP with its files stored, sorted and without times, so that it too is the same bytes again.

use super::sums::{Files, unsafe_name};
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Most bytes of all files together. A dossier of a busy week has a hundredth of it.
pub const LARGEST: u64 = 512 * 1024 * 1024;

/// Most files.
pub const MOST_FILES: usize = 10_000;

/// Writes a dossier as a ZIP file, all in one folder of that name.
///
/// # Errors
///
/// If there is too much for a ZIP file, in words.
pub fn write_zip(folder: &str, files: &Files) -> Result<Vec<u8>, String> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    for (name, content) in files {
        writer.start_file(format!("{folder}/{name}"), options).map_err(|error| error.to_string())?;
        writer.write_all(content).map_err(|error| error.to_string())?;
    }
    writer.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}

/// Reads a dossier from a ZIP file: its files, without the folder they are all in.
///
/// # Errors
///
/// If it is no ZIP file, is cut short, or holds what no dossier holds: names that lead out of the folder, the same name
/// twice, links, too much. In words.
pub fn read_zip(content: &[u8]) -> Result<Files, String> {
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|error| error.to_string())?;
    if archive.len() > MOST_FILES {
        return Err(format!("it holds more than {MOST_FILES} files"));
    }
    let mut files = Files::new();
    let mut left = LARGEST;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| error.to_string())?;
        let name = file.name().map_err(|error| error.to_string())?.into_owned();
        if file.is_dir() && unsafe_name(name.trim_end_matches('/')).is_none() {
            continue;
        }
        if let Some(why) = unsafe_name(&name) {
            return Err(format!("the name {name:?} is not allowed: {why}"));
        }
        if file.is_symlink() {
            return Err(format!("{name} is a link"));
        }
        let mut bytes = Vec::new();
        // The size that is written in the file may be a lie, so what comes is counted.
        let read = file.take(left + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        left = left.checked_sub(read as u64).ok_or_else(|| format!("it unpacks to more than {LARGEST} bytes"))?;
        if files.insert(name.clone(), bytes).is_some() {
            return Err(format!("{name} is in it twice"));
        }
    }
    Ok(below_one_folder(files))
}

/// The files without the one folder that they are all in, if they are.
fn below_one_folder(files: Files) -> Files {
    let folder = files.keys().next().and_then(|name| name.split_once('/')).map(|(folder, _)| format!("{folder}/"));
    match folder {
        Some(folder) if files.keys().all(|name| name.starts_with(&folder)) => {
            files.into_iter().map(|(name, content)| (name[folder.len()..].to_owned(), content)).collect()
        }
        _ => files,
    }
}
