//! What a rule is, once it is read.

use super::place::Place;
use super::view::Reads;
use crate::contract::StatusRange;
use crate::expr::Expression;
use crate::source::Span;
use crate::suite::BodyCheck;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The rules of a contract, with what is needed to apply them. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The rules, in the order written; those that other members of the contract make come last.
    pub all: Vec<Arc<Rule>>,
    /// What exchanges can have in common, each with where it stands.
    pub keys: Vec<CommonKey>,
    /// The key that names the customer, as an index into `keys`; `None` where no rule has one.
    pub subject: Option<usize>,
    /// Codes by their meaning, to tell a refusal from a success.
    pub codes: Codes,
}

/// What the contract says of status codes.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    /// Codes that refuse a request.
    pub refusals: BTreeSet<String>,
    /// Codes that say that what was asked for is there already.
    pub conflicts: BTreeSet<String>,
    /// Members of a response in which the code may stand, by operation.
    pub members: BTreeMap<String, Vec<String>>,
}

/// A promise over one or more exchanges.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, unique in its contract, as `R31`.
    pub id: String,
    /// The promise in one sentence.
    pub says: String,
    /// Who has to keep it.
    pub binds: Binds,
    /// The section of the documentation.
    pub section: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// Ambiguities it rests on.
    pub ambiguities: Vec<String>,
    /// Whether breaking it is only worth a warning, where the rule says so itself.
    pub warning: Option<bool>,
    /// The exchanges it speaks of: what makes it due.
    pub on: Pattern,
    /// What the exchanges that belong together have in common, as indexes into [`Rules::keys`]; empty for all of a run.
    pub same: Vec<usize>,
    /// Earlier exchanges that it speaks of by name.
    pub with: Vec<Earlier>,
    /// What must be.
    pub form: Form,
    /// What times may differ by.
    pub slack: Slack,
    /// Where it is written.
    pub span: Span,
    /// What its expressions look at.
    pub(super) reads: Reads,
    /// The order in which earlier exchanges are remembered: those that others speak of come first.
    pub(super) with_order: Vec<usize>,
}

/// Who has to keep a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binds {
    /// Who calls.
    Client,
    /// Who answers.
    Server,
}

impl Binds {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The documentation of the API says it.
    Documentation,
    /// The overview of the ways to integrate says it.
    Archetypes,
    /// Nobody says it, and no reading allows it to be otherwise.
    Sense,
}

impl Origin {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Archetypes => "archetypes",
            Self::Sense => "sense",
        }
    }
}

/// Exchanges of a kind.
#[derive(Debug, Clone, Default)]
pub struct Pattern {
    /// Of one of these operations; of any when empty.
    pub operations: Vec<String>,
    /// Of none of these operations.
    pub except: Vec<String>,
    /// What the request must be like.
    pub request: Vec<BodyCheck>,
    /// What the response must be like.
    pub response: Vec<BodyCheck>,
    /// Its HTTP status; any when empty.
    pub status: Vec<StatusRange>,
    /// Its documented code; any when empty.
    pub codes: Vec<String>,
    /// Whether it did what was asked, or refused it.
    pub outcome: Option<Outcome>,
    /// Where it is written.
    pub span: Option<Span>,
}

/// What an answer did with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It took it.
    Success,
    /// It did not.
    Refusal,
    /// It took it, or says that it was taken before.
    There,
}

/// An earlier exchange that a rule speaks of.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its name in expressions.
    pub name: String,
    /// Which exchanges can be it.
    pub pattern: Pattern,
    /// Which of several it is.
    pub pick: Pick,
    /// Where it is written.
    pub span: Span,
}

/// Which of several exchanges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The last one before.
    Latest,
    /// The first one.
    First,
}

/// What must be. Exchanges that belong together are those with the same `same`.
#[derive(Debug, Clone)]
pub enum Form {
    /// Every exchange that `on` names is like this.
    Every {
        /// What it must be like.
        expect: Pattern,
    },
    /// Every exchange that `on` names makes this true.
    Assert {
        /// What must be true.
        expression: Arc<Expression>,
        /// The values that are `it`, one after the other; none for the exchange as a whole.
        each: Option<Place>,
    },
    /// Before every exchange that `on` names there was one of these.
    Precedes {
        /// Which.
        before: Pattern,
        /// A value that must be among those that the latest of them gave.
        among: Option<(Place, Place)>,
    },
    /// After every exchange that `on` names comes one of these.
    Responds {
        /// Which.
        then: Pattern,
        /// How long after, from the answer to the next request.
        within: Option<Duration>,
    },
    /// No exchange that `on` names comes after one of these.
    NeverAfter {
        /// Which.
        after: Pattern,
        /// For how long; for good without it.
        within: Option<Duration>,
        /// What ends it.
        until: Option<Pattern>,
    },
    /// Exchanges that `on` names follow each other at this pace.
    Paced {
        /// The least time from one request to the next.
        least: Option<Duration>,
        /// The most time from an answer to the next request.
        most: Option<Duration>,
        /// Only after answers like this.
        during: Option<Pattern>,
    },
    /// What `on` names is tried again.
    Repeats {
        /// The exchange that tries again.
        again: Pattern,
        /// At least so often.
        least: u32,
        /// At most so often.
        most: u32,
        /// Not sooner after the answer than this.
        every: Option<Duration>,
        /// The answer that ends it; any other answer to what `on` names without it.
        done: Option<Pattern>,
    },
    /// A value is that of an earlier exchange.
    SameValue {
        /// The value.
        value: Place,
        /// What it must be.
        of: Place,
    },
    /// A value is one of those that an earlier exchange gave, or lies in one of the ranges it gave.
    WithinSet {
        /// The value; none where `holds` says all.
        value: Option<Place>,
        /// The values of the earlier exchange.
        of: Place,
        /// What must be true of one of them, as `it`.
        holds: Option<Arc<Expression>>,
    },
    /// Once `on` was seen, exactly one of these ways is gone.
    OneOf {
        /// The ways by name.
        ways: Vec<(String, Pattern)>,
    },
    /// A value never comes twice.
    Unique {
        /// The value.
        value: Place,
        /// Where it may not come twice.
        across: Across,
    },
    /// A value that is final stays as it is.
    Stays {
        /// The value.
        value: Place,
        /// What makes it final; any value when empty.
        once: Vec<crate::expr::Matcher>,
    },
}

impl Form {
    /// Its name, as it is written.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Every { .. } => "every",
            Self::Assert { .. } => "assert",
            Self::Precedes { .. } => "precedes",
            Self::Responds { .. } => "responds",
            Self::NeverAfter { .. } => "never-after",
            Self::Paced { .. } => "paced",
            Self::Repeats { .. } => "repeats",
            Self::SameValue { .. } => "same-value",
            Self::WithinSet { .. } => "within-set",
            Self::OneOf { .. } => "one-of",
            Self::Unique { .. } => "unique",
            Self::Stays { .. } => "stays",
        }
    }
}

/// Where a value may not come twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// In one answer.
    List,
    /// Under two different values of `same`, however often under one.
    Groups,
    /// Under two different values of `same`, or for two operations.
    GroupsAndOperations,
}

/// What times may differ by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slack {
    /// A share of every limit, as 0.1.
    pub share: f64,
    /// At least so much.
    pub least: Duration,
}

impl Default for Slack {
    fn default() -> Self {
        Self { share: 0.1, least: Duration::from_millis(200) }
    }
}

impl Slack {
    /// What a limit may be missed by.
    #[must_use]
    pub fn of(self, limit: Duration) -> Duration {
        limit.mul_f64(self.share.clamp(0.0, 10.0)).max(self.least)
    }
}

/// What exchanges can have in common, and where it stands in them.
#[derive(Debug, Clone)]
pub struct CommonKey {
    /// Its name, as `customerID`.
    pub name: String,
    /// Where a request carries it.
    pub asked: Vec<KeyPlace>,
    /// Where an answer gives it.
    pub given: Vec<KeyPlace>,
}

/// A place of a key.
#[derive(Debug, Clone)]
pub struct KeyPlace {
    /// In exchanges of this operation; of any without it.
    pub operation: Option<String>,
    /// The path from the request's or the response's value.
    pub selector: crate::expr::Selector,
}

impl Rule {
    /// Whether it can be broken within one answer, by what that answer says itself.
    #[must_use]
    pub fn is_within_one_answer(&self) -> bool {
        let alone = matches!(self.form, Form::Every { .. } | Form::Assert { .. })
            || matches!(self.form, Form::Unique { across: Across::List, .. });
        alone && self.with.is_empty()
    }

    /// Whether it is only worth a warning: it says so, or nobody says it and no answer contradicts itself (which no
    /// reading allows).
    #[must_use]
    pub fn is_only_a_warning(&self) -> bool {
        self.warning.unwrap_or(self.origin == Origin::Sense && !self.is_within_one_answer())
    }

    /// Whether it speaks of more than one exchange.
    #[must_use]
    pub fn needs_others(&self) -> bool {
        !self.with.is_empty()
            || !matches!(
                self.form,
                Form::Every { .. } | Form::Assert { .. } | Form::Unique { across: Across::List, .. }
            )
    }

    /// Whether exchanges of different customers have to be seen together to judge it.
    #[must_use]
    pub fn spans_the_run(&self) -> bool {
        self.same.is_empty()
            || matches!(self.form, Form::Unique { across: Across::Groups | Across::GroupsAndOperations, .. })
    }

    /// Whether exchanges of this operation matter to it.
    #[must_use]
    pub fn concerns(&self, operation: &str) -> bool {
        self.patterns().any(|pattern| pattern.is_of(operation))
    }

    /// The places of an earlier exchange that its form names.
    pub(super) fn places_of<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r Place> {
        self.places().filter(move |place| place.earlier.as_deref() == Some(name))
    }

    /// Every place that its form names.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        let places: Vec<&Place> = match &self.form {
            Form::Assert { each, .. } => each.iter().collect(),
            Form::Precedes { among: Some((value, of)), .. } | Form::SameValue { value, of } => vec![value, of],
            Form::WithinSet { value, of, .. } => value.iter().chain(std::iter::once(of)).collect(),
            Form::Unique { value, .. } | Form::Stays { value, .. } => vec![value],
            _ => Vec::new(),
        };
        places.into_iter()
    }

    /// Every pattern in it.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let own: Vec<&Pattern> = match &self.form {
            Form::Every { .. } | Form::Assert { .. } => Vec::new(),
            Form::Precedes { before, .. } => vec![before],
            Form::Responds { then, .. } => vec![then],
            Form::NeverAfter { after, until, .. } => std::iter::once(after).chain(until).collect(),
            Form::Repeats { again, done, .. } => {
                // Without `done`, other answers to the same operation end it, and `on` names those already.
                std::iter::once(again).chain(done).collect()
            }
            Form::Paced { during, .. } => during.iter().collect(),
            Form::OneOf { ways } => ways.iter().map(|(_, pattern)| pattern).collect(),
            _ => Vec::new(),
        };
        std::iter::once(&self.on).chain(self.with.iter().map(|earlier| &earlier.pattern)).chain(own)
    }
}

impl Pattern {
    /// Whether exchanges of an operation can be of this kind.
    #[must_use]
    pub fn is_of(&self, operation: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|own| own == operation);
        (self.operations.is_empty() || named(&self.operations)) && !named(&self.except)
    }
}

impl Pattern {
    /// Calls `visit` for every expression in its matchers.
    pub(super) fn each_expression<'p>(&'p self, visit: &mut impl FnMut(&'p Expression)) {
        for check in self.request.iter().chain(&self.response) {
            check.matcher.each_template(&mut |template| template.each_expression(visit));
        }
    }
}

impl Rules {
    /// The rule of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<Rule>> {
        self.all.iter().find(|rule| rule.id == id)
    }
}
