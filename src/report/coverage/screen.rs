//! Coverage for people: tables that fit the terminal, then what broke, what was not reached, what never came.

use super::reach::Knowledge;
use super::table::{Line, lines};
use super::{ContractCoverage, Coverage, GroupCoverage, KINDS, NeverCame, Numbers, Row, RunRead, Where, plural};
use crate::diagnostic::Style;
use crate::event::ThingKind;
use crate::report::findings::{Findings, TouchedAmbiguity};
use crate::report::style::{Role, paint};
use crate::text::{columns, visible_line, wrap};
use crate::text::{count, grouped};

/// Things of one list that are named where not everything is asked for.
const LISTED: usize = 8;

/// Most columns that text is spread over.
const WIDEST: usize = 120;

/// Fewest columns that are laid out for.
const NARROWEST: usize = 40;

/// Kinds by how much it says that one of them came broken.
const TELLING: [ThingKind; 8] = [
    ThingKind::Field,
    ThingKind::Value,
    ThingKind::Variant,
    ThingKind::Code,
    ThingKind::Status,
    ThingKind::Ambiguity,
    ThingKind::Rule,
    ThingKind::Operation,
];

/// How much of every list is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Its beginning, and how much more there is.
    Beginning,
    /// All of it.
    Everything,
}

/// What is shown, and how.
pub struct Screen<'a> {
    /// The coverage.
    pub coverage: &'a Coverage,
    /// What the same runs found.
    pub findings: &'a Findings,
    /// How what was not reached would be.
    pub known: &'a Knowledge<'a>,
    /// How much of every list is told.
    pub depth: Depth,
    /// How to draw.
    pub style: Style,
    /// How many columns there are.
    pub width: usize,
}

/// A line of a list, and what is said of it.
type Entry = (String, Option<String>);

impl Screen<'_> {
    /// The lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.coverage.runs.iter().flat_map(|run| self.run(run)).collect();
        for gap in self.coverage.gaps() {
            lines.extend(self.wrapped("", &gap).iter().map(|line| self.painted(Role::Error, line)));
        }
        if self.coverage.contracts.is_empty() {
            lines.push(String::new());
            lines.extend(self.wrapped("", "No suite of it names a contract, so there is nothing to cover."));
        }
        for contract in &self.coverage.contracts {
            lines.extend(self.contract(contract));
        }
        lines
    }

    fn run(&self, run: &RunRead) -> Vec<String> {
        let share = run.share.as_ref().map_or_else(String::new, |share| {
            format!(" · share {} of {} by {}", share.number, share.of, visible_line(&share.by))
        });
        let (name, environment) = (visible_line(&run.run), visible_line(&run.environment));
        self.wrapped("", &format!("run {name} · environment {environment}{share}"))
    }

    fn contract(&self, contract: &ContractCoverage) -> Vec<String> {
        let versions = contract.versions.join(" and ");
        let title = visible_line(&format!("{} · {} {versions}", contract.title, contract.name));
        let mut lines = vec![String::new()];
        lines.extend(self.wrapped("", &title).iter().map(|line| self.painted(Role::Strong, line)));
        if contract.versions.len() > 1 {
            lines.extend(self.wrapped("", "The runs had different versions of it; what any of them documents counts."));
        }
        lines.push(String::new());
        lines.extend(self.kinds(contract));
        lines.extend(self.rules(contract));
        lines.extend(self.operations(contract));
        lines.extend(self.violated(contract));
        lines.extend(self.unreached(contract));
        lines.extend(self.never_came(&contract.never_came));
        lines.extend(self.ambiguities(contract));
        if !contract.unlisted.is_empty() {
            let names = contract.unlisted.join(", ");
            let text = format!("Touched and not documented, which a sound journal never says: {names}");
            lines.push(String::new());
            lines.extend(self.wrapped("", &visible_line(&text)));
        }
        lines
    }

    /// A line for every kind.
    fn kinds(&self, contract: &ContractCoverage) -> Vec<String> {
        let mut table = vec![Line::head(["", "documented", "exercised", "seen", "violated", "covered"])];
        for kind in KINDS {
            let numbers = contract.numbers(kind);
            let Some(percent) = numbers.percent() else { continue };
            let Numbers { documented, exercised, seen, violated } = numbers;
            let [documented, exercised, seen, violated] = [documented, exercised, seen, violated].map(grouped);
            let cells = [plural(kind).to_owned(), documented, exercised, seen, violated, format!("{percent} %")];
            table.push(Line::of(role(numbers), cells));
        }
        lines(&table, self.style, self.width())
    }

    /// How the rules over more than one exchange fared, in one line.
    fn rules(&self, contract: &ContractCoverage) -> Vec<String> {
        let numbers = contract.numbers(ThingKind::Rule);
        if numbers.documented == 0 {
            return Vec::new();
        }
        let rows = contract.groups.iter().filter(|group| group.kind == ThingKind::Rule).flat_map(|group| &group.rows);
        let never = rows.filter(|row| row.seen.is_none() && row.violated.is_none()).count();
        let broken = match numbers.violated {
            0 => String::new(),
            broken => format!(", broken {}", grouped(broken)),
        };
        let [kept, all, never] = [numbers.seen, numbers.documented, never].map(grouped);
        self.wrapped("", &format!("rules: kept {kept} of {all}, never due {never}{broken}"))
    }

    /// A line for every operation: how many were seen of how many of each kind that belongs to operations.
    fn operations(&self, contract: &ContractCoverage) -> Vec<String> {
        let mut names: Vec<Option<&str>> = Vec::new();
        for group in &contract.groups {
            if !names.contains(&group.operation.as_deref()) {
                names.push(group.operation.as_deref());
            }
        }
        let kinds = [ThingKind::Status, ThingKind::Variant, ThingKind::Field, ThingKind::Value];
        let of_all = |operation: &Option<&str>| kinds.map(|kind| contract.numbers_of(kind, *operation));
        names.retain(|operation| of_all(operation).iter().any(|numbers| numbers.documented > 0));
        // What belongs to no operation comes last.
        names.sort_by_key(Option::is_none);
        let covered =
            |operation: &Option<&str>| of_all(operation).iter().all(|numbers| numbers.seen == numbers.documented);
        let more = match self.depth {
            Depth::Beginning if names.len() > 4 * LISTED => {
                names.retain(|operation| !covered(operation));
                let more = names.len().saturating_sub(4 * LISTED);
                names.truncate(4 * LISTED);
                more
            }
            Depth::Beginning | Depth::Everything => 0,
        };
        if names.is_empty() {
            return Vec::new();
        }
        let head = kinds.map(plural);
        let mut table = vec![Line::head(["seen of", head[0], head[1], head[2], head[3]])];
        for operation in &names {
            let cell = |numbers: Numbers| match numbers.documented {
                0 => "–".to_owned(),
                documented => format!("{}/{}", grouped(numbers.seen), grouped(documented)),
            };
            let [status, variant, field, value] = of_all(operation).map(cell);
            let name = visible_line(operation.unwrap_or("any operation"));
            let role = if covered(operation) { Role::Passed } else { Role::Error };
            table.push(Line::of(role, [name, status, variant, field, value]));
        }
        let mut told = vec![String::new()];
        told.extend(lines(&table, self.style, self.width()));
        if more > 0 {
            told.push(format!("… and {}, with --operation", count(more, "more operation")));
        }
        told
    }

    /// What came broken. An operation is listed only where nothing of it is.
    fn violated(&self, contract: &ContractCoverage) -> Vec<String> {
        let broken = || {
            let groups = contract.groups.iter();
            groups.flat_map(|group| group.rows.iter().filter_map(move |row| Some((group, row, row.violated.as_ref()?))))
        };
        let explained = |name: &str| broken().any(|(group, ..)| group.operation.as_deref() == Some(name));
        let mut told: Vec<_> =
            broken().filter(|(group, row, _)| group.kind != ThingKind::Operation || !explained(&row.name)).collect();
        told.sort_by_key(|(group, ..)| TELLING.iter().position(|kind| *kind == group.kind));
        let entry = |(group, row, place): &(&GroupCoverage, &Row, &Where)| {
            (format!("{} {}", singular(group.kind), named(group, row)), Some(format!("first in {place}")))
        };
        let entries: Vec<Entry> = told.iter().map(entry).collect();
        self.list(&format!("Violated: {}", grouped(entries.len())), Role::Failed, &entries, "--format json")
    }

    fn unreached(&self, contract: &ContractCoverage) -> Vec<String> {
        let mut lines = Vec::new();
        for kind in KINDS {
            let mut entries = Vec::new();
            let mut missing = 0;
            for group in contract.groups.iter().filter(|group| group.kind == kind) {
                let rows: Vec<&Row> = group.rows.iter().filter(|row| row.seen.is_none()).collect();
                missing += rows.len();
                entries.extend(self.missing(contract, group, &rows));
            }
            let (missing, all) = (grouped(missing), grouped(contract.numbers(kind).documented));
            let title = format!("Not reached: {missing} of {all} {}", plural(kind));
            lines.extend(self.list(&title, Role::Error, &entries, &format!("--kind {}", plural(kind))));
        }
        lines
    }

    /// What of a group was not seen, with what would reach it. Members of a variant that was not seen itself are one entry:
    /// it is the variant that has to be reached.
    fn missing(&self, contract: &ContractCoverage, group: &GroupCoverage, rows: &[&Row]) -> Vec<Entry> {
        let mut entries = Vec::new();
        let unseen = contract.unseen_wholes(group);
        let mut wholes: Vec<(&str, usize)> = Vec::new();
        for row in rows {
            let whole = row.name.split_once(' ').map(|(whole, _)| whole);
            if let Some(whole) = whole.filter(|whole| unseen.contains(whole)) {
                match wholes.iter_mut().find(|(known, _)| *known == whole) {
                    Some((_, members)) => *members += 1,
                    None => wholes.push((whole, 1)),
                }
                continue;
            }
            // Nobody reads the way to what is not listed, and a large contract has many thousand such.
            let listed = entries.len() < self.most();
            let way = listed.then(|| contract.way_to(group, row, self.known)).flatten();
            let broken = row.violated.as_ref().map(|_| "it came, and came broken".to_owned());
            entries.push((with_meaning(group, row), broken.or(way)));
        }
        entries.extend(wholes.into_iter().map(|(whole, members)| {
            let of =
                group.operation.as_ref().map_or_else(|| whole.to_owned(), |operation| format!("{operation} {whole}"));
            (format!("{} of {of}", count(members, "field")), Some("which was not seen either".to_owned()))
        }));
        entries
    }

    fn never_came(&self, never: &[NeverCame]) -> Vec<String> {
        let entry = |never: &NeverCame| (format!("{} {}", never.operation, never.name), None);
        let entries: Vec<_> = never.iter().map(entry).collect();
        let title = format!("Never came, although the operation answered: {}", grouped(entries.len()));
        self.list(&title, Role::Error, &entries, "--kind fields, --kind variants")
    }

    /// The ambiguities that were touched: what rules here, and what was seen.
    fn ambiguities(&self, contract: &ContractCoverage) -> Vec<String> {
        let shown = |touched: &&TouchedAmbiguity| {
            touched.contract == contract.name
                && contract.groups.iter().any(|group| {
                    group.kind == ThingKind::Ambiguity && group.rows.iter().any(|row| row.name == touched.ambiguity.id)
                })
        };
        let mut entries = Vec::new();
        for touched in self.findings.ambiguities.iter().filter(shown) {
            let mut said = format!("ruled: {}", touched.ambiguity.accept);
            match touched.evidence.as_slice() {
                [] => said.push_str(&format!("\nfirst in {}", touched.first)),
                several => several.iter().for_each(|evidence| {
                    said.push_str(&format!("\nseen: {}, {}", evidence.what, evidence.first));
                }),
            }
            let (first, rest) = said.split_once('\n').unwrap_or((&said, ""));
            let told = match self.depth {
                Depth::Everything => format!("{first}\n{rest}"),
                Depth::Beginning => first.to_owned(),
            };
            entries.push((format!("{}: {}", touched.ambiguity.id, touched.ambiguity.title), Some(told)));
        }
        let title = format!("Ambiguities touched: {}", grouped(entries.len()));
        self.list(&title, Role::Strong, &entries, "--kind ambiguities")
    }

    /// A list under a title; nothing when there is nothing in it.
    fn list(&self, title: &str, role: Role, entries: &[Entry], rest: &str) -> Vec<String> {
        if entries.is_empty() {
            return Vec::new();
        }
        let most = self.most();
        let mut lines = vec![String::new()];
        lines.extend(self.wrapped("", title).iter().map(|line| self.painted(role, line)));
        for (name, said) in entries.iter().take(most) {
            lines.extend(self.entry(&visible_line(name), said.as_deref()));
        }
        if entries.len() > most {
            lines.push(format!("  … and {} more: {rest}", grouped(entries.len() - most)));
        }
        lines
    }

    /// Entries of one list that are told.
    const fn most(&self) -> usize {
        match self.depth {
            Depth::Beginning => LISTED,
            Depth::Everything => usize::MAX,
        }
    }

    /// `name: what is said`, on one line where it fits.
    fn entry(&self, name: &str, said: Option<&str>) -> Vec<String> {
        let Some(said) = said else { return self.wrapped("  ", name) };
        let mut parts = said.lines().filter(|line| !line.is_empty());
        let first = visible_line(parts.next().unwrap_or_default());
        let one = format!("  {name} · {first}");
        let mut lines = match columns(&one) <= self.width() {
            true => vec![format!("  {name} · {}", self.painted(Role::Faint, &first))],
            false => {
                let mut lines = self.wrapped("  ", name);
                lines.extend(self.faint(&first));
                lines
            }
        };
        lines.extend(parts.flat_map(|part| self.faint(&visible_line(part))));
        lines
    }

    fn faint(&self, text: &str) -> Vec<String> {
        self.wrapped("      ", text).iter().map(|line| self.painted(Role::Faint, line)).collect()
    }

    fn wrapped(&self, margin: &str, text: &str) -> Vec<String> {
        let room = self.width().min(WIDEST).saturating_sub(columns(margin));
        wrap(text, room).lines().map(|line| format!("{margin}{line}")).collect()
    }

    fn painted(&self, role: Role, text: &str) -> String {
        paint(self.style, role, text).to_string()
    }

    fn width(&self) -> usize {
        self.width.max(NARROWEST)
    }
}

fn with_meaning(group: &GroupCoverage, row: &Row) -> String {
    let name = named(group, row);
    match (&row.meaning, group.kind) {
        (None, _) => name,
        // Of a member, whether it must be there.
        (Some(meaning), ThingKind::Field) => format!("{name}, {meaning}"),
        (Some(meaning), _) => format!("{name}: {meaning}"),
    }
}

fn named(group: &GroupCoverage, row: &Row) -> String {
    match &group.operation {
        Some(operation) => format!("{operation} {}", row.name),
        None => row.name.clone(),
    }
}

const fn singular(kind: ThingKind) -> &'static str {
    match kind {
        ThingKind::Operation => "operation",
        ThingKind::Code => "code",
        ThingKind::Status => "status",
        ThingKind::Variant => "variant",
        ThingKind::Field => "field",
        ThingKind::Value => "value",
        ThingKind::Ambiguity => "ambiguity",
        ThingKind::Rule => "rule",
    }
}

const fn role(numbers: Numbers) -> Role {
    match (numbers.violated, numbers.seen == numbers.documented) {
        (0, true) => Role::Passed,
        (0, false) => Role::Error,
        (_, _) => Role::Failed,
    }
}
