//! The fold: events in, findings and ambiguities out.

use super::super::fold::{FirstSeen, Spots};
use super::{Evidence, EvidenceFrom, Findings, FoundThing, TouchedAmbiguity};
use crate::event::{Ambiguity, Event, EventKind, Finding, Promise, RuleBroken, ThingKind, Violation};
use std::collections::HashMap;

/// Collects what events find.
#[derive(Debug, Default)]
pub struct FindingsFold {
    found: Vec<Found>,
    by_id: HashMap<String, usize>,
    /// The ambiguities of every contract, in its order.
    documented: Vec<(String, Ambiguity)>,
    touched: HashMap<(String, String), Evident>,
    broken: Vec<Broken>,
    spots: Spots,
}

#[derive(Debug)]
struct Found {
    finding: Finding,
    count: usize,
    first: FirstSeen,
}

/// Where an ambiguity was touched first, and what was seen then and later.
#[derive(Debug)]
struct Evident {
    first: FirstSeen,
    evidence: Vec<(String, FirstSeen)>,
}

/// A broken promise that an ambiguity's ruling decides.
#[derive(Debug)]
struct Broken {
    id: String,
    ambiguity: String,
    operation: String,
    what: String,
    count: usize,
    first: FirstSeen,
}

impl FindingsFold {
    /// Takes one event.
    pub fn add(&mut self, event: &Event) {
        self.take(event);
        self.spots.add(event);
    }

    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::ContractRead(inventory) => {
                for ambiguity in &inventory.ambiguities {
                    let known =
                        |(of, known): &(String, Ambiguity)| *of == inventory.contract && known.id == ambiguity.id;
                    if !self.documented.iter().any(known) {
                        self.documented.push((inventory.contract.clone(), ambiguity.clone()));
                    }
                }
            }
            EventKind::AttemptFinished(attempt) => {
                let Some(held) = &attempt.validation else { return };
                for (index, finding) in held.findings.iter().enumerate() {
                    // Two items of one list are one thing of one exchange.
                    if held.findings[..index].iter().any(|earlier| earlier.id == finding.id) {
                        continue;
                    }
                    self.find(finding, attempt.case, attempt.step);
                }
            }
            EventKind::Touched(touched) => {
                for thing in touched.things.iter().filter(|thing| thing.kind == ThingKind::Ambiguity) {
                    let spot = self.spots.take(touched.case, touched.step);
                    let key = (touched.contract.clone(), thing.name.clone());
                    let evident =
                        self.touched.entry(key).or_insert_with(|| Evident { first: spot, evidence: Vec::new() });
                    let fresh = |what: &&String| !evident.evidence.iter().any(|(known, _)| known == *what);
                    if let Some(what) = thing.evidence.as_ref().filter(fresh) {
                        evident.evidence.push((what.clone(), spot));
                    }
                }
            }
            EventKind::StepFinished(step) => {
                for failure in step.outcome.failures() {
                    match &failure.promise {
                        // Those of an exchange were told with it; one that stopped a request from being sent was not.
                        Promise::Finding(finding) if !self.by_id.contains_key(&finding.id) => {
                            self.find(finding, step.case, step.step);
                        }
                        Promise::Contract(violation) => self.broke(violation, step.case, step.step),
                        Promise::Rule(rule) => self.broke_rule(rule, step.case, step.step),
                        _ => {}
                    }
                }
            }
            EventKind::RunStarted(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_)
            | EventKind::WaiverRefused(_)
            | EventKind::Interrupted(_)
            | EventKind::RunFinished(_) => {}
        }
    }

    /// What was found so far.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let found = |found: &Found| FoundThing {
            finding: found.finding.clone(),
            count: found.count,
            first: self.spots.place(found.first),
        };
        let ambiguities = self.documented.iter().filter_map(|(contract, entry)| self.ambiguity(contract, entry));
        Findings { found: self.found.iter().map(found).collect(), ambiguities: ambiguities.collect() }
    }

    /// The place is taken down only where it is the first: a run may find a thing many thousand times.
    fn find(&mut self, finding: &Finding, case: usize, step: usize) {
        match self.by_id.get(&finding.id) {
            Some(at) => {
                let known = &mut self.found[*at];
                known.count += 1;
                known.finding.grade = known.finding.grade.max(finding.grade);
            }
            None => {
                self.by_id.insert(finding.id.clone(), self.found.len());
                let first = self.spots.take(case, step);
                self.found.push(Found { finding: finding.clone(), count: 1, first });
            }
        }
    }

    fn broke_rule(&mut self, rule: &RuleBroken, case: usize, step: usize) {
        let id = rule.id();
        for ambiguity in &rule.ambiguities {
            if let Some(known) = self.broken.iter_mut().find(|known| known.id == id && known.ambiguity == *ambiguity) {
                known.count += 1;
                continue;
            }
            self.broken.push(Broken {
                id: id.clone(),
                ambiguity: ambiguity.clone(),
                operation: rule.operation.clone(),
                what: format!("rule {} is broken: {}", rule.rule, rule.came),
                count: 1,
                first: self.spots.take(case, step),
            });
        }
    }

    fn broke(&mut self, violation: &Violation, case: usize, step: usize) {
        let Some(ambiguity) = &violation.ambiguity else { return };
        let id = violation.id();
        if let Some(known) = self.broken.iter_mut().find(|known| known.id == id && known.ambiguity == *ambiguity) {
            known.count += 1;
            return;
        }
        let found = violation.found.as_deref().unwrap_or("nothing");
        self.broken.push(Broken {
            id,
            ambiguity: ambiguity.clone(),
            operation: violation.operation.clone(),
            what: format!("{found} came where {} is promised", violation.promised),
            count: 1,
            first: self.spots.take(case, step),
        });
    }

    /// What is known of an ambiguity, if anything touched it. A finding and a broken promise do not name their contract;
    /// they count where the ambiguity concerns their operation.
    fn ambiguity(&self, contract: &str, entry: &Ambiguity) -> Option<TouchedAmbiguity> {
        let concerns = |operation: &String| {
            entry.operations.is_empty() || entry.operations.iter().any(|own| own == operation || own == "*")
        };
        let touched = self.touched.get(&(contract.to_owned(), entry.id.clone()));
        let mut evidence: Vec<(String, EvidenceFrom, FirstSeen)> = Vec::new();
        for (what, spot) in touched.iter().flat_map(|touched| &touched.evidence) {
            evidence.push((what.clone(), EvidenceFrom::Exchange, *spot));
        }
        for Found { finding, count, first } in &self.found {
            if finding.ambiguity.as_ref() == Some(&entry.id) && concerns(&finding.operation) {
                evidence.push((finding.what.clone(), EvidenceFrom::Finding(finding.id.clone(), *count), *first));
            }
        }
        for broken in &self.broken {
            if broken.ambiguity == entry.id && concerns(&broken.operation) {
                let from = EvidenceFrom::Violation(broken.id.clone(), broken.count);
                evidence.push((broken.what.clone(), from, broken.first));
            }
        }
        let first = touched.map(|touched| touched.first).or(evidence.first().map(|(.., spot)| *spot))?;
        let resolved = |(what, from, spot)| Evidence { what, from, first: self.spots.place(spot) };
        Some(TouchedAmbiguity {
            contract: contract.to_owned(),
            ambiguity: entry.clone(),
            first: self.spots.place(first),
            evidence: evidence.into_iter().map(resolved).collect(),
        })
    }
}
