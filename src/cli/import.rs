//! `proviso import`.

use super::exit::Exit;
use super::files::{shown, unreadable};
use super::load::BUILT_IN;
use super::project::{self, Written};
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, to_json};
use crate::import::model::Import as Made;
use crate::import::node::read as read_node;
use crate::import::text::decode;
use crate::import::write::{OutFile, files, settle_words};
use crate::import::{arazzo, bruno, curl, har, hurl, insomnia, openapi, operations, postman, stepci};
use crate::source::{FileId, Sources};
use crate::text;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is not translated stands as a comment at its place, and in the list at the end, by request and line. Secrets, paths of a
machine and cookies never get into a suite: a secret becomes {{ secret('NAME') }}. Nothing of the files is run.

Exit codes:
  0 imported   1 files that are there differ: the difference is shown and nothing is replaced (--force replaces)
  3 a file cannot be read   6 a file could not be written")]
pub(super) struct Import {
    /// What the files are.
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,
    /// The files; a folder for bruno.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder of the suites that are made.
    #[arg(long, short, value_name = "FOLDER", default_value = "suites")]
    output: PathBuf,
    /// A file of variables that goes with them: an environment of Postman, Bruno or Insomnia; repeat it for several.
    #[arg(long, value_name = "FILE")]
    environment: Vec<PathBuf>,
    /// The contract: a name, or an OpenAPI document. Requests become operations, and those it does not document are named.
    #[arg(long, value_name = "NAME|FILE")]
    contract: Option<String>,
    /// Replace files that are there and differ.
    #[arg(long)]
    force: bool,
    /// How the outcome is told.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// A Postman collection, version 2.0 or 2.1.
    Postman,
    /// An OpenAPI document: a suite for every tag, a case for every operation.
    Openapi,
    /// What a browser or a proxy recorded.
    Har,
    /// curl command lines.
    Curl,
    /// Files of Hurl: a case for each file.
    Hurl,
    /// A collection of Bruno: its folder, or its export.
    Bruno,
    /// Workflows of Arazzo 1.0: a case for each workflow.
    Arazzo,
    /// An export of Insomnia, version 4 or 5.
    Insomnia,
    /// A workflow of Step CI: a case for each test.
    Stepci,
}

/// How the outcome is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Imports files.
pub(super) fn import(args: &Import, shell: &Shell) -> Exit {
    let mut sources = Sources::default();
    let made = read(args, &mut sources);
    let (imports, extra) = match made {
        Ok(made) => made,
        Err(problems) => {
            match args.format {
                Format::Json => shell.say(&format!("{:#}", problems.iter().map(to_json).collect::<Value>())),
                Format::Text => shell.problems(&problems, "nothing was imported"),
            }
            return Exit::Invalid;
        }
    };
    let mut out: Vec<OutFile> = Vec::new();
    for (source, import) in &imports {
        out.extend(files(import, source));
    }
    out.extend(extra);
    apart(&mut out);
    let quiet = args.format == Format::Json;
    let written = match project::write(&args.output, &out, args.force, shell) {
        Ok(written) => written,
        Err((path, error)) => {
            shell.problem(&Diagnostic::new(Code::Report, format!("{} cannot be written: {error}", shown(&path))));
            return Exit::Unreported;
        }
    };
    let made: Vec<&Made> = imports.iter().map(|(_, import)| import).collect();
    if quiet {
        shell.say(&format!("{:#}", as_json(&made, &written)));
    } else {
        shell.say(&summary(&made, &written, args).join("\n"));
    }
    if written.iter().any(|(_, written)| *written == Written::Differs) { Exit::Failed } else { Exit::Passed }
}

/// Two files of one name get numbers.
pub(super) fn apart(files: &mut [OutFile]) {
    let mut taken = BTreeSet::new();
    for file in files {
        let (stem, end) =
            file.path.rsplit_once('.').map(|(stem, end)| (stem.to_owned(), end.to_owned())).unwrap_or_default();
        let mut number = 2;
        while !taken.insert(file.path.clone()) {
            file.path = format!("{stem}-{number}.{end}");
            number += 1;
        }
    }
}

type Read = (Vec<(String, Made)>, Vec<OutFile>);

fn read(args: &Import, sources: &mut Sources) -> Result<Read, Vec<Diagnostic>> {
    let mut imports: Vec<(String, Made)> = Vec::new();
    let mut extra = Vec::new();
    let environments: Vec<FileId> =
        args.environment.iter().map(|path| source(path, sources)).collect::<Result<_, _>>()?;
    for path in &args.files {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match args.kind {
            Kind::Postman => {
                let file = source(path, sources)?;
                let root = read_node(sources, file)?;
                let environments =
                    environments.iter().map(|file| read_node(sources, *file)).collect::<Result<Vec<_>, _>>()?;
                imports.push((name, postman::read(sources, &root, &environments)?));
            }
            Kind::Har => {
                let file = source(path, sources)?;
                let root = read_node(sources, file)?;
                imports.push((name, har::read(sources, &root, &stem)?));
            }
            Kind::Curl => {
                let file = source(path, sources)?;
                imports.push((name, curl::read(sources, file, &stem)?));
            }
            Kind::Hurl => {
                let file = source(path, sources)?;
                imports.push((name, hurl::read(sources, file, &stem)?));
            }
            Kind::Insomnia => {
                let file = source(path, sources)?;
                let root = read_node(sources, file)?;
                let environments =
                    environments.iter().map(|file| read_node(sources, *file)).collect::<Result<Vec<_>, _>>()?;
                imports.push((name, insomnia::read(sources, &root, &environments)?));
            }
            Kind::Stepci => {
                let file = source(path, sources)?;
                let root = read_node(sources, file)?;
                imports.push((name, stepci::read(sources, &root)?));
            }
            Kind::Arazzo => {
                let (import, contract) = arazzo_of(path, args, sources)?;
                imports.push((name, import));
                extra.extend(contract);
            }
            Kind::Bruno => {
                let files = collection(path, sources)?;
                let stem = if stem == "." || stem.is_empty() { "bruno".to_owned() } else { stem };
                imports.push((name, bruno::read(sources, &files, &environments, &stem)?));
            }
            Kind::Openapi => {
                let (made, contract) = openapi_of(path, sources)?;
                imports.extend(made.into_iter().map(|import| (name.clone(), import)));
                extra.push(contract);
            }
        }
    }
    if let Some(contract) = args.contract.as_ref().filter(|_| args.kind != Kind::Arazzo) {
        let (said, operations) = contract_of(contract, &args.output, sources)?;
        for (_, import) in &mut imports {
            operations::map(import, &operations);
            import.contract = Some(said.clone());
        }
    }
    imports.iter_mut().for_each(|(_, import)| settle_words(import));
    Ok((imports, extra))
}

/// Most files of one collection.
const MOST_FILES: usize = 20_000;

/// The files of a collection of Bruno, each with its path below the folder. Links are not followed: they may lead anywhere.
fn collection(path: &Path, sources: &mut Sources) -> Result<Vec<(String, FileId)>, Vec<Diagnostic>> {
    if !path.is_dir() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok(vec![(name, source(path, sources)?)]);
    }
    let mut files = Vec::new();
    let mut folders = vec![(path.to_owned(), String::new(), 0)];
    while let Some((folder, below, depth)) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| vec![unreadable(&folder, &error)])?;
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if kind.is_symlink() || name.starts_with('.') || name == "node_modules" {
                continue;
            }
            if kind.is_dir() && depth < 16 {
                folders.push((entry.path(), path, depth + 1));
            } else if kind.is_file() && [".bru", ".yml", ".yaml", "bruno.json"].iter().any(|end| name.ends_with(end)) {
                files.push((path, entry.path()));
                if files.len() > MOST_FILES {
                    let title = format!("{} has more than {MOST_FILES} files", shown(folder.as_path()));
                    return Err(vec![
                        Diagnostic::new(Code::UnreadableFile, title).next("name the folder of one collection"),
                    ]);
                }
            }
        }
    }
    files.sort();
    files.into_iter().map(|(path, file)| Ok((path, source(&file, sources)?))).collect()
}

/// An Arazzo document with the OpenAPI documents beside it. What is on the network is not fetched: `--contract` names it.
fn arazzo_of(path: &Path, args: &Import, sources: &mut Sources) -> Result<(Made, Vec<OutFile>), Vec<Diagnostic>> {
    let file = source(path, sources)?;
    let root = read_node(sources, file)?;
    let mut documents = arazzo::Documents::new();
    let mut extra = Vec::new();
    let folder = path.parent().unwrap_or(Path::new(""));
    for (name, url) in arazzo::documents(&root) {
        if let Some(contract) = &args.contract {
            let (said, operations) = contract_of(contract, &args.output, sources)?;
            documents.insert(name, (Some(said), operations));
            continue;
        }
        let near = url.trim_start_matches("./").to_owned();
        if url.contains("://") || !super::files::stays_below(&near) {
            continue;
        }
        let beside = folder.join(&near);
        let inside =
            beside.canonicalize().ok().zip(folder_of(folder)).is_some_and(|(file, folder)| file.starts_with(folder));
        if !inside {
            continue;
        }
        let document = source(&beside, sources)?;
        let operations = operations::of_contract(&read_node(sources, document)?);
        let stem = text::slug(near.rsplit('/').next().unwrap_or(&near).split('.').next().unwrap_or(&near));
        let body = sources.file(document).text.clone();
        let end = if body.trim_start().starts_with('{') { "json" } else { "yaml" };
        let contract = format!("contracts/{stem}.openapi.{end}");
        extra.push(OutFile { path: contract.clone(), text: body });
        documents.insert(name, (Some(format!("./{contract}")), operations));
    }
    Ok((arazzo::read(sources, &root, &documents)?, extra))
}

fn folder_of(folder: &Path) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    folder.canonicalize().ok()
}

/// An OpenAPI document as suites, and the copy of it that they name.
pub(super) fn openapi_of(path: &Path, sources: &mut Sources) -> Result<(Vec<Made>, OutFile), Vec<Diagnostic>> {
    let file = source(path, sources)?;
    openapi_text(file, sources)
}

/// As [`openapi_of`], of a text that was read.
pub(super) fn openapi_text(file: FileId, sources: &Sources) -> Result<(Vec<Made>, OutFile), Vec<Diagnostic>> {
    let root = read_node(sources, file)?;
    let title = crate::import::node::below(&root, &["info", "title"]).and_then(crate::import::node::as_text);
    let stem = text::slug(title.as_deref().unwrap_or("api"));
    let body = sources.file(file).text.clone();
    let end = if body.trim_start().starts_with('{') { "json" } else { "yaml" };
    let contract = format!("contracts/{stem}.openapi.{end}");
    let made = openapi::read(sources, &root, &format!("./{contract}"))?;
    Ok((made, OutFile { path: contract, text: body }))
}

fn source(path: &Path, sources: &mut Sources) -> Result<FileId, Vec<Diagnostic>> {
    if path.is_dir() {
        return Err(vec![
            Diagnostic::new(Code::UnreadableFile, format!("{} is a folder", shown(path))).next("name a file"),
        ]);
    }
    let bytes = std::fs::read(path).map_err(|error| vec![unreadable(path, &error)])?;
    let text = decode(&shown(path), &bytes).map_err(|problem| vec![*problem])?;
    Ok(sources.add(shown(path), text))
}

/// What suites call a contract, and its operations.
fn contract_of(
    name: &str,
    output: &Path,
    sources: &mut Sources,
) -> Result<(String, Vec<operations::Operation>), Vec<Diagnostic>> {
    if let Some((name, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        let file = sources.add(*name, *text);
        return Ok(((*name).to_owned(), operations::of_contract(&read_node(sources, file)?)));
    }
    let path = Path::new(name);
    let file = source(path, sources)?;
    let operations = operations::of_contract(&read_node(sources, file)?);
    if operations.is_empty() {
        return Err(vec![
            Diagnostic::new(Code::Contract, format!("{name} documents no operation")).next("name an OpenAPI document"),
        ]);
    }
    Ok((relative(path, output), operations))
}

/// A path as a suite in a folder names it.
fn relative(path: &Path, from: &Path) -> String {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (path, from) = (whole(path), whole(from));
    let (path, from): (Vec<_>, Vec<_>) = (path.components().collect(), from.components().collect());
    let common = path.iter().zip(&from).take_while(|(one, other)| one == other).count();
    let mut parts: Vec<String> = vec!["..".to_owned(); from.len() - common];
    parts.extend(path[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned()));
    let joined = parts.join("/");
    if joined.starts_with("..") { joined } else { format!("./{joined}") }
}

fn summary(imports: &[&Made], written: &[(PathBuf, Written)], args: &Import) -> Vec<String> {
    let mut out = Vec::new();
    for (path, written) in written {
        let word = match written {
            Written::New => "made",
            Written::Same => "unchanged",
            Written::Replaced => "replaced",
            Written::Differs => "differs, left as it is (--force replaces it)",
        };
        out.push(format!("{}: {word}", shown(path)));
    }
    let steps: usize = imports.iter().map(|import| import.steps.len()).sum();
    let expectations: usize = imports.iter().map(|import| import.expectations()).sum();
    let captures: usize = imports.iter().flat_map(|import| &import.steps).map(|step| step.capture.len()).sum();
    out.push(format!(
        "{}, {}, {}",
        text::count(steps, "request"),
        text::count(expectations, "expectation"),
        text::count(captures, "capture")
    ));
    if expectations == 0 && imports.iter().all(|import| import.contract.is_none()) {
        out.push("Nothing is expected of the answers: each step holds only that the request succeeds (2XX).".into());
    }
    for (old, new) in imports.iter().flat_map(|import| &import.renamed) {
        out.push(format!("renamed: {old} is {new} now"));
    }
    for (what, count) in imports.iter().flat_map(|import| &import.dropped) {
        out.push(format!("left out: {count} {what}"));
    }
    let notes: Vec<_> = imports.iter().flat_map(|import| &import.notes).collect();
    if !notes.is_empty() {
        out.push(format!("not translated: {}", notes.len()));
        for note in notes {
            let name = if note.request.is_empty() {
                String::new()
            } else {
                format!("\"{}\", ", crate::import::private::clean(&note.request))
            };
            let line = if note.line > 0 { format!("line {}: ", note.line) } else { String::new() };
            out.push(format!("  {name}{line}{}", crate::import::private::clean(&note.text)));
        }
    }
    let folder = shown(&args.output);
    let environment =
        written.iter().find(|(path, _)| path.parent().is_some_and(|parent| parent.ends_with("environments")));
    let environment =
        environment.and_then(|(path, _)| path.file_stem()).map(|name| name.to_string_lossy().into_owned());
    out.push(match environment {
        Some(name) => format!("Next: proviso check {folder} --env {name}, then proviso run {folder} --env {name}"),
        None => format!("Next: proviso check {folder}"),
    });
    out
}

fn as_json(imports: &[&Made], written: &[(PathBuf, Written)]) -> Value {
    let files: Vec<Value> = written
        .iter()
        .map(|(path, written)| json!({ "path": shown(path), "written": format!("{written:?}").to_lowercase() }))
        .collect();
    let notes: Vec<Value> = imports
        .iter()
        .flat_map(|import| &import.notes)
        .map(|note| json!({ "request": note.request, "line": note.line, "text": crate::import::private::clean(&note.text) }))
        .collect();
    let renamed: serde_json::Map<String, Value> =
        imports.iter().flat_map(|import| &import.renamed).map(|(old, new)| (old.clone(), new.clone().into())).collect();
    let left_out: Vec<Value> = imports
        .iter()
        .flat_map(|import| &import.dropped)
        .map(|(what, count)| json!({ "what": what, "count": count }))
        .collect();
    json!({
        "files": files,
        "requests": imports.iter().map(|import| import.steps.len()).sum::<usize>(),
        "expectations": imports.iter().map(|import| import.expectations()).sum::<usize>(),
        "captures": imports.iter().flat_map(|import| &import.steps).map(|step| step.capture.len()).sum::<usize>(),
        "renamed": renamed,
        "leftOut": left_out,
        "notTranslated": notes,
    })
}
