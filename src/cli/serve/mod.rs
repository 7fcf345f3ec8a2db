//! `proviso serve`.
//!
//! [`keys`] and [`tls`] read the files of secrets, [`log`] writes the request log, [`state`] opens the file that outlives the
//! server, [`signals`] waits for somebody who wants it to stop.

mod keys;
mod log;
mod signals;
mod state;
mod tls;

pub(super) use keys::read as read_keys;
pub(super) use signals::Signals;
pub(super) use tls::read as read_tls;

use super::args;
use super::embedded::{exit_of, listen, sandbox_settings};
use super::exit::Exit;
use super::shell::Shell;
use crate::diagnostic::Diagnostic;
use crate::sandbox;
use rustls::ServerConfig;
use std::sync::Arc;
use std::time::Duration;

/// How long the system's own threads may take at the end; requests were waited for before.
const LEAVE: Duration = Duration::from_millis(200);

/// Serves the reference server until somebody stops it. The first line says where.
pub(super) fn serve(args: &args::Serve, shell: &Shell) -> Exit {
    let prepared = match Prepared::new(args) {
        Ok(prepared) => prepared,
        Err(problem) => {
            shell.problem(&problem);
            return exit_of(&problem);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            shell.warn(&format!("error: the system gives no threads: {error}"));
            return Exit::Error;
        }
    };
    let Prepared { settings, tls, log, lock } = prepared;
    let exit = runtime.block_on(listen_and_serve(args, shell, settings, tls));
    runtime.shutdown_timeout(LEAVE);
    if let Some(log) = log {
        log.finish();
    }
    drop(lock);
    exit
}

/// What the named files hold, all of them read before anything listens.
struct Prepared {
    settings: sandbox::Settings,
    tls: Option<Arc<ServerConfig>>,
    log: Option<log::Writer>,
    /// Validation as long as the server runs.
    lock: Option<state::Lock>,
}

impl Prepared {
    fn new(args: &args::Serve) -> Result<Self, Diagnostic> {
        let mut settings = sandbox_settings(&args.server)?;
        if let Some(seed) = args.seed {
            settings.seed = seed;
        }
        settings.discreet = args.discreet;
        settings.time_scale = args.time_scale;
        settings.rate = args.rate.map(std::num::NonZeroU32::get);
        settings.max_customers = args.max_customers.get();
        if let Some(file) = &args.keys {
            settings.keys = keys::read(file)?;
        }
        let tls = match (&args.tls_cert, &args.tls_key) {
            (Some(certificate), Some(key)) => Some(tls::read(certificate, key)?),
            _ => None,
        };
        let log = args.log.as_deref().map(log::Writer::start).transpose()?;
        if let Some(log) = &log {
            settings.log = log.log();
        }
        let sync = if args.sync { sandbox::Sync::EachChange } else { sandbox::Sync::Process };
        let state = args.state.as_deref().map(|path| state::open(path, sync)).transpose()?;
        let (store, lock) = state.unzip();
        settings.store = store;
        Ok(Self { settings, tls, log, lock })
    }
}

async fn listen_and_serve(
    args: &args::Serve,
    shell: &Shell,
    settings: sandbox::Settings,
    tls: Option<Arc<ServerConfig>>,
) -> Exit {
    let (listener, address) = match listen(args.listen).await {
        Ok(bound) => bound,
        Err(problem) => {
            shell.problem(&problem);
            return exit_of(&problem);
        }
    };
    let signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => {
            shell.warn(&format!("error: the system gives no signals: {error}"));
            return Exit::Error;
        }
    };
    let greeting = greeting(args, &settings.keys);
    let app = sandbox::app(settings);
    // What was waited for is said when it is true: from here on the address answers.
    shell.say(&format!("{}://{address}", if tls.is_some() { "https" } else { "http" }));
    shell.say(&greeting);
    let (asked, insisted) = signals.split();
    let served = async {
        match tls {
            Some(tls) => sandbox::serve_tls(listener, tls, app, asked).await,
            None => sandbox::serve(listener, app, asked).await,
        }
    };
    tokio::select! {
        served = served => match served {
            Ok(()) => Exit::Passed,
            Err(error) => {
                shell.warn(&format!("error: the server stopped: {error}"));
                Exit::Error
            }
        },
        () = insisted => Exit::Interrupted,
    }
}

/// The second line, for people.
fn greeting(args: &args::Serve, keys: &[String]) -> String {
    let keys = match (&args.keys, keys) {
        (Some(file), keys) => {
            format!("it takes the {} of {}", crate::text::count(keys.len(), "API key"), file.display())
        }
        (None, _) => format!("its API key is `{}`", sandbox::DEFAULT_KEY),
    };
    format!("The Lender Prism reference server listens; {keys}. Ctrl-C stops it.")
}
