//! `proviso serve`.

use super::args;
use super::embedded::{listen, sandbox_settings};
use super::exit::Exit;
use super::shell::Shell;
use crate::sandbox;

/// Serves the reference server until somebody stops it. The first line says where.
pub(super) fn serve(args: &args::Serve, shell: &Shell) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            shell.warn(&format!("error: the system gives no threads: {error}"));
            return Exit::Troubled;
        }
    };
    runtime.block_on(async {
        let (listener, address) = match listen(args.listen).await {
            Ok(bound) => bound,
            Err(problem) => {
                shell.problem(&problem);
                return Exit::Troubled;
            }
        };
        shell.say(&format!("http://{address}"));
        shell.say(&format!(
            "The Lender Prism reference server listens; its API key is `{}`. Ctrl-C stops it.",
            sandbox::DEFAULT_KEY
        ));
        let app = sandbox::app(sandbox_settings(&args.server));
        let stopped = async {
            // Without a handler for it the signal itself ends the process, which is just as well.
            let _ = tokio::signal::ctrl_c().await;
        };
        match sandbox::serve(listener, app, stopped).await {
            Ok(()) => Exit::Passed,
            Err(error) => {
                shell.warn(&format!("error: the server stopped: {error}"));
                Exit::Troubled
            }
        }
    })
}
