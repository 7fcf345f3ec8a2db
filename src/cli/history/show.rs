//! `proviso history`: the newest runs as strips.

use super::Refusal;
use super::args::{self, Format};
use super::database::{existing, path, unreadable};
use crate::cli::exit::Exit;
use crate::cli::shell::Shell;
use crate::diagnostic::{Code, Diagnostic};
use crate::history::{Kept, Wanted, WantedCases};
use crate::report::{Rest, draw_history};
use crate::text::{count, did_you_mean};
use std::collections::BTreeMap;

/// Shows the history.
pub(super) fn show(args: &args::Show, shell: &Shell) -> Result<Exit, Refusal> {
    let reports = &args.folder.reports;
    let store = existing(reports)?;
    let wanted = Wanted {
        last: args.last.get(),
        texts: args.texts.clone(),
        cases: if args.failing { WantedCases::Failing } else { WantedCases::All },
    };
    let picture = store.picture(args.env.as_deref(), None, &wanted).map_err(|error| unreadable(reports, &error))?;
    let kept = store.runs().map_err(|error| unreadable(reports, &error))?;
    let Some(picture) = picture else {
        return Err((nothing(args, &kept), Exit::NothingSelected));
    };
    match args.format {
        Format::Text => {
            let rest = if args.texts.is_empty() { Rest::Counted } else { Rest::Listed };
            shell.say(&draw_history(&picture, rest, shell.out, shell.width));
            if let Some(others) = others(&kept, &picture.environment) {
                shell.say(&format!("\n{others}"));
            }
        }
        Format::Json => {
            let json = serde_json::to_value(&picture).map(|json| format!("{json:#}"));
            shell.say(&json.unwrap_or_default());
        }
    }
    Ok(Exit::Passed)
}

/// Runs against other environments, of which nothing was shown.
fn others(kept: &[Kept], shown: &str) -> Option<String> {
    let mut environments: BTreeMap<&str, usize> = BTreeMap::new();
    for run in kept.iter().filter(|run| run.environment != shown) {
        *environments.entry(&run.environment).or_default() += 1;
    }
    let told: Vec<String> =
        environments.iter().map(|(name, runs)| format!("--env {name} ({})", count(*runs, "run"))).collect();
    (!told.is_empty()).then(|| format!("Other environments: {}", told.join(", ")))
}

fn nothing(args: &args::Show, kept: &[Kept]) -> Diagnostic {
    let file = path(&args.folder.reports);
    let what = args.env.as_ref().map_or_else(String::new, |env| format!(" against {env}"));
    let near = args.env.as_deref().and_then(|env| {
        let environments: std::collections::BTreeSet<&str> = kept.iter().map(|run| run.environment.as_str()).collect();
        did_you_mean(env, environments)
    });
    let next = near.unwrap_or_else(|| "every `proviso run` adds to it".to_owned());
    Diagnostic::new(Code::History, format!("there is no run{what} in the history {}", file.display())).next(next)
}
