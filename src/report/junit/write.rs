//! The file: elements and attributes in the order both schemas accept.

use super::names::{Unique, class, plain};
use super::xml::{clean, token};
use crate::diagnostic::{Code, Style, render};
use crate::event::{Outcome, Timestamp, WaiverRefused};
use crate::report::explain::explain_waiver;
use crate::report::findings::{FoundThing, grade};
use crate::report::fold::{CaseResult, Index, RunFold};
use crate::text::{count, visible_line};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event as Xml};
use std::io::{self, Write};

/// Writes the whole file. Without a run there is still an error in it: nothing known is never a pass.
pub(super) fn write(writer: &mut impl Write, run: &RunFold) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *writer, b' ', 2);
    xml.write_event(Xml::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    match run.index() {
        Some(index) => suites(&mut xml, run, index)?,
        None => {
            xml.create_element("testsuites").write_inner_content(no_run)?;
        }
    }
    writer.write_all(b"\n")
}

fn suites<W: Write>(xml: &mut Writer<W>, run: &RunFold, index: &Index) -> io::Result<()> {
    let mut names = Unique::default();
    let mut classes = Unique::default();
    let mut of_suite: Vec<Vec<&CaseResult>> = index.started().suites.iter().map(|_| Vec::new()).collect();
    for result in run.results() {
        if let Some(cases) = index.suite_number(result.case).and_then(|suite| of_suite.get_mut(suite)) {
            cases.push(result);
        }
    }
    let element = xml.create_element("testsuites");
    if of_suite.is_empty() && run.waivers().is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    let found = run.findings().found;
    element.write_inner_content(|xml| {
        for (id, (suite, results)) in index.started().suites.iter().zip(&of_suite).enumerate() {
            let class = classes.name(class(&suite.file));
            let name = names.name(plain(&suite.name));
            Suite { run, index, id, class: &class, name: &name, results, found: &found }.write(xml)?;
        }
        if !run.waivers().is_empty() {
            waivers(xml, run, &classes.name("waivers".to_owned()), &names.name("Waivers".to_owned()))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A suite, ready to be written.
struct Suite<'a> {
    run: &'a RunFold,
    index: &'a Index,
    id: usize,
    class: &'a str,
    name: &'a str,
    results: &'a [&'a CaseResult],
    found: &'a [FoundThing],
}

/// What becomes of a case in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Passed,
    Skipped,
    Failure,
    Error,
}

const fn shown(result: &CaseResult) -> Shown {
    match result.outcome {
        Outcome::Failed => Shown::Failure,
        // A case that passed only when it was run again fails this report where it fails the run.
        Outcome::Flaky if result.fails => Shown::Failure,
        Outcome::Error | Outcome::Missing => Shown::Error,
        Outcome::Waived | Outcome::Skipped => Shown::Skipped,
        Outcome::Passed | Outcome::Flaky => Shown::Passed,
    }
}

impl Suite<'_> {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let number = |wanted: Shown| self.results.iter().filter(|result| shown(result) == wanted).count().to_string();
        let took = self.results.iter().map(|result| timed(result)).sum();
        xml.create_element("testsuite")
            .with_attribute(("name", self.name))
            .with_attribute(("package", self.class))
            .with_attribute(("id", self.id.to_string().as_str()))
            .with_attribute(("timestamp", timestamp(self.started()).as_str()))
            .with_attribute(("hostname", host(self.run).as_str()))
            .with_attribute(("tests", self.results.len().to_string().as_str()))
            .with_attribute(("failures", number(Shown::Failure).as_str()))
            .with_attribute(("errors", number(Shown::Error).as_str()))
            .with_attribute(("skipped", number(Shown::Skipped).as_str()))
            .with_attribute(("time", seconds(took).as_str()))
            .write_inner_content(|xml| {
                xml.create_element("properties").write_empty()?;
                let mut names = Unique::default();
                let mut said = self.groups();
                for result in self.results {
                    let name = names.name(plain(&self.index.name(result.case)));
                    self.case(xml, &name, result)?;
                    if let Some(text) = &result.cleanup {
                        said.push_str(&format!("{name}: {text}\n"));
                    }
                    said.push_str(&reruns(&name, result));
                }
                said.push_str(&self.findings());
                outputs(xml, &said)
            })?;
        Ok(())
    }

    /// When the first of its cases began, or else the run.
    fn started(&self) -> Option<Timestamp> {
        let first = self.results.iter().filter_map(|result| result.started).min();
        first.or(self.run.span().map(|(first, _)| first))
    }

    fn case<W: Write>(&self, xml: &mut Writer<W>, name: &str, result: &CaseResult) -> io::Result<()> {
        let element = xml
            .create_element("testcase")
            .with_attribute(("classname", self.class))
            .with_attribute(("name", name))
            .with_attribute(("time", seconds(timed(result)).as_str()));
        match (shown(result), &result.problem) {
            (Shown::Passed, _) => element.write_empty()?,
            (Shown::Skipped, _) => element.write_inner_content(|xml| {
                let reason = token(&reason(result));
                xml.create_element("skipped").with_attribute(("message", reason.as_str())).write_empty()?;
                Ok(())
            })?,
            (kind, Some(one)) => {
                let message = one.headline.message();
                element.write_inner_content(|xml| problem(xml, kind, one.headline.code, &message, &one.text))?
            }
            (kind, None) => element.write_inner_content(|xml| problem(xml, kind, Code::Stopped, "no result", ""))?,
        };
        Ok(())
    }

    /// Which of its cases have one and the same problem.
    fn groups(&self) -> String {
        let mut said = String::new();
        for group in self.run.groups().all() {
            let own: Vec<usize> =
                group.cases.iter().copied().filter(|case| self.index.suite_number(*case) == Some(self.id)).collect();
            let [first, others @ ..] = own.as_slice() else { continue };
            if others.is_empty() {
                continue;
            }
            let name = |case: &usize| visible_line(&self.index.name(*case));
            let elsewhere = match group.cases.len() - own.len() {
                0 => String::new(),
                number => format!(", and {} of other suites", count(number, "case")),
            };
            said.push_str(&format!(
                "one problem in {}{elsewhere}: {}\n  the first is {}\n",
                count(own.len(), "case"),
                group.title,
                name(first)
            ));
            others.iter().for_each(|case| said.push_str(&format!("  and {}\n", name(case))));
        }
        said
    }

    /// What the contract does not say, where a case of the suite showed it first.
    fn findings(&self) -> String {
        let own = self.found.iter().filter(|thing| self.index.suite_number(thing.first.case) == Some(self.id));
        own.map(|thing| format!("finding ({}): {}\n", grade(thing.finding.grade), thing.line())).collect()
    }
}

/// What there is to say of a case that was run again.
fn reruns(name: &str, result: &CaseResult) -> String {
    match (&result.problem, result.reruns) {
        (Some(problem), _) if result.outcome == Outcome::Flaky => {
            format!("flaky: {name} passed when it was run again; the first time, {}\n", problem.headline.message())
        }
        (Some(_), reruns @ 1..) => {
            format!("{name} did not pass in {} either\n", count(reruns as usize, "rerun"))
        }
        (Some(_) | None, _) => String::new(),
    }
}

/// Why a case was not run, or who answers for it.
fn reason(result: &CaseResult) -> String {
    match &result.problem {
        Some(problem) => {
            let by = match problem.answerers.as_str() {
                "" => String::new(),
                by => format!(" (by {by})"),
            };
            format!("waived: {}{by}", problem.headline.message())
        }
        None => result.why().to_owned(),
    }
}

/// What was not run took no time.
const fn timed(result: &CaseResult) -> u64 {
    match shown(result) {
        Shown::Skipped => 0,
        Shown::Passed | Shown::Failure | Shown::Error => result.took_us,
    }
}

fn host(run: &RunFold) -> String {
    let host = run.started().map(|run| token(&run.host)).unwrap_or_default();
    if host.is_empty() { "localhost".to_owned() } else { host }
}

/// Waivers that cannot stay, a case each: they fail the run, and belong to no suite.
fn waivers<W: Write>(xml: &mut Writer<W>, run: &RunFold, class: &str, name: &str) -> io::Result<()> {
    let number = run.waivers().len().to_string();
    let id = run.started().map_or(0, |run| run.suites.len()).to_string();
    xml.create_element("testsuite")
        .with_attributes([("name", name), ("package", class), ("id", id.as_str())])
        .with_attribute(("timestamp", timestamp(run.span().map(|(first, _)| first)).as_str()))
        .with_attribute(("hostname", host(run).as_str()))
        .with_attributes([("tests", number.as_str()), ("failures", number.as_str()), ("errors", "0")])
        .with_attributes([("skipped", "0"), ("time", "0.000")])
        .write_inner_content(|xml| {
            xml.create_element("properties").write_empty()?;
            let mut names = Unique::default();
            run.waivers().iter().try_for_each(|refused| waiver(xml, refused, class, &mut names))?;
            outputs(xml, "")
        })?;
    Ok(())
}

fn waiver<W: Write>(xml: &mut Writer<W>, refused: &WaiverRefused, class: &str, names: &mut Unique) -> io::Result<()> {
    let diagnostic = explain_waiver(refused);
    let name = names.name(plain(&diagnostic.title));
    let text = render(&diagnostic, Style::Plain);
    let case = [("classname", class), ("name", name.as_str()), ("time", "0.000")];
    xml.create_element("testcase")
        .with_attributes(case)
        .write_inner_content(|xml| problem(xml, Shown::Failure, diagnostic.code, &diagnostic.title, &text))?;
    Ok(())
}

fn problem<W: Write>(xml: &mut Writer<W>, kind: Shown, code: Code, message: &str, text: &str) -> io::Result<()> {
    let element = match kind {
        Shown::Error => xml.create_element("error"),
        Shown::Failure | Shown::Passed | Shown::Skipped => xml.create_element("failure"),
    };
    element
        .with_attribute(("message", token(message).as_str()))
        .with_attribute(("type", code.name()))
        .write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// A run of which not even the beginning is known.
fn no_run<W: Write>(xml: &mut Writer<W>) -> io::Result<()> {
    xml.create_element("testsuite")
        .with_attributes([("name", "Proviso"), ("package", "proviso"), ("id", "0")])
        .with_attributes([("timestamp", "1970-01-01T00:00:00"), ("hostname", "localhost")])
        .with_attributes([("tests", "1"), ("failures", "0"), ("errors", "1"), ("skipped", "0"), ("time", "0.000")])
        .write_inner_content(|xml| {
            xml.create_element("properties").write_empty()?;
            let case = [("classname", "proviso"), ("name", "run"), ("time", "0.000")];
            xml.create_element("testcase").with_attributes(case).write_inner_content(|xml| {
                let error =
                    [("message", "no result: the run ended before it said what it would do"), ("type", "stopped")];
                xml.create_element("error").with_attributes(error).write_empty()?;
                Ok(())
            })?;
            outputs(xml, "")
        })?;
    Ok(())
}

/// Both schemas want these. What there is to say stands with its case, but for what they have no place there: that a case
/// that passed is flaky.
fn outputs<W: Write>(xml: &mut Writer<W>, said: &str) -> io::Result<()> {
    let out = xml.create_element("system-out");
    match said {
        "" => out.write_empty()?,
        said => out.write_text_content(BytesText::new(&clean(said)))?,
    };
    xml.create_element("system-err").write_empty()?;
    Ok(())
}

/// Seconds with three decimals, the most that Jenkins' schema takes; never in groups of thousands.
fn seconds(us: u64) -> String {
    let ms = us.saturating_add(500) / 1_000;
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// Ant's schema wants neither a zone nor a fraction. It is UTC.
fn timestamp(moment: Option<Timestamp>) -> String {
    moment.map_or(jiff::Timestamp::UNIX_EPOCH, Timestamp::timestamp).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_exactly_three_decimals() {
        assert_eq!(seconds(0), "0.000");
        assert_eq!(seconds(1_234_567), "1.235");
        assert_eq!(seconds(3_600_000_400), "3600.000");
    }
}
