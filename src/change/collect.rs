//! What is known while two contracts are compared, and the one place where changes are made.

use super::rules::{Level, Rule};
use super::schema::{Gap, Side, Walk};
use super::{Change, Document, Report, Verdict, Which, Witness};
use crate::contract::{Operation, Schema, Seen};
use crate::source::{Sources, Span};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Two contracts and what was found of them.
pub(super) struct Collect<'a> {
    pub(super) old: Document<'a>,
    pub(super) new: Document<'a>,
    pub(super) sources: &'a Sources,
    level: Level,
    /// What judges exchanges needs a place for what was touched; made when it is first needed.
    seen: (OnceCell<Seen>, OnceCell<Seen>),
    walks: HashMap<(Half, Side), Walk>,
    makers: HashMap<(Half, bool), Walk>,
    /// The operations of the old contract, each with the new one that it is.
    pub(super) paired: Rc<Vec<(&'a Operation, Option<&'a Operation>)>>,
    changes: Vec<Change>,
    ids: HashSet<String>,
    pub(super) common: usize,
    pub(super) operations: usize,
}

/// Which half of an exchange is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Half {
    Request,
    Response,
}

/// A change before it has an id.
#[derive(Debug, Clone)]
pub(super) struct Found<'f> {
    pub(super) verdict: Verdict,
    pub(super) rule: &'static str,
    pub(super) operation: Option<&'f str>,
    pub(super) side: &'f str,
    pub(super) variant: Option<&'f str>,
    pub(super) place: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) old: Option<Span>,
    pub(super) new: Option<Span>,
    pub(super) witness: Option<Witness>,
    pub(super) note: Option<String>,
    pub(super) ambiguities: Vec<String>,
}

impl<'f> Found<'f> {
    pub(super) fn new(verdict: Verdict, rule: &'static str, side: &'f str) -> Self {
        Self {
            verdict,
            rule,
            operation: None,
            side,
            variant: None,
            place: String::new(),
            before: String::new(),
            after: String::new(),
            old: None,
            new: None,
            witness: None,
            note: None,
            ambiguities: Vec::new(),
        }
    }

    pub(super) fn of(self, operation: &'f str) -> Self {
        Self { operation: Some(operation), ..self }
    }

    pub(super) fn at(self, place: impl Into<String>) -> Self {
        Self { place: place.into(), ..self }
    }

    pub(super) fn says(self, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { before: before.into(), after: after.into(), ..self }
    }

    pub(super) fn spans(self, old: Option<Span>, new: Option<Span>) -> Self {
        Self { old, new, ..self }
    }
}

/// Where gaps of a pair of schemas stand.
pub(super) struct Where<'w> {
    pub(super) operation: &'w Operation,
    pub(super) half: Half,
    pub(super) side: &'w str,
    pub(super) variant: Option<&'w str>,
    /// Before every pointer: `query limit`, or nothing for a body.
    pub(super) before: String,
    pub(super) ambiguities: Vec<String>,
}

impl<'a> Collect<'a> {
    pub(super) fn new(old: Document<'a>, new: Document<'a>, sources: &'a Sources, level: Level) -> Self {
        Self {
            old,
            new,
            sources,
            level,
            seen: (OnceCell::new(), OnceCell::new()),
            walks: HashMap::new(),
            makers: HashMap::new(),
            paired: Rc::new(super::operations::paired(old.contract, new.contract)),
            changes: Vec::new(),
            ids: HashSet::new(),
            common: 0,
            operations: 0,
        }
    }

    /// What was touched of the old contract, and of the new one.
    pub(super) fn seen(&self, of: Which) -> &Seen {
        match of {
            Which::Old => self.seen.0.get_or_init(|| Seen::new(self.old.contract)),
            Which::New => self.seen.1.get_or_init(|| Seen::new(self.new.contract)),
        }
    }

    /// Operations that both contracts have.
    pub(super) fn pairs(&self) -> Vec<(&'a Operation, &'a Operation)> {
        self.paired.iter().filter_map(|(old, new)| Some((*old, (*new)?))).collect()
    }

    /// The least value of a schema of one of the contracts.
    pub(super) fn least(&mut self, half: Half, of: Which, schema: &Schema) -> Option<serde_json::Value> {
        let maker = self.makers.entry((half, of == Which::Old));
        let maker = maker.or_insert_with(|| Walk::new(schema.schemas(), schema.schemas(), Side::New));
        maker.least(schema.schema_id())
    }

    /// Takes in a change, unless its level is beyond what is asked or its place is known.
    pub(super) fn add(&mut self, found: Found<'_>) {
        let Some(rule) = Rule::named(found.rule) else { return };
        if rule.level > self.level {
            return;
        }
        let mut id = String::new();
        let parts = [found.operation.unwrap_or("*"), found.side];
        for part in parts.into_iter().chain(found.variant).chain([found.place.as_str()]).filter(|part| !part.is_empty())
        {
            id.push_str(part);
            id.push(':');
        }
        id.push_str(rule.name);
        if !self.ids.insert(id.clone()) {
            return;
        }
        let place = |span: Option<Span>| span.map(|span| self.sources.place(span));
        self.changes.push(Change {
            id,
            verdict: found.verdict,
            rule,
            operation: found.operation.map(str::to_owned),
            side: found.side.to_owned(),
            variant: found.variant.map(str::to_owned),
            old: place(found.old),
            new: place(found.new),
            place: found.place,
            before: found.before,
            after: found.after,
            witness: found.witness,
            note: found.note,
            ambiguities: found.ambiguities,
        });
    }

    /// The walk of a half in one direction: the right side is the contract named.
    pub(super) fn walk(&mut self, half: Half, right_is: Side, old: &Schema, new: &Schema) -> &mut Walk {
        self.walks.entry((half, right_is)).or_insert_with(|| match right_is {
            Side::New => Walk::new(old.schemas(), new.schemas(), right_is),
            Side::Old => Walk::new(new.schemas(), old.schemas(), right_is),
        })
    }

    /// Compares two schemas of one place both ways, and takes in what differs.
    pub(super) fn schemas(&mut self, old: &Schema, new: &Schema, at: &Where<'_>) {
        let (old_id, new_id) = (old.schema_id(), new.schema_id());
        let forward = match at.half {
            Half::Request => Side::New,
            Half::Response => Side::Old,
        };
        let backward = if forward == Side::New { Side::Old } else { Side::New };
        let walk = self.walk(at.half, forward, old, new);
        let ids = |right: Side| if right == Side::New { (old_id, new_id) } else { (new_id, old_id) };
        let (left, right) = ids(forward);
        if walk.same(left, right) {
            return;
        }
        let breaks = walk.gaps(left, right);
        let (left, right) = ids(backward);
        let loosens = self.walk(at.half, backward, old, new).gaps(left, right);
        for gap in breaks.iter() {
            let other = loosens.iter().find(|other| other.pointer == gap.pointer && other.family == gap.family);
            let rule = other.map_or(gap.rule, |_| super::rules::schema::rule_both(gap.family));
            // Of each side that which only that side has.
            let gap = &match other {
                Some(other) => Gap { right: other.left, right_says: other.left_says.clone(), ..gap.clone() },
                None => gap.clone(),
            };
            let sides = if forward == Side::New { (old, new) } else { (new, old) };
            let (verdict, witness, note) = self.judged(gap, at, forward, sides);
            self.gap(gap, rule, verdict, witness, note, forward, at);
        }
        for gap in loosens.iter() {
            let known = breaks.iter().any(|other| other.pointer == gap.pointer && other.family == gap.family);
            if !known {
                self.gap(gap, gap.rule, Verdict::Compatible, None, None, backward, at);
            }
        }
    }

    /// What a gap in the direction that matters is to a client.
    fn judged(
        &self,
        gap: &Gap,
        at: &Where<'_>,
        forward: Side,
        sides: (&Schema, &Schema),
    ) -> (Verdict, Option<Witness>, Option<String>) {
        if gap.undocumented {
            let note = match at.half {
                Half::Request => "the old contract does not document it, so nobody was told to send it",
                Half::Response => "whatever comes there was allowed before; it may no longer come",
            };
            return (Verdict::Compatible, None, Some(note.to_owned()));
        }
        let right_by = if forward == Side::New { Which::Old } else { Which::New };
        match &gap.witness {
            Some(value) => {
                let what = match (at.before.is_empty(), at.half) {
                    (false, _) => at.before.clone(),
                    (true, Half::Request) => "request body".to_owned(),
                    (true, Half::Response) => "response body".to_owned(),
                };
                let witness = Witness { what, value: value.clone(), right_by, refused: String::new() };
                super::exchange::confirmed(self, at, witness, &gap.pointer, sides)
            }
            None => {
                let note = "neither containment nor a counterexample was found; taken as breaking".to_owned();
                (Verdict::Unsure, None, Some(note))
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a change is made of, each of another kind")]
    fn gap(
        &mut self,
        gap: &Gap,
        rule: &'static str,
        verdict: Verdict,
        witness: Option<Witness>,
        note: Option<String>,
        right_is: Side,
        at: &Where<'_>,
    ) {
        let (old, new, before, after) = match right_is {
            Side::New => (gap.left, gap.right, &gap.left_says, &gap.right_says),
            Side::Old => (gap.right, gap.left, &gap.right_says, &gap.left_says),
        };
        let mut ambiguities = gap.ambiguities.clone();
        for id in at.ambiguities.iter().chain(&at.operation.ambiguities) {
            if !ambiguities.contains(id) {
                ambiguities.push(id.clone());
            }
        }
        self.add(Found {
            verdict,
            rule,
            operation: Some(&at.operation.id),
            side: at.side,
            variant: at.variant,
            place: format!("{}{}", at.before, gap.pointer),
            before: before.clone(),
            after: after.clone(),
            old: Some(old),
            new: Some(new),
            witness,
            note,
            ambiguities,
        });
    }

    /// All that was found, breaking changes first.
    pub(super) fn report(self) -> Report {
        let title = |document: Document<'_>| (document.contract.title.clone(), document.contract.version.clone());
        let mut changes = self.changes;
        changes.sort_by_key(|change| change.verdict);
        Report { old: title(self.old), new: title(self.new), changes, common: self.common, operations: self.operations }
    }
}
