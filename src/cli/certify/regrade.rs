//! `proviso certify regrade`: what old certifications come to by other rules, or another profile.

use super::super::exit::Exit;
use super::super::files::{shown, unreadable};
use super::super::shell::Shell;
use super::args::{Format, Regrade};
use super::folder::{Folder, grade};
use super::texts::{Text, Texts, Understood};
use crate::conduct::dossier::{CASE, JOURNAL};
use crate::conduct::journal;
use crate::conduct::record::{ModuleState, Record, Verdict};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::text::count;
use serde_json::json;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What one dossier comes to.
struct Regraded {
    case: PathBuf,
    partner: String,
    before: Verdict,
    after: Verdict,
    /// Modules that stand otherwise: the id, before, after.
    modules: Vec<(String, ModuleState, ModuleState)>,
}

/// A dossier by its number, and what it comes to or why that is not known.
type Numbered = (usize, Result<Regraded, Vec<Diagnostic>>);

impl Regraded {
    fn changes(&self) -> bool {
        self.before != self.after || !self.modules.is_empty()
    }
}

/// Grades dossiers again.
pub(super) fn regrade(args: &Regrade, shell: &Shell) -> Exit {
    let cases = match cases(&args.cases) {
        Ok(cases) => cases,
        Err(problem) => {
            shell.problem(&problem);
            return Exit::Invalid;
        }
    };
    let measure = Measure { args, known: Mutex::default() };
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results: Mutex<Vec<Numbered>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get).min(8);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(case) = cases.get(number) else { break };
                    let result = measure.regrade(case);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for (_, result) in results {
        match result {
            Ok(regraded) => all.push(regraded),
            Err(more) => problems.extend(more),
        }
    }
    tell(args, &all, shell);
    if !problems.is_empty() {
        shell.problems(&problems, "these were not graded");
        return Exit::Invalid;
    }
    if all.iter().any(Regraded::changes) { Exit::Failed } else { Exit::Passed }
}

fn tell(args: &Regrade, all: &[Regraded], shell: &Shell) {
    if args.format == Format::Json {
        let changed = all.iter().filter(|one| one.changes()).map(|one| {
            let modules = one.modules.iter().map(|(id, before, after)| json!({ "id": id, "before": before, "after": after }));
            json!({ "case": shown(&one.case), "partner": one.partner, "before": one.before, "after": one.after, "modules": modules.collect::<Vec<_>>() })
        });
        shell.say(&format!("{:#}", json!({ "cases": all.len(), "changed": changed.collect::<Vec<_>>() })));
        return;
    }
    for one in all.iter().filter(|one| one.changes()) {
        let verdict = if one.before == one.after {
            format!("{} as before", one.after.words())
        } else {
            format!("{}, was {}", one.after.words(), one.before.words())
        };
        shell.say(&format!("{}: {} {verdict}", shown(&one.case), one.partner));
        for (id, before, after) in &one.modules {
            shell.say(&format!("    {id} {}, was {}", after.words(), before.words()));
        }
    }
    let verdicts = all.iter().filter(|one| one.before != one.after).count();
    shell.say(&format!("{}, {} would change", count(all.len(), "dossier"), count(verdicts, "verdict")));
}

/// What dossiers are graded by: their own copies, but for what was named. What several have alike is read once.
struct Measure<'a> {
    args: &'a Regrade,
    known: Mutex<HashMap<String, Arc<Understood>>>,
}

impl Measure<'_> {
    fn regrade(&self, case: &Path) -> Result<Regraded, Vec<Diagnostic>> {
        let one = |problem: Diagnostic| vec![problem];
        let folder = Folder::new(case);
        let mut texts = folder.texts().map_err(one)?;
        for (path, text) in [(&self.args.profile, &mut texts.profile), (&self.args.rules, &mut texts.rules)] {
            if let Some(path) = path {
                *text = Text::of(path).map_err(one)?;
            }
        }
        let understood = self.understand(&texts)?;
        let path = folder.file(JOURNAL);
        let content = std::fs::read(&path).map_err(|error| one(unreadable(&path, &error)))?;
        let mut lines = Vec::new();
        journal::read(&content, |line| lines.push(line)).map_err(|error| {
            one(Diagnostic::new(Code::Journal, format!("{} is no journal of a certification", shown(&path)))
                .note(NoteKind::Why, error.to_string()))
        })?;
        drop(content);
        let after = grade(&understood, &lines).ok_or_else(|| one(super::folder::no_dossier(case)))?;
        let path = folder.file(CASE);
        let before: Record = std::fs::read(&path).map_err(|error| one(unreadable(&path, &error))).and_then(|text| {
            serde_json::from_slice(&text).map_err(|error| {
                one(Diagnostic::new(Code::Journal, format!("{} is no record of a certification", shown(&path)))
                    .note(NoteKind::Why, error.to_string()))
            })
        })?;
        let modules = after.modules.iter().filter_map(|module| {
            let earlier = before.module(&module.id).map_or(ModuleState::NotScored, |module| module.state);
            (earlier != module.state).then(|| (module.id.clone(), earlier, module.state))
        });
        let modules: Vec<_> = modules.collect();
        Ok(Regraded {
            case: case.to_owned(),
            partner: after.partner.name.clone(),
            before: before.verdict,
            after: after.verdict,
            modules,
        })
    }

    fn understand(&self, texts: &Texts) -> Result<Arc<Understood>, Vec<Diagnostic>> {
        let key = format!("{} {} {}", texts.profile.digest(), texts.rules.digest(), texts.contract.digest());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(understood) = known.get(&key) {
            return Ok(Arc::clone(understood));
        }
        let understood = Arc::new(texts.understand()?);
        known.insert(key, Arc::clone(&understood));
        Ok(understood)
    }
}

/// The dossiers that are named, or stand below a folder that is named.
pub(super) fn cases(named: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut cases = Vec::new();
    for path in named {
        if path.join(JOURNAL).is_file() {
            cases.push(path.clone());
            continue;
        }
        let mut below: Vec<PathBuf> = std::fs::read_dir(path)
            .map_err(|error| unreadable(path, &error))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join(JOURNAL).is_file())
            .collect();
        below.sort();
        if below.is_empty() {
            return Err(super::folder::no_dossier(path));
        }
        cases.extend(below);
    }
    Ok(cases)
}
