//! What `mutate` tells.

use super::listed;
use super::live::{Stage, is_decided};
use crate::mutate::{Grades, Guard, Kind, Score, Verdict};
use crate::suite::Waiver;
use crate::text::{count, duration, grouped};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that is told.
pub(super) struct Told<'t> {
    pub(super) all: &'t [Grades],
    pub(super) waivers: &'t [Waiver],
    pub(super) cases: Vec<String>,
    pub(super) baseline: usize,
    pub(super) baseline_took: Duration,
    pub(super) took: Duration,
    pub(super) suites: &'t [PathBuf],
    pub(super) differing: &'t [String],
    pub(super) without_contract: bool,
}

/// Everybody who may notice.
const ALL: [Guard; 4] = [Guard::Suite, Guard::Snapshot, Guard::Contract, Guard::Rule];

impl Told<'_> {
    fn of(&self, name: &str) -> impl Iterator<Item = &Grades> {
        self.all.iter().filter(move |grades| grades.verdict.name() == name)
    }

    fn count(&self, name: &str) -> usize {
        self.of(name).count()
    }

    /// The score of everybody together.
    pub(super) fn score(&self) -> Score {
        Score::of(self.all, &ALL)
    }

    fn waiver(&self, grades: &Grades) -> Option<&Waiver> {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        self.waivers
            .iter()
            .find(|waiver| waiver.expires >= today && waiver.failure.is_some() && waiver.is_about(&grades.mutant.id))
    }

    /// Missed mutants that nobody answers for.
    pub(super) fn unwaived(&self) -> usize {
        self.of("missed").filter(|grades| self.waiver(grades).is_none()).count()
    }

    /// Mutants that could not be decided and that nobody answers for.
    pub(super) fn undecided(&self) -> usize {
        self.of("error").filter(|grades| self.waiver(grades).is_none()).count()
    }

    /// Waivers that cannot stay: expired, or about nothing that is missed or unpromised.
    pub(super) fn refused(&self) -> Vec<&Waiver> {
        let open: Vec<&Grades> = self.of("missed").chain(self.of("unpromised")).chain(self.of("error")).collect();
        let used = |waiver: &&Waiver| {
            open.iter().any(|grades| self.waiver(grades).is_some_and(|own| std::ptr::eq(own, *waiver)))
        };
        self.waivers.iter().filter(|waiver| !used(waiver)).collect()
    }

    fn case(&self, case: usize) -> &str {
        self.cases.get(case).map_or("", String::as_str)
    }
}

fn percent(score: Score) -> String {
    score.percent().map_or_else(|| "nothing to guard".to_owned(), |percent| format!("{percent:.1} %"))
}

/// A JSON pointer with `*` as the JSONPath that suites write.
pub(super) fn json_path(pointer: &str) -> String {
    let mut path = "$".to_owned();
    for part in pointer.split('/').skip(1) {
        let part = crate::text::pointer_unescaped(part);
        let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match part.as_str() {
            "*" => path.push_str("[0]"),
            name if plain => {
                path.push('.');
                path.push_str(name);
            }
            name => {
                let _ = write!(path, "['{name}']");
            }
        }
    }
    path
}

/// For people.
pub(super) fn text(told: &Told<'_>) -> String {
    let mut text = String::new();
    let of = |name| told.count(name);
    let _ = writeln!(
        text,
        "{} of {} green in {}, then {} broken promises, one at a time",
        count(told.baseline, "case"),
        listed(told.suites),
        duration(told.baseline_took),
        grouped(told.all.len()),
    );
    let _ = writeln!(
        text,
        "caught {}   missed {}   unpromised {}   errors {}          {} in {}",
        grouped(of("caught")),
        of("missed"),
        of("unpromised"),
        of("error"),
        percent(told.score()),
        duration(told.took),
    );
    let suites = Score::of(told.all, &[Guard::Suite, Guard::Snapshot]);
    let _ = write!(text, "  by the suites alone {}", percent(suites));
    if !told.without_contract {
        let contract = Score::of(told.all, &[Guard::Suite, Guard::Snapshot, Guard::Contract]);
        let _ = write!(text, "   with the contract {}   with rules too {}", percent(contract), percent(told.score()));
    }
    text.push('\n');
    for kind in Kind::ALL {
        let own: Vec<&Grades> = told.all.iter().filter(|grades| grades.mutant.kind == kind).collect();
        if own.is_empty() {
            continue;
        }
        let of = |name: &str| own.iter().filter(|grades| grades.verdict.name() == name).count();
        let _ = writeln!(
            text,
            "  {:<10} {:>5}: {:>5} caught, {} missed, {} unpromised",
            kind.name(),
            own.len(),
            of("caught"),
            of("missed"),
            of("unpromised")
        );
    }
    for name in ["missed", "error", "unpromised"] {
        for grades in told.of(name) {
            text.push('\n');
            one(&mut text, told, grades);
        }
    }
    for waiver in told.refused() {
        let _ = write!(text, "\nwaiver of {} ({}): expired or unused\n", waiver.entry.owner, waiver.entry.what);
    }
    for line in told.differing {
        let _ = write!(text, "\nin place and live disagree: {line}\n");
    }
    text.trim_end().to_owned()
}

fn one(text: &mut String, told: &Told<'_>, grades: &Grades) {
    let waived = if told.waiver(grades).is_some() { " (waived)" } else { "" };
    let _ = writeln!(text, "{:<10} {}{waived}  {}", grades.verdict.name(), grades.mutant.id, grades.mutant.says);
    let why = match &grades.verdict {
        Verdict::Error(why) => why,
        _ => &grades.because,
    };
    let _ = writeln!(text, "     {why}");
    if let (Some((place, name)), Verdict::Missed) = (&grades.near, &grades.verdict) {
        let reached = count(grades.reached, "case");
        let _ = writeln!(text, "     reached by {reached}; nearest: {}:{} {name}", place.file, place.line);
    }
    if let Some(add) = &grades.add {
        let _ = writeln!(text, "     add:  {add}");
    }
    if let Some(waiver) = told.waiver(grades) {
        let entry = &waiver.entry;
        let _ = writeln!(text, "     waived by {} until {}: {}", entry.owner, entry.expires, entry.reason);
    }
}

/// For programs.
pub(super) fn json(told: &Told<'_>) -> String {
    let place = |place: &crate::source::Location| json!({ "file": place.file, "line": place.line });
    let mutants = told.all.iter().map(|grades| {
        let catches = grades.catches.iter().map(|catch| {
            json!({
                "guard": catch.guard.name(),
                "case": told.case(catch.case),
                "promise": catch.promise,
                "place": place(&catch.place),
            })
        });
        let error = match &grades.verdict {
            Verdict::Error(why) => Some(why),
            _ => None,
        };
        json!({
            "id": grades.mutant.id,
            "kind": grades.mutant.kind.name(),
            "operator": grades.mutant.operator,
            "says": grades.mutant.says,
            "verdict": grades.verdict.name(),
            "live": grades.live,
            "caughtBy": catches.collect::<Value>(),
            "reachedBy": grades.reached,
            "nearest": grades.near.as_ref().map(|(near, name)| json!({ "step": name, "place": place(near) })),
            "add": grades.add,
            "because": grades.because,
            "error": error,
            "decided": is_decided(&grades.verdict),
            "promised": grades.promised.as_ref().map(place),
            "waived": told.waiver(grades).is_some(),
        })
    });
    let score = |guards: &[Guard]| Score::of(told.all, guards).percent();
    let document = json!({
        "format": 1,
        "cases": told.baseline,
        "mutants": mutants.collect::<Value>(),
        "counts": {
            "caught": told.count("caught"),
            "missed": told.count("missed"),
            "unpromised": told.count("unpromised"),
            "errors": told.count("error"),
        },
        "score": {
            "suites": score(&[Guard::Suite, Guard::Snapshot]),
            "withContract": score(&[Guard::Suite, Guard::Snapshot, Guard::Contract]),
            "withRules": score(&ALL),
        },
        "disagreements": told.differing,
    });
    format!("{document:#}")
}

/// For Stryker's viewers.
pub(super) fn stryker(told: &Told<'_>, stage: &Stage) -> String {
    let text = |file: &str| stage.source(file);
    format!("{:#}", crate::mutate::stryker(told.all, &text, &told.cases))
}

/// As JUnit: a test case for each mutant, a failure for each that is missed and not waived.
pub(super) fn junit(told: &Told<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory does not fail.
    let _ = document(&mut writer, told);
    String::from_utf8_lossy(&writer.into_inner()).into_owned()
}

fn document(writer: &mut Writer<Vec<u8>>, told: &Told<'_>) -> io::Result<()> {
    let (tests, failures) = (told.all.len().to_string(), told.unwaived().to_string());
    let (errors, skipped) = (told.count("error").to_string(), told.count("unpromised").to_string());
    let counts = [
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", errors.as_str()),
        ("skipped", skipped.as_str()),
    ];
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attributes(counts).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attributes([("name", "mutate"), ("time", "0")]);
        suite.with_attributes(counts).write_inner_content(|writer| {
            for grades in told.all {
                let attributes =
                    [("name", grades.mutant.id.as_str()), ("classname", grades.mutant.kind.name()), ("time", "0")];
                let case = writer.create_element("testcase").with_attributes(attributes);
                let (element, message) = match &grades.verdict {
                    Verdict::Caught => {
                        case.write_empty()?;
                        continue;
                    }
                    Verdict::Missed if told.waiver(grades).is_some() => ("skipped", grades.because.as_str()),
                    Verdict::Missed => ("failure", grades.because.as_str()),
                    Verdict::Unpromised => ("skipped", grades.because.as_str()),
                    Verdict::Error(why) => ("error", why.as_str()),
                };
                case.write_inner_content(|writer| {
                    let own = writer.create_element(element).with_attribute(("message", message));
                    match element {
                        "skipped" => own.write_empty()?,
                        _ => {
                            let own = own.with_attribute(("type", grades.mutant.operator.as_str()));
                            let text = format!("{}\n{}", grades.mutant.says, grades.add.as_deref().unwrap_or_default());
                            own.write_text_content(BytesText::new(&text))?
                        }
                    };
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}
