//! The small commands about a dossier: status, arm, attest, close, show.

use super::super::embedded::read_bytes;
use super::super::exit::Exit;
use super::super::files::shown;
use super::super::shell::Shell;
use super::args::{Arm, Attest, Close, Format, Show, Status};
use super::folder::Folder;
use super::inbox::{Ask, Held, hold};
use super::open::{record_of, unwritable};
use super::screen::{exit_of_record, overview, summary, told};
use crate::conduct::dossier::{PAGE, sha256};
use crate::conduct::record::{Attested, Record, WaivedModule};
use crate::conduct::{Grader, Mask, Session};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Timestamp;
use crate::secret::Redactor;
use std::path::Path;
use std::time::Duration;

/// How often a watched status looks.
const LOOK: Duration = Duration::from_secs(1);

/// Says how a certification stands.
pub(super) fn status(args: &Status, shell: &Shell) -> Exit {
    let folder = Folder::new(&args.case);
    loop {
        let record = match record_of(&folder) {
            Ok(record) => record,
            Err(problems) => {
                shell.problems(&problems, "nothing is known");
                return Exit::Invalid;
            }
        };
        match args.format {
            Format::Json => match record.to_json() {
                Ok(text) => shell.say(text.trim_end()),
                Err(error) => shell.warn(&format!("error: {error}")),
            },
            Format::Text => {
                let failures = told(&record);
                if !failures.is_empty() {
                    shell.say(failures.trim_end());
                }
                shell.say(&overview(&record, |_| false));
                shell.say(&format!("{}: {}   case {}", record.partner.name, standing(&record), shown(&folder.path)));
            }
        }
        if !args.watch || record.closed {
            return exit_of_record(&record);
        }
        std::thread::sleep(LOOK);
    }
}

fn standing(record: &Record) -> String {
    if record.closed { record.verdict.words().to_owned() } else { format!("open; {} so far", record.verdict.words()) }
}

/// The next customer is of a module.
pub(super) fn arm(args: &Arm, shell: &Shell) -> Exit {
    let ask = Ask::Arm { module: args.module.clone(), customer: args.customer.clone() };
    let said = match &args.customer {
        Some(customer) => format!("customer {customer} is of {}", args.module),
        None => format!("the next customer that is created is of {}", args.module),
    };
    ended(asked(&args.case, ask), &said, shell)
}

/// A person answered.
pub(super) fn attest(args: &Attest, shell: &Shell) -> Exit {
    ended(attested(args), &format!("{} attested: {}", args.rule, args.answer.word()), shell)
}

fn attested(args: &Attest) -> Result<(), Diagnostic> {
    let folder = Folder::new(&args.case);
    let mut attested = Attested {
        rule: args.rule.clone(),
        by: args.by.clone(),
        at: now(),
        answer: args.answer.word().to_owned(),
        note: args.note.clone(),
        file: None,
        sha256: None,
    };
    if let Some(path) = &args.file {
        let content = read_bytes(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("attested/{}-{name}", args.rule);
        if let Some(why) = crate::conduct::dossier::unsafe_name(&name) {
            return Err(Diagnostic::new(Code::WrongValue, format!("{} cannot go into a dossier", shown(path)))
                .note(NoteKind::Why, why));
        }
        if folder.file(&name).exists() {
            let title = format!("{name} is in the dossier already");
            return Err(Diagnostic::new(Code::DuplicateName, title).next("give the file another name"));
        }
        folder.write(&name, &content)?;
        attested.sha256 = Some(sha256(&content));
        attested.file = Some(name);
    }
    asked(&args.case, Ask::Attest(Box::new(attested)))
}

/// Nothing more comes.
pub(super) fn close(args: &Close, shell: &Shell) -> Exit {
    let folder = Folder::new(&args.case);
    let waived = match args.waivers.as_deref().map(read_waivers).transpose() {
        Ok(waived) => waived.unwrap_or_default(),
        Err(problem) => {
            shell.problem(&problem);
            return Exit::Invalid;
        }
    };
    let closed = match hold(&folder) {
        Ok(Held::There(inbox)) => inbox.ask(&Ask::Close { waived }).and_then(|()| wait_until_made(&folder)),
        Ok(Held::Here(lock)) => {
            let closed = here(&folder, Ask::Close { waived });
            drop(lock);
            closed
        }
        Err(problem) => Err(problem),
    };
    if let Err(problem) = closed {
        shell.problem(&problem);
        return Exit::Invalid;
    }
    match folder.finish() {
        Ok(record) => {
            summary(&record, &folder, shell);
            exit_of_record(&record)
        }
        Err(problems) => {
            shell.problems(&problems, "the dossier was not made; the journal is whole");
            Exit::Unreported
        }
    }
}

/// Waits until the process that had it open is done with it.
fn wait_until_made(folder: &Folder) -> Result<(), Diagnostic> {
    for _ in 0..600 {
        if folder.lock()?.is_some() {
            return Ok(());
        }
        std::thread::sleep(super::inbox::PAUSE);
    }
    Err(Diagnostic::new(Code::UnreadableFile, "the process that has the certification open goes on")
        .note(NoteKind::Why, "it has other certifications open, or does not end")
        .next("this one is closed; look at its folder again later"))
}

/// Shows the page's place and what it says in short.
pub(super) fn show(args: &Show, shell: &Shell) -> Exit {
    let folder = Folder::new(&args.case);
    match record_of(&folder) {
        Ok(record) => {
            summary(&record, &folder, shell);
            let page = folder.file(PAGE);
            if page.is_file() {
                shell.say(&format!("page {}", shown(&page)));
            } else {
                shell.say("the page is made when the certification is closed: proviso certify close");
            }
            exit_of_record(&record)
        }
        Err(problems) => {
            shell.problems(&problems, "nothing is known");
            Exit::Invalid
        }
    }
}

fn ended(result: Result<(), Diagnostic>, said: &str, shell: &Shell) -> Exit {
    match result {
        Ok(()) => {
            shell.say(said);
            Exit::Passed
        }
        Err(problem) => {
            shell.problem(&problem);
            Exit::Invalid
        }
    }
}

/// Has something done by whoever has the dossier: the process that has it open, or this one.
pub(super) fn asked(case: &Path, ask: Ask) -> Result<(), Diagnostic> {
    let folder = Folder::new(case);
    match hold(&folder)? {
        Held::There(inbox) => inbox.ask(&ask),
        Held::Here(_lock) => here(&folder, ask),
    }
}

/// Does something while no other process has the dossier.
pub(super) fn here(folder: &Folder, ask: Ask) -> Result<(), Diagnostic> {
    let mut session = at_rest(folder)?;
    if session.is_closed() && !matches!(ask, Ask::Close { .. }) {
        return Err(Diagnostic::new(Code::WrongValue, format!("{} is closed", shown(&folder.path)))
            .note(NoteKind::Why, "a closed certification stays as it is"));
    }
    let at = session.latest().max(now());
    super::session::answer(&mut session, ask, at).map_err(|why| match session.broken() {
        Some(_) => unwritable(folder, &why),
        None => Diagnostic::new(Code::WrongValue, "it was refused").note(NoteKind::Why, why),
    })
}

/// The session of a dossier that no process has open.
pub(super) fn at_rest(folder: &Folder) -> Result<Session, Diagnostic> {
    let understood = folder.texts()?.understand().map_err(first)?;
    let lines = folder.lines()?;
    let mask = Mask::new(Redactor::default(), Vec::new());
    Ok(Session::new(Grader::new(understood.judge), Box::new(folder.appending()?), mask, &lines))
}

/// The first of some problems.
pub(super) fn first(problems: Vec<Diagnostic>) -> Diagnostic {
    problems
        .into_iter()
        .next()
        .unwrap_or_else(|| Diagnostic::new(Code::Contract, "the dossier's own files cannot be read"))
}

pub(super) fn now() -> Timestamp {
    Timestamp::new(jiff::Timestamp::now())
}

/// Reads a file of waivers; of each, what it says of a module.
fn read_waivers(path: &Path) -> Result<Vec<WaivedModule>, Diagnostic> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        waivers: Vec<Waiver>,
    }
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Waiver {
        module: String,
        owner: String,
        reason: String,
        expires: String,
        #[serde(default)]
        erratum: Option<String>,
    }
    let wrong = |why: String| {
        Diagnostic::new(Code::WrongValue, format!("{} holds no waivers of modules", shown(path)))
            .note(NoteKind::Why, why)
            .next("write `waivers: [{ module: M07, owner: Asha Rao, reason: mended in 4.3, expires: 2026-12-31 }]`")
    };
    let file: File =
        serde_yaml::from_str(&super::super::embedded::read_text(path)?).map_err(|error| wrong(error.to_string()))?;
    let today = now().to_string().get(..10).unwrap_or_default().to_owned();
    for waiver in &file.waivers {
        if waiver.expires.parse::<jiff::civil::Date>().is_err() {
            return Err(wrong(format!("`{}` is no day", waiver.expires)));
        }
        if waiver.owner.trim().is_empty() || waiver.reason.trim().is_empty() {
            return Err(wrong("a waiver has an owner and a reason".to_owned()));
        }
        if waiver.expires < today {
            return Err(wrong(format!("the waiver of {} expired on {}", waiver.module, waiver.expires)));
        }
    }
    let waived = file.waivers.into_iter().map(|waiver| WaivedModule {
        id: waiver.module,
        owner: waiver.owner,
        until: waiver.expires,
        reason: waiver.reason,
        erratum: waiver.erratum,
    });
    Ok(waived.collect())
}
