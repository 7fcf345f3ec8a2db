//! `proviso certify plan`: what would be shown, with the sheet of test customers.

use super::super::exit::Exit;
use super::super::shell::Shell;
use super::args::{Format, Plan};
use super::texts::Texts;
use crate::conduct::Judge;
use crate::text::count;
use serde_json::json;

/// Shows what a profile asks for.
pub(super) fn plan(args: &Plan, shell: &Shell) -> Exit {
    let texts =
        Texts::named(&args.profile, args.rules.as_deref(), args.contract.as_deref()).map_err(|problem| vec![problem]);
    let judge = match texts.and_then(|texts| texts.understand()) {
        Ok(understood) => understood.judge,
        Err(problems) => {
            shell.problems(&problems, "there is no plan");
            return Exit::Invalid;
        }
    };
    shell.say(&match args.format {
        Format::Text => as_text(&judge),
        Format::Json => as_json(&judge),
    });
    Exit::Passed
}

fn as_text(judge: &Judge) -> String {
    let profile = &judge.profile;
    let mut lines = vec![
        format!(
            "{} version {}: archetype {}, contract {}",
            profile.id, profile.version, profile.archetype, profile.contract
        ),
        format!(
            "{}; a certificate holds {} days",
            count(profile.modules.len(), "module"),
            profile.valid_for.as_secs() / 86_400
        ),
        String::new(),
    ];
    for module in &profile.modules {
        let data: Vec<String> = module.data.iter().map(|(name, value)| format!("{name} {value}")).collect();
        lines.push(format!("{}  {}", module.id, module.title));
        lines.push(format!("     customer: {}   ({})", data.join(", "), module.clause));
        if let Some(todo) = &module.todo {
            lines.push(format!("     do: {todo}"));
        }
        for rule in &module.expect {
            lines.push(format!("     {rule}: {}", judge.says(rule).0));
        }
        for (rule, question) in &module.questions {
            lines.push(format!("     {rule}: a person answers: {question}"));
        }
        if let Some((_, reason)) = profile.not_scored.iter().find(|(id, _)| *id == module.id) {
            lines.push(format!("     not scored: {reason}"));
        }
    }
    if !profile.always.is_empty() {
        lines.push(String::new());
        lines.push("in every module:".to_owned());
        lines.extend(profile.always.iter().map(|rule| format!("     {rule}: {}", judge.says(rule).0)));
    }
    lines.join("\n")
}

fn as_json(judge: &Judge) -> String {
    let profile = &judge.profile;
    let rules = |rules: &[String]| {
        let all = rules.iter().map(|rule| {
            let (says, section) = judge.says(rule);
            json!({ "rule": rule, "says": says, "section": section })
        });
        all.collect::<Vec<_>>()
    };
    let modules = profile.modules.iter().map(|module| {
        json!({
            "id": module.id,
            "title": module.title,
            "clause": module.clause,
            "data": module.data.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "do": module.todo,
            "expect": rules(&module.expect),
            "questions": module.questions.iter().map(|(rule, question)| json!({ "rule": rule, "question": question })).collect::<Vec<_>>(),
            "scored": profile.scores(&module.id),
        })
    });
    let plan = json!({
        "profile": profile.id,
        "version": profile.version,
        "contract": profile.contract,
        "archetype": profile.archetype,
        "always": rules(&profile.always),
        "modules": modules.collect::<Vec<_>>(),
    });
    format!("{plan:#}")
}
