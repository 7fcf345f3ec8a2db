//! The file: elements and attributes in the order both schemas accept.

use super::xml::{clean, token};
use super::{Bad, BadKind, CaseResult, Collected};
use crate::diagnostic::Code;
use crate::event::Timestamp;
use crate::text::{Unique, class, plain};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event as Xml};
use std::io::{self, Write};

/// Writes the whole file. Without a run there is still an error in it: nothing known is never a pass.
pub(super) fn write(writer: &mut impl Write, run: Option<&Collected>) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *writer, b' ', 2);
    xml.write_event(Xml::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    match run {
        Some(run) => suites(&mut xml, run)?,
        None => {
            xml.create_element("testsuites").write_inner_content(no_run)?;
        }
    }
    writer.write_all(b"\n")
}

fn suites<W: Write>(xml: &mut Writer<W>, run: &Collected) -> io::Result<()> {
    let mut names = Unique::default();
    let mut classes = Unique::default();
    let mut of_suite: Vec<Vec<usize>> = run.suites.iter().map(|_| Vec::new()).collect();
    for case in 0..run.results.len() {
        if let Some(cases) = run.index.suite(case).and_then(|suite| of_suite.get_mut(suite)) {
            cases.push(case);
        }
    }
    let element = xml.create_element("testsuites");
    if run.suites.is_empty() && run.refused.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        for (id, (suite, cases)) in run.suites.iter().zip(&of_suite).enumerate() {
            let class = classes.name(class(&suite.file));
            let name = names.name(plain(&suite.name));
            Suite { run, id, class: &class, name: &name, started: suite.started.unwrap_or(run.started), cases }
                .write(xml)?;
        }
        if !run.refused.is_empty() {
            waivers(xml, run, &classes.name("waivers".to_owned()), &names.name("Waivers".to_owned()))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A suite, ready to be written.
struct Suite<'a> {
    run: &'a Collected,
    id: usize,
    class: &'a str,
    name: &'a str,
    started: Timestamp,
    cases: &'a [usize],
}

impl Suite<'_> {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let results = || self.cases.iter().map(|case| &self.run.results[*case]);
        let number = |counts: fn(&CaseResult) -> bool| results().filter(|result| counts(result)).count().to_string();
        let took = results().map(CaseResult::took_us).sum();
        let host = token(&self.run.host);
        xml.create_element("testsuite")
            .with_attribute(("name", self.name))
            .with_attribute(("package", self.class))
            .with_attribute(("id", self.id.to_string().as_str()))
            .with_attribute(("timestamp", timestamp(self.started).as_str()))
            .with_attribute(("hostname", if host.is_empty() { "localhost" } else { host.as_str() }))
            .with_attribute(("tests", self.cases.len().to_string().as_str()))
            .with_attribute(("failures", number(CaseResult::is_failure).as_str()))
            .with_attribute(("errors", number(CaseResult::is_error).as_str()))
            .with_attribute(("skipped", number(CaseResult::is_skipped).as_str()))
            .with_attribute(("time", seconds(took).as_str()))
            .write_inner_content(|xml| {
                xml.create_element("properties").write_empty()?;
                let mut names = Unique::default();
                let mut said = String::new();
                for case in self.cases {
                    let name = names.name(plain(&self.run.index.name(*case)));
                    let result = &self.run.results[*case];
                    self.case(xml, &name, result)?;
                    if let Some(text) = self.run.cleanups.get(case) {
                        said.push_str(&format!("{name}: {text}\n"));
                    }
                    if let CaseResult::Flaky { first, .. } = result {
                        said.push_str(&format!(
                            "flaky: {name} passed when it was run again; the first time, {first}\n"
                        ));
                    }
                }
                if let Some(held) = self.run.findings.get(&self.id) {
                    said.push_str(&held.lines());
                }
                outputs(xml, &said)
            })?;
        Ok(())
    }

    fn case<W: Write>(&self, xml: &mut Writer<W>, name: &str, result: &CaseResult) -> io::Result<()> {
        let element = xml
            .create_element("testcase")
            .with_attribute(("classname", self.class))
            .with_attribute(("name", name))
            .with_attribute(("time", seconds(result.took_us()).as_str()));
        match result {
            CaseResult::Passed { .. } | CaseResult::Flaky { .. } => element.write_empty()?,
            CaseResult::Skipped(reason) => element.write_inner_content(|xml| {
                xml.create_element("skipped").with_attribute(("message", token(reason).as_str())).write_empty()?;
                Ok(())
            })?,
            CaseResult::Bad(bad) => element.write_inner_content(|xml| problem(xml, bad))?,
            CaseResult::Missing => element.write_inner_content(|xml| problem(xml, &self.missing()))?,
        };
        Ok(())
    }

    /// What is said of a case that has no result.
    fn missing(&self) -> Bad {
        let message = if self.run.complete {
            "no result: the run said nothing about this case"
        } else {
            "no result: the run ended before this case did"
        };
        Bad {
            kind: BadKind::Error,
            code: Code::Stopped,
            took_us: 0,
            message: message.to_owned(),
            text: "Nothing is known about this case: it neither passed nor failed.\nnext: run it again".to_owned(),
        }
    }
}

impl CaseResult {
    fn took_us(&self) -> u64 {
        match self {
            Self::Passed { took_us } | Self::Flaky { took_us, .. } => *took_us,
            Self::Bad(bad) => bad.took_us,
            Self::Missing | Self::Skipped(_) => 0,
        }
    }

    fn is_failure(&self) -> bool {
        matches!(self, Self::Bad(bad) if bad.kind == BadKind::Failure)
    }

    fn is_error(&self) -> bool {
        matches!(self, Self::Missing) || matches!(self, Self::Bad(bad) if bad.kind == BadKind::Error)
    }

    fn is_skipped(&self) -> bool {
        matches!(self, Self::Skipped(_))
    }
}

/// Waivers that cannot stay, a case each: they fail the run, and belong to no suite.
fn waivers<W: Write>(xml: &mut Writer<W>, run: &Collected, class: &str, name: &str) -> io::Result<()> {
    let host = token(&run.host);
    let number = run.refused.len().to_string();
    xml.create_element("testsuite")
        .with_attributes([("name", name), ("package", class), ("id", run.suites.len().to_string().as_str())])
        .with_attribute(("timestamp", timestamp(run.started).as_str()))
        .with_attribute(("hostname", if host.is_empty() { "localhost" } else { host.as_str() }))
        .with_attributes([("tests", number.as_str()), ("failures", number.as_str()), ("errors", "0")])
        .with_attributes([("skipped", "0"), ("time", "0.000")])
        .write_inner_content(|xml| {
            xml.create_element("properties").write_empty()?;
            let mut names = Unique::default();
            for bad in &run.refused {
                let name = names.name(plain(&bad.message));
                let case = [("classname", class), ("name", name.as_str()), ("time", "0.000")];
                let element = xml.create_element("testcase").with_attributes(case);
                element.write_inner_content(|xml| problem(xml, bad))?;
            }
            outputs(xml, "")
        })?;
    Ok(())
}

fn problem<W: Write>(xml: &mut Writer<W>, bad: &Bad) -> io::Result<()> {
    let element = match bad.kind {
        BadKind::Failure => xml.create_element("failure"),
        BadKind::Error => xml.create_element("error"),
    };
    element
        .with_attribute(("message", token(&bad.message).as_str()))
        .with_attribute(("type", bad.code.name()))
        .write_text_content(BytesText::new(&clean(&bad.text)))?;
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
fn timestamp(moment: Timestamp) -> String {
    moment.timestamp().strftime("%Y-%m-%dT%H:%M:%S").to_string()
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
