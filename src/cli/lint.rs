//! `proviso contract lint`.

use super::args::{self, CheckFormat};
use super::check::{annotate, in_github_actions};
use super::exit::Exit;
use super::files::{shown, unreadable};
use super::load::{BUILT_IN, not_text, read_part};
use super::shell::Shell;
use crate::contract::lint::{Contradiction, RULES, Rule, lint as look};
use crate::diagnostic::{Diagnostic, render, to_json};
use crate::source::{FileId, Sources};
use crate::text;
use serde_json::{Value, json};
use std::path::Path;

/// Finds contradictions inside one document.
pub(super) fn lint(args: &args::Lint, shell: &Shell) -> Exit {
    if let Some(rule) = args.explain {
        shell.say(&explained(rule));
        return Exit::Passed;
    }
    let mut sources = Sources::default();
    // Our own contract answers for its style as well.
    let style = args.style || args.file.is_none();
    let usual = RULES.iter().filter(|rule| style || !rule.style);
    let rules: Vec<&Rule> = if args.rules.is_empty() { usual.collect() } else { args.rules.clone() };
    let read = document(args, &mut sources).map_err(|problem| vec![problem]);
    let folder = args.file.as_deref().and_then(Path::parent);
    let mut part = |sources: &mut Sources, path: &str| read_part(sources, folder, path).map_err(Box::new);
    match read.and_then(|file| look(&mut sources, file, &rules, &mut part)) {
        Ok(found) => {
            let counts = |one: &&Contradiction| args.strict || one.rulings.is_empty();
            let counting: Vec<Diagnostic> = found.iter().filter(counts).map(|one| one.diagnostic.clone()).collect();
            match args.format {
                CheckFormat::Text => tell(&found, shell),
                CheckFormat::Json => shell.say(&format!("{:#}", found.iter().map(as_json).collect::<Value>())),
                CheckFormat::Github => annotate(&counting, shell),
            }
            if args.format == CheckFormat::Text && in_github_actions() {
                annotate(&counting, shell);
            }
            if counting.is_empty() { Exit::Passed } else { Exit::Failed }
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
    let text = String::from_utf8(bytes).map_err(|error| not_text(&shown(path), &error))?;
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
}

fn as_json(one: &Contradiction) -> Value {
    let mut value = to_json(&one.diagnostic);
    let rulings = one.rulings.iter().map(|ruling| json!({ "id": ruling.id, "title": ruling.title }));
    value["rulings"] = rulings.collect();
    value
}

/// A rule's page.
fn explained(rule: &Rule) -> String {
    let name = rule.code.name();
    let head = format!("{name}: {}", rule.about);
    match crate::change::page(name) {
        Some(page) => format!(
            "{head}\n\nA contradiction:\n\n    {}\n\nWithout it:\n\n    {}\n\nWhy: {}\nNext: {}",
            page.old, page.new, page.why, page.next
        ),
        None => head,
    }
}
