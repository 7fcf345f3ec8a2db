//! The report for the API's owner: where the documentation contradicts itself or is silent, what we saw, and what to answer.
//!
//! Markdown, to be sent as it is. Every ambiguity that a run touched stands in it with the documentation's words, our
//! ruling and the evidence for either reading; what the contract does not say and what never came stand after them.

mod text;

use super::Reporter;
use super::coverage::{Coverage, CoverageFold, NeverCame};
use super::findings::{Evidence, EvidenceFrom, Findings, FoundThing, TouchedAmbiguity};
use super::fold::RunFold;
use crate::event::{Event, Grade, ThingKind};
use crate::text::count;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;
use text::{code, prose};

/// Collects a run and writes what to ask about it.
pub struct Questions<W> {
    writer: W,
    coverage: CoverageFold,
}

impl<W: Write> Questions<W> {
    /// A report that writes there, once, at the end.
    pub fn new(writer: W) -> Self {
        Self { writer, coverage: CoverageFold::default() }
    }
}

impl<W: Write> Reporter for Questions<W> {
    fn event(&mut self, event: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        self.coverage.add(event);
        Ok(())
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        let text = Page { findings: &run.findings(), coverage: &self.coverage.coverage() }.text();
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()
    }
}

struct Page<'a> {
    findings: &'a Findings,
    coverage: &'a Coverage,
}

impl Page<'_> {
    fn text(&self) -> String {
        let mut blocks = vec![self.title()];
        blocks.extend(self.runs());
        blocks.extend(self.coverage.gaps().into_iter().map(|gap| format!("**Not complete:** {}.", prose(&gap))));
        if self.coverage.contracts.is_empty() {
            blocks.push("No suite of the run names a contract, so there is nothing to ask.".to_owned());
        } else {
            self.ambiguities(&mut blocks);
            self.findings(&mut blocks);
            self.never_came(&mut blocks);
        }
        let mut text = blocks.join("\n\n");
        text.push('\n');
        text
    }

    fn title(&self) -> String {
        let titles: Vec<String> = self.coverage.contracts.iter().map(|contract| prose(&contract.title)).collect();
        if titles.is_empty() { "# Questions".to_owned() } else { format!("# Questions about {}", titles.join(", ")) }
    }

    fn runs(&self) -> Vec<String> {
        let runs = self.coverage.runs.iter().map(|run| format!("{} ({})", code(&run.run), prose(&run.environment)));
        let runs: Vec<String> = runs.collect();
        let contracts = self.coverage.contracts.iter();
        let contracts =
            contracts.map(|contract| format!("{} {}", code(&contract.name), prose(&contract.versions.join(", "))));
        let contracts: Vec<String> = contracts.collect();
        let mut lines = vec![format!("Run: {}", runs.join(", "))];
        if !contracts.is_empty() {
            lines.push(format!("Contract: {}", contracts.join(", ")));
        }
        lines
    }

    fn ambiguities(&self, blocks: &mut Vec<String>) {
        blocks.push("## Where the documentation contradicts itself or is silent".to_owned());
        if self.findings.ambiguities.is_empty() {
            blocks.push("The run met none of these places.".to_owned());
        }
        for touched in &self.findings.ambiguities {
            blocks.extend(ambiguity(touched));
        }
        let met: BTreeSet<&str> =
            self.findings.ambiguities.iter().map(|touched| touched.ambiguity.id.as_str()).collect();
        let known = self.coverage.contracts.iter().flat_map(|contract| &contract.ambiguities);
        let unmet: Vec<String> =
            known.filter(|entry| !met.contains(entry.id.as_str())).map(|entry| prose(&entry.id)).collect();
        if !unmet.is_empty() {
            blocks.push(format!("Not met by this run, so without evidence: {}.", unmet.join(", ")));
        }
    }

    fn findings(&self, blocks: &mut Vec<String>) {
        blocks.push("## What came and is not documented".to_owned());
        if self.findings.found.is_empty() {
            blocks.push("Nothing.".to_owned());
            return;
        }
        blocks.push("Is it meant to be so? Then it belongs in the documentation.".to_owned());
        blocks.push(self.findings.found.iter().map(finding).collect::<Vec<_>>().join("\n"));
    }

    fn never_came(&self, blocks: &mut Vec<String>) {
        let never: Vec<&NeverCame> = self.coverage.contracts.iter().flat_map(|contract| &contract.never_came).collect();
        if never.is_empty() {
            return;
        }
        blocks.push("## What is documented and never came".to_owned());
        blocks
            .push("The operation answered, and these were in none of its answers. Do they exist, and when?".to_owned());
        let line = |never: &&NeverCame| {
            let kind = if never.kind == ThingKind::Variant { "variant " } else { "" };
            let meaning = never.meaning.as_ref().map_or_else(String::new, |meaning| format!(": {}", prose(meaning)));
            format!("- {}: {kind}{}{meaning}", prose(&never.operation), code(&never.name))
        };
        blocks.push(never.iter().map(line).collect::<Vec<_>>().join("\n"));
    }
}

/// One ambiguity: what is written, how we rule, what we saw, what to answer.
fn ambiguity(touched: &TouchedAmbiguity) -> Vec<String> {
    let entry = &touched.ambiguity;
    let operations = match entry.operations.as_slice() {
        [] => "every operation".to_owned(),
        [all] if all == "*" => "every operation".to_owned(),
        several => several.iter().map(|operation| prose(operation)).collect::<Vec<_>>().join(", "),
    };
    let mut seen: Vec<String> = touched.evidence.iter().map(evidence).collect();
    if seen.is_empty() {
        seen.push(format!("- nothing that speaks for a reading; met first in {}", prose(&touched.first.to_string())));
    }
    vec![
        format!("### {} {}", prose(&entry.id), prose(&entry.title)),
        format!("Concerns {operations}."),
        format!("The documentation:\n\n> {}", prose(&entry.documented)),
        "Our ruling until it is answered:".to_owned(),
        format!("- on the wire: {}\n- let pass: {}", prose(&entry.wire), prose(&entry.accept)),
        format!("What we saw:\n\n{}", seen.join("\n")),
        "**Question:** is this ruling right? If not, what is meant?".to_owned(),
    ]
}

fn evidence(evidence: &Evidence) -> String {
    let (times, id) = match &evidence.from {
        EvidenceFrom::Exchange => (String::new(), String::new()),
        EvidenceFrom::Finding(id, times) => {
            (format!("{}, ", count(*times, "exchange")), format!("; not documented: {}", code(id)))
        }
        EvidenceFrom::Violation(id, times) => {
            (format!("{}, ", count(*times, "step")), format!("; a broken promise: {}", code(id)))
        }
    };
    format!("- {} ({times}first in {}{id})", prose(&evidence.what), prose(&evidence.first.to_string()))
}

fn finding(thing: &FoundThing) -> String {
    let finding = &thing.finding;
    let error = if finding.grade == Grade::Error { ", **graded as an error**" } else { "" };
    let mut line = format!("- {}", prose(&finding.what));
    if let Some(found) = &finding.found {
        line.push_str(&format!(", as {}", code(found)));
    }
    if let Some(near) = &finding.near {
        line.push_str(&format!("; documented and nearest is {}", code(near)));
    }
    if let Some(section) = &finding.section {
        line.push_str(&format!(" ({})", prose(section)));
    }
    let first = prose(&thing.first.to_string());
    format!("{line}; {}, first in {first}{error}: {}", count(thing.count, "exchange"), code(&finding.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::mixed_run;
    use crate::report::coverage::fixture::held_run;
    use crate::report::testing::told;

    fn written(events: &[Event]) -> String {
        let mut out = Vec::new();
        told(&mut Questions::new(&mut out), events);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_ambiguity_that_was_touched_is_a_question_with_its_evidence() {
        insta::assert_snapshot!(written(&held_run()));
    }

    #[test]
    fn a_run_without_a_contract_asks_nothing() {
        assert!(
            written(&mixed_run()).ends_with("\n\nNo suite of the run names a contract, so there is nothing to ask.\n")
        );
    }

    #[test]
    fn a_run_that_was_cut_short_says_so() {
        let mut events = held_run();
        events.pop();
        assert!(written(&events).contains("\n\n**Not complete:** the journal of run"));
    }
}
