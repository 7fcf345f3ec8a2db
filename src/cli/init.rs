//! `proviso init`.

use super::exit::Exit;
use super::files::{shown, unreadable};
use super::import::{apart, openapi_text};
use super::project;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic};
use crate::import::text::decode;
use crate::import::write::{OutFile, files};
use crate::source::Sources;
use crate::text;
use crate::transport::{HttpClient, Payload, Request, Settings, Transport as _};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest time for fetching a document.
const FETCH: Duration = Duration::from_secs(10);

const SUITE: &str = include_str!("init/first.yaml");
const SANDBOX: &str = include_str!("init/sandbox.yaml");
const IGNORED: &str = include_str!("init/gitignore");

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing is ever overwritten: a file that is there is left, and then nothing is written at all.

Exit codes:
  0 made   3 a file is there already, or the document cannot be read   6 a file could not be written")]
pub(super) struct Init {
    /// The folder of the project; it is made where it is not there.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// An OpenAPI document of your API, as a file or as a URL of this machine: a suite for every tag, a case for every operation.
    #[arg(long, value_name = "FILE|URL")]
    openapi: Option<String>,
    /// A CI file as well.
    #[arg(long, value_enum, value_name = "SYSTEM")]
    ci: Option<System>,
}

/// A CI system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum System {
    /// `.github/workflows/proviso.yml`
    Github,
    /// `.gitlab-ci.yml`
    Gitlab,
    /// `Jenkinsfile`
    Jenkins,
}

/// Makes a project.
pub(super) fn init(args: &Init, shell: &Shell) -> Exit {
    let made = match &args.openapi {
        None => Ok(own()),
        Some(document) => of_document(document),
    };
    let (mut out, mut said) = match made {
        Ok(made) => made,
        Err(problems) => {
            shell.problems(&problems, "nothing was written");
            return Exit::Invalid;
        }
    };
    if let Some(system) = args.ci {
        let (path, text) = match system {
            System::Github => (".github/workflows/proviso.yml", include_str!("init/github.yml")),
            System::Gitlab => (".gitlab-ci.yml", include_str!("init/gitlab.yml")),
            System::Jenkins => ("Jenkinsfile", include_str!("init/Jenkinsfile")),
        };
        out.push(OutFile { path: path.into(), text: text.into() });
    }
    // A `.gitignore` that is there is somebody's: what to add is said.
    if args.folder.join(".gitignore").exists() {
        out.retain(|file| file.path != ".gitignore");
        said.push("add `reports/` to your .gitignore".into());
    }
    let there: Vec<PathBuf> =
        out.iter().map(|file| args.folder.join(&file.path)).filter(|path| path.exists()).collect();
    if !there.is_empty() {
        let names: Vec<String> = there.iter().map(|path| shown(path)).collect();
        let problem = Diagnostic::new(Code::WrongValue, format!("there is something already: {}", names.join(", ")))
            .next("name another folder, or `proviso import` to add to a project");
        shell.problems(&[problem], "nothing was written");
        return Exit::Invalid;
    }
    match project::write(&args.folder, &out, false, shell) {
        Ok(written) => {
            for (path, _) in &written {
                shell.say(&format!("made {}", shown(path)));
            }
            said.iter().for_each(|line| shell.say(line));
            Exit::Passed
        }
        Err((path, error)) => {
            shell.problem(&Diagnostic::new(Code::Report, format!("{} cannot be written: {error}", shown(&path))));
            Exit::Unreported
        }
    }
}

type Project = (Vec<OutFile>, Vec<String>);

/// A project that is green against the embedded reference server.
fn own() -> Project {
    let file = |path: &str, text: &str| OutFile { path: path.into(), text: text.into() };
    let out = vec![
        file("suites/first.yaml", SUITE),
        file("suites/environments/sandbox.yaml", SANDBOX),
        file(".gitignore", IGNORED),
    ];
    (
        out,
        vec![
            String::new(),
            "Next: proviso run    (against the embedded reference server; nothing leaves this machine)".into(),
        ],
    )
}

/// A project for an API with an OpenAPI document.
fn of_document(document: &str) -> Result<Project, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let text = fetched(document)?;
    let file = sources.add(document, text);
    let (imports, contract) = openapi_text(file, &sources)?;
    let mut out: Vec<OutFile> = Vec::new();
    let mut operations = 0;
    let mut notes = 0;
    for import in &imports {
        operations += import.steps.len();
        notes += import.notes.len();
        out.extend(files(import, document));
    }
    out.push(contract);
    apart(&mut out);
    for file in &mut out {
        file.path = format!("suites/{}", file.path);
    }
    out.push(OutFile { path: ".gitignore".into(), text: IGNORED.into() });
    let environment = out
        .iter()
        .find_map(|file| file.path.strip_prefix("suites/environments/")?.strip_suffix(".yaml").map(str::to_owned));
    let mut said = vec![String::new(), format!("{}, one case each", text::count(operations, "operation"))];
    if notes > 0 {
        said.push(format!("{} to fill in; each has a comment", text::count(notes, "body").replace("bodys", "bodies")));
    }
    let environment = environment.unwrap_or_default();
    said.push(format!(
        "Next: proviso check    then proviso run --env {environment}, or proviso run --base-url http://127.0.0.1:PORT"
    ));
    Ok((out, said))
}

fn fetched(document: &str) -> Result<String, Vec<Diagnostic>> {
    if document.starts_with("http://") || document.starts_with("https://") {
        return fetch(document).map_err(|problem| vec![*problem]);
    }
    let path = Path::new(document);
    let bytes = std::fs::read(path).map_err(|error| vec![unreadable(path, &error)])?;
    decode(document, &bytes).map_err(|problem| vec![*problem])
}

/// Fetches a document from a server of this machine.
fn fetch(url: &str) -> Result<String, Box<Diagnostic>> {
    let refuse = |title: String, next: &str| Box::new(Diagnostic::new(Code::WrongValue, title).next(next));
    let near = url::Url::parse(url).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    });
    if !near {
        return Err(refuse(format!("{url} is not on this machine"), "download the document and name the file"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| refuse(format!("{url} cannot be fetched: {error}"), "name a file"))?;
    let request = Request {
        method: http::Method::GET,
        url: url.to_owned(),
        headers: http::HeaderMap::new(),
        body: Payload::Empty,
        timeout: FETCH,
    };
    let client = HttpClient::new(Settings::default());
    match runtime.block_on(client.send(request)) {
        Ok(response) if response.status == 200 => decode(url, &response.body),
        Ok(response) => {
            Err(refuse(format!("{url} answers {}", response.status), "name the URL of the OpenAPI document itself"))
        }
        Err(error) => Err(refuse(format!("{url} cannot be fetched: {}", error.message), "is the server running?")),
    }
}
