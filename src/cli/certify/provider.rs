//! `proviso certify provider`: the other half. The profile's suites are run against the service with the partner's key, by
//! this same program, and the dossier says how they fared.

use super::super::exit::Exit;
use super::super::files::{shown, unreadable};
use super::super::shell::Shell;
use super::args::Provider as Args;
use super::commands::{asked, first, now};
use super::folder::Folder;
use super::inbox::Ask;
use crate::conduct::record::Provider;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Runs the other half.
pub(super) fn provider(args: &Args, shell: &Shell) -> Exit {
    match run(args, shell) {
        Ok(provider) => {
            shell.say(&format!(
                "the service ({}) {}: {} passed, {} not",
                provider.environment,
                provider.verdict,
                provider.passed,
                provider.others.len()
            ));
            match provider.verdict.as_str() {
                "passed" => Exit::Passed,
                "failed" => Exit::Failed,
                _ => Exit::Error,
            }
        }
        Err(problem) => {
            shell.problem(&problem);
            Exit::Invalid
        }
    }
}

fn run(args: &Args, shell: &Shell) -> Result<Provider, Diagnostic> {
    let folder = Folder::new(&args.case);
    let profile = folder.texts()?.understand().map_err(first)?.judge.profile;
    let suites: Vec<PathBuf> = if args.suites.is_empty() {
        profile.suites.iter().map(|suite| args.folder.join(suite)).collect()
    } else {
        args.suites.clone()
    };
    if suites.is_empty() {
        let title = format!("{} names no suites of the other half", profile.id);
        return Err(Diagnostic::new(Code::MissingKey, title).next("name them after the dossier"));
    }
    let program = std::env::current_exe().map_err(|error| unreadable(&folder.path, &error))?;
    let reports = folder.path.with_file_name(format!("{}.provider", folder.name()));
    let result = reports.join("provider.ctrf.json");
    std::fs::create_dir_all(&reports).map_err(|error| unreadable(&reports, &error))?;
    let mut command = Command::new(program);
    command.arg("run").args(&suites).arg("--env").arg(&args.env).arg("--reports").arg(&reports);
    command.arg("--report").arg(format!("ctrf={}", result.display())).arg("--snapshots").arg("off").arg("--quiet");
    for (flag, value) in [("--secrets", &args.secrets), ("--waivers", &args.waivers)] {
        if let Some(path) = value {
            command.arg(flag).arg(path);
        }
    }
    if let Some(url) = &args.base_url {
        command.arg("--base-url").arg(url);
    }
    let status = command.stdin(Stdio::null()).status().map_err(|error| unreadable(&reports, &error))?;
    let verdict = match status.code() {
        Some(0) => "passed",
        Some(1) => "failed",
        Some(5) => "error",
        Some(130) => "interrupted",
        code => {
            let title = format!(
                "the suites were not run: exit code {}",
                code.map_or_else(|| "none".to_owned(), |code| code.to_string())
            );
            return Err(Diagnostic::new(Code::Contract, title).next("mend what is told above"));
        }
    };
    let text = std::fs::read(&result).map_err(|error| unreadable(&result, &error))?;
    let value: Value = serde_json::from_slice(&text).map_err(|error| {
        Diagnostic::new(Code::Report, format!("{} cannot be read", shown(&result)))
            .note(NoteKind::Why, error.to_string())
    })?;
    let tests = value.pointer("/results/tests").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut provider = Provider {
        environment: args.env.clone(),
        at: now(),
        verdict: verdict.to_owned(),
        passed: 0,
        others: Vec::new(),
    };
    for test in &tests {
        let (name, status) = (test["name"].as_str().unwrap_or_default(), test["status"].as_str().unwrap_or_default());
        match status {
            "passed" => provider.passed += 1,
            "skipped" => {}
            _ => provider.others.push(format!("{name}: {status}")),
        }
    }
    if provider.passed == 0 && verdict == "passed" {
        // A run of nothing shows nothing.
        "error".clone_into(&mut provider.verdict);
    }
    asked(&args.case, Ask::Provider(Box::new(provider.clone())))?;
    shell.say(&format!("reports {}", shown(&reports)));
    Ok(provider)
}
