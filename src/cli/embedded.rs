//! The reference server inside this process, on a free port of the loopback interface.

use super::args::ServerSettings;
use super::exit::Exit;
use super::files::unreadable;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::sandbox::{self, Breaks, Faults, FaultsError};
use crate::source::Location;
use crate::text;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running reference server; dropping it stops it.
pub(super) struct Embedded {
    /// Where it listens.
    pub(super) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

/// Starts it.
pub(super) async fn start(settings: &ServerSettings) -> Result<Embedded, Diagnostic> {
    // Whoever judges is to judge by what is answered, not by a header that tells on the server.
    let settings = sandbox::Settings { discreet: true, ..sandbox_settings(settings)? };
    let (listener, address) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = sandbox::app(settings);
    tokio::spawn(sandbox::serve(listener, app, async {
        // Either way, asked or dropped, it is time to stop.
        let _ = stopped.await;
    }));
    Ok(Embedded { address, _stop: stop })
}

/// How the program ends when the reference server did not start: an address that cannot be had is error, everything else
/// is a file that is wrong.
pub(super) fn exit_of(problem: &Diagnostic) -> Exit {
    if problem.code == Code::Listen { Exit::Error } else { Exit::Invalid }
}

/// What is asked of the reference server although requests go elsewhere: a fault that is never played proves nothing.
pub(super) fn idle(settings: &ServerSettings, target: &str) -> Option<Diagnostic> {
    let flag = match settings {
        ServerSettings { fault: Some(_), .. } => "--fault",
        ServerSettings { persona: Some(_), .. } => "--persona",
        ServerSettings { processing: Some(_), .. } => "--processing",
        ServerSettings { breaks, .. } if !breaks.is_empty() => "--break",
        _ => return None,
    };
    let title = format!("{flag} is for the embedded reference server, and requests go to {target}");
    Some(Diagnostic::new(Code::ConflictingKeys, title).next(format!("leave {flag} out, or run without a target")))
}

/// How long a stage takes when nobody says.
const PROCESSING: Duration = Duration::from_millis(200);

/// The reference server's settings from what was typed.
pub(super) fn sandbox_settings(settings: &ServerSettings) -> Result<sandbox::Settings, Diagnostic> {
    let defaults = sandbox::Settings::default();
    let faults = settings.fault.as_deref().map(read_faults).transpose()?;
    Ok(sandbox::Settings {
        processing: settings.processing.unwrap_or(PROCESSING),
        persona: settings.persona.unwrap_or(defaults.persona),
        faults: faults.unwrap_or_default(),
        breaks: Breaks::new(settings.breaks.clone()),
        ..defaults
    })
}

fn read_faults(file: &Path) -> Result<Faults, Diagnostic> {
    let text = read_text(file)?;
    Faults::parse(&text).map_err(|error| describe(&error, &file.display().to_string(), &text))
}

/// The problem at the line where reading ended.
fn describe(error: &FaultsError, file: &str, text: &str) -> Diagnostic {
    let problem = Diagnostic::new(Code::Yaml, format!("{file} is no list of faults"));
    let problem = match error.place {
        Some((line, column)) => {
            let written = text.lines().nth(line - 1).unwrap_or_default();
            let place = Location { file: file.to_owned(), line, column, length: 1, text: written.to_owned() };
            problem.at(place, error.message.as_str())
        }
        None => problem.note(NoteKind::Why, error.message.as_str()),
    };
    let advice = "docs/reference-server.md lists, under Faults, what may be written here";
    problem.next(guess(&error.message).unwrap_or_else(|| advice.to_owned()))
}

/// The first name in backticks is the one that is not known, the others are those that are.
fn guess(message: &str) -> Option<String> {
    let mut names = message.split('`').skip(1).step_by(2);
    let wrong = names.next().filter(|_| message.contains("expected"))?;
    let known: Vec<&str> = names.collect();
    text::nearest(wrong, known).map(|near| format!("did you mean `{near}`?"))
}

/// A whole file.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

/// A whole file of text.
pub(super) fn read_text(path: &Path) -> Result<String, Diagnostic> {
    String::from_utf8(read_bytes(path)?).map_err(|error| {
        Diagnostic::new(Code::UnreadableFile, format!("{} is not UTF-8 text", path.display()))
            .note(NoteKind::Why, error.utf8_error().to_string())
            .next("save the file as UTF-8")
    })
}

/// Takes an address.
pub(super) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Diagnostic> {
    let bound = TcpListener::bind(address).await.and_then(|listener| Ok((listener.local_addr()?, listener)));
    match bound {
        Ok((address, listener)) => Ok((listener, address)),
        Err(error) => {
            let next = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another program listens there: stop it, or take a free port with --listen 127.0.0.1:0"
                }
                std::io::ErrorKind::PermissionDenied => "take a port above 1023",
                _ => "take another address with --listen",
            };
            let problem = Diagnostic::new(Code::Listen, format!("cannot listen on {address}"));
            Err(problem.note(NoteKind::Why, error.to_string()).next(next))
        }
    }
}
