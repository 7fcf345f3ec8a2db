//! `proviso contract lint`.

use super::args::{self, CheckFormat};
use super::check::{annotate, in_github_actions};
use super::exit::Exit;
use super::files::{shown, unreadable};
use super::load::BUILT_IN;
use super::shell::Shell;
use crate::contract::lint::{Contradiction, RULES, Rule, lint as look};
use crate::diagnostic::{Code, Diagnostic, render, to_json};
use crate::source::{FileId, Sources};
use crate::text;
use serde_json::{Value, json};

/// Finds contradictions inside one document.
pub(super) fn lint(args: &args::Lint, shell: &Shell) -> Exit {
    let mut sources = Sources::default();
    let rules: Vec<&Rule> = if args.rules.is_empty() { RULES.iter().collect() } else { args.rules.clone() };
    let read = document(args, &mut sources).map_err(|problem| vec![problem]);
    match read.and_then(|file| look(&sources, file, &rules)) {
        Ok(found) => {
            match args.format {
                CheckFormat::Text => tell(&found, shell),
                CheckFormat::Json => shell.say(&format!("{:#}", found.iter().map(as_json).collect::<Value>())),
                CheckFormat::Github => annotate(&diagnostics(&found), shell),
            }
            let counts = |one: &Contradiction| args.strict || one.rulings.is_empty();
            if found.iter().any(counts) { Exit::Failed } else { Exit::Passed }
        }
        Err(problems) => {
            match args.format {
                CheckFormat::Text => shell.problems(&problems, "the document was not looked at"),
                CheckFormat::Json => shell.say(&format!("{:#}", problems.iter().map(to_json).collect::<Value>())),
                CheckFormat::Github => annotate(&problems, shell),
            }
            Exit::Invalid
        }
    }
}

fn document(args: &args::Lint, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let Some(path) = &args.file else {
        let (name, text) = BUILT_IN[0];
        return Ok(sources.add(format!("schemas/{name}.openapi.yaml (built in)"), text));
    };
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Diagnostic::new(Code::UnreadableFile, format!("{} is not text", shown(path))).next("save it as UTF-8")
    })?;
    Ok(sources.add(shown(path), text))
}

/// Draws what was found, and says last how much of it nobody has ruled on.
fn tell(found: &[Contradiction], shell: &Shell) {
    for one in found {
        shell.say(&format!("{}\n", render(&one.diagnostic, shell.out)));
    }
    let ruled = found.iter().filter(|one| !one.rulings.is_empty()).count();
    shell.say(&match found.len() {
        0 => "No contradiction.".to_owned(),
        all => format!("{}: {ruled} ruled, {} not.", text::count(all, "contradiction"), all - ruled),
    });
    if in_github_actions() {
        annotate(&diagnostics(found), shell);
    }
}

fn diagnostics(found: &[Contradiction]) -> Vec<Diagnostic> {
    found.iter().map(|one| one.diagnostic.clone()).collect()
}

fn as_json(one: &Contradiction) -> Value {
    let mut value = to_json(&one.diagnostic);
    let rulings = one.rulings.iter().map(|ruling| json!({ "id": ruling.id, "title": ruling.title }));
    value["rulings"] = rulings.collect();
    value
}
