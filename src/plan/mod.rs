//! A suite that can be run: flows unfolded, every name resolved, every limit a number. Pure.
//!
//! [`Plan::new`] takes what was read and answers with a plan or with every problem that can be seen without sending
//! anything. After it, running cannot fail for a reason that was visible in the text.

mod cases;
mod constant;
mod contracts;
mod environment;
mod names;
mod only;
mod overrides;
mod personas;
mod select;
mod slugs;
mod unfold;

pub use constant::{Foreseen, foresee};
pub use environment::{Globals, PlannedService, WEBHOOK_URL};
pub use select::{Order, Partition, Selection};

use crate::contract::{Contract, DocumentedCode};
use crate::diagnostic::Diagnostic;
use crate::expr::{KindName, Services, Template, excerpt, is_kind, kind_of};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::suite::{Call, Defaults, Environment, Flow, Receive, Step, StepAction, Suite, Table};
use crate::text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Longest time for one attempt when a step does not say.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that was read, before it is put together.
pub struct Library {
    /// The texts.
    pub sources: Sources,
    /// Suites in the order they were named.
    pub suites: Vec<Suite>,
    /// Flows by the file that uses them and the words it uses.
    pub flows: HashMap<(FileId, String), Arc<Flow>>,
    /// Tables of rows by the suite that uses them and the words it uses.
    pub tables: HashMap<(FileId, String), Table>,
    /// Contracts by the name suites use.
    pub contracts: BTreeMap<String, Arc<Contract>>,
    /// The environment; without one requests carry nothing of their own.
    pub environment: Option<Environment>,
    /// Names and values from the command line; they win over the environment's.
    pub overrides: Vec<(String, Value)>,
    /// Personas that any environment beside this one has.
    pub personas: BTreeSet<String>,
    /// What the environment's templates may use.
    pub services: Arc<Services>,
}

impl Library {
    /// Whether any step of a suite or flow waits for a request to us.
    fn receives(&self) -> bool {
        fn any(steps: &[Step]) -> bool {
            steps.iter().any(|step| match &step.action {
                StepAction::Receive(_) => true,
                StepAction::Repeat(_, steps) => any(steps),
                StepAction::Call(_) | StepAction::Use(_) => false,
            })
        }
        let of_suite = |suite: &Suite| {
            let cases = suite.cases.iter().flat_map(|case| [&case.steps, &case.cleanup]);
            cases.chain(suite.setups.iter().map(|setup| &setup.steps)).any(|steps| any(steps))
        };
        self.suites.iter().any(of_suite) || self.flows.values().any(|flow| any(&flow.steps))
    }
}

/// What is to be run.
#[derive(Debug)]
pub struct Plan {
    /// The texts, for messages.
    pub sources: Arc<Sources>,
    /// Suites with at least one selected case, in order.
    pub suites: Vec<PlannedSuite>,
    /// Selected cases, suite by suite, in order.
    pub cases: Vec<Arc<PlannedCase>>,
    /// The contracts that suites name.
    pub contracts: Vec<Arc<Contract>>,
    /// How many cases the selection left out.
    pub left_out: usize,
    /// What the selection asked for and no case has, as it is typed: `--tag slow`.
    pub unmatched: Vec<String>,
    /// Stands for the cases that the selection takes before they are divided into shards: the same in every shard.
    pub set: String,
    /// What the environment gives to every case.
    pub globals: Globals,
    /// Names of files that steps send, with the place that names them.
    pub files: Vec<Spanned<String>>,
    /// Names of secrets that templates use.
    pub secrets: Vec<String>,
}

/// A suite of a plan.
#[derive(Debug, Clone)]
pub struct PlannedSuite {
    /// Its file, as messages name it.
    pub file: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: Option<String>,
}

/// A case with its flows laid out.
#[derive(Debug)]
pub struct PlannedCase {
    /// The suite, as an index into [`Plan::suites`].
    pub suite: usize,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: Option<String>,
    /// Why it is not run, or when it is not.
    pub skip: Option<PlannedSkip>,
    /// How long what it gives is good; only setups give anything.
    pub fresh: Option<Duration>,
    /// Its name as part of a file's name, unique in its suite, whichever cases are selected.
    pub slug: String,
    /// Where it is written.
    pub span: Span,
    /// Its tags, the suite's included.
    pub tags: Vec<String>,
    /// Names evaluated when it begins, in order: the row's, the suite's, its own.
    pub vars: Vec<(String, Template)>,
    /// How many frames its names need: its own and one for every use of a flow.
    pub frames: usize,
    /// The setups it needs, as indexes into [`Plan::cases`].
    pub needs: Vec<usize>,
    /// What it gives to the cases that need it, evaluated at its end; only setups give anything.
    pub outputs: Option<Vec<(String, Template)>>,
    /// Longest time for all of it.
    pub within: Option<Spanned<Duration>>,
    /// What is done, in order. Cases of one table share it.
    pub body: Arc<[Planned]>,
    /// What is done at the end, whatever happened.
    pub cleanup: Arc<[Planned]>,
}

/// When a case is not run, and why.
#[derive(Debug, Clone)]
pub struct PlannedSkip {
    /// Not run only when this is true, as seen when the case begins.
    pub when: Option<Spanned<Template>>,
    /// Why, in words.
    pub reason: String,
}

/// Something that is done, perhaps on a condition.
#[derive(Debug)]
pub struct Planned {
    /// Done only when this is true.
    pub when: Option<When>,
    /// What is done.
    pub block: Block,
}

/// A condition for doing something.
#[derive(Debug)]
pub struct When {
    /// The frame it looks at.
    pub frame: usize,
    /// What must be true.
    pub condition: Spanned<Template>,
    /// The condition as written.
    pub text: String,
}

/// What is done.
#[derive(Debug)]
pub enum Block {
    /// One step.
    Step(Box<PlannedStep>),
    /// The steps of a flow.
    Flow(PlannedFlow),
    /// Steps, several times.
    Repeat(PlannedRepeat),
}

/// A use of a flow.
#[derive(Debug)]
pub struct PlannedFlow {
    /// Values handed over before it.
    pub before: Vec<Transfer>,
    /// Its steps.
    pub body: Vec<Planned>,
    /// Values handed over after it.
    pub after: Vec<Transfer>,
}

/// A group of steps that is done several times.
#[derive(Debug)]
pub struct PlannedRepeat {
    /// How often at most.
    pub times: u32,
    /// The wait between two times, with the environment's pace.
    pub every: Duration,
    /// Done when this is true.
    pub until: Option<Spanned<Template>>,
    /// The frame `until` looks at.
    pub frame: usize,
    /// Where it is written.
    pub span: Span,
    /// Its steps.
    pub body: Vec<Planned>,
}

impl Planned {
    /// Calls `visit` for every step inside, in order.
    pub fn each_step<'p>(&'p self, visit: &mut impl FnMut(&'p PlannedStep)) {
        match &self.block {
            Block::Step(step) => visit(step),
            Block::Flow(PlannedFlow { body, .. }) | Block::Repeat(PlannedRepeat { body, .. }) => {
                body.iter().for_each(|planned| planned.each_step(visit));
            }
        }
    }
}

impl PlannedCase {
    /// How many steps it has, those of its cleanup included.
    #[must_use]
    pub fn all_steps(&self) -> usize {
        let mut steps = 0;
        let all = self.body.iter().chain(self.cleanup.iter());
        all.for_each(|planned| planned.each_step(&mut |_| steps += 1));
        steps
    }

    /// How many steps it has, cleanup left out.
    #[must_use]
    pub fn steps(&self) -> usize {
        let mut steps = 0;
        self.body.iter().for_each(|planned| planned.each_step(&mut |_| steps += 1));
        steps
    }
}

/// A step that can be run.
#[derive(Debug)]
pub struct PlannedStep {
    /// Its place among the case's steps, those of cleanup after the others.
    pub number: usize,
    /// Its name, after the names of the flows it came through.
    pub name: String,
    /// What it is for.
    pub about: Option<String>,
    /// Where it is written.
    pub span: Span,
    /// Where the flows it came through are used, outermost first.
    pub used: Vec<Span>,
    /// The frame its templates look at and its captures go to.
    pub frame: usize,
    /// What is sent and expected, as written.
    pub call: Arc<Call>,
    /// What the request has unless it says otherwise; its templates look at the case's own frame.
    pub defaults: Option<Arc<Defaults>>,
    /// The environment's service that it goes to, as an index into [`Globals::services`].
    pub service: Option<usize>,
    /// Present when the step waits for a request to us: `call` then says what that must hold.
    pub receive: Option<Arc<Receive>>,
    /// The contract's operation.
    pub operation: Option<String>,
    /// The HTTP method.
    pub method: http::Method,
    /// The path below the base URL, or a whole URL.
    pub path: Template,
    /// Its name as part of a file's name, unique in its case; only a step whose response is a snapshot has one.
    pub slug: Option<String>,
    /// What the contract says of status codes; absent without a contract.
    pub codes: Option<Codes>,
    /// The wait between attempts, with the environment's pace.
    pub every: Duration,
    /// The time all attempts and waits of a poll have together, longer where the pace is slower.
    pub within: Duration,
    /// Longest time for one attempt.
    pub timeout: Duration,
}

/// What the contract says of the status codes in the answers to a step.
#[derive(Debug, Clone)]
pub struct Codes {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The same, as an index into [`Plan::contracts`].
    pub number: usize,
    /// The operation, as an index into [`Contract::operations`], where it is known before anything is sent.
    pub operation: Option<usize>,
    /// Where in a body the step looks: JSON pointers with `*` for an index.
    pub pointers: Vec<String>,
    /// Members of the body in which the code may stand.
    pub members: Vec<String>,
    /// Whether a good answer may do without one.
    pub optional: bool,
}

impl Codes {
    /// What is said of a code that is not documented.
    #[must_use]
    pub fn nearest(&self, code: &str, operation: Option<&str>) -> String {
        let all = self.contract.codes.iter();
        let own = all.clone().filter(|(_, known)| !known.operations.is_empty() && known.belongs_to(operation));
        let near = text::nearest(code, own.map(|(name, _)| name.as_str()));
        match near.or_else(|| text::nearest(code, all.map(|(name, _)| name.as_str()))) {
            Some(near) => format!("not documented; documented and nearest is {near}"),
            None => "not documented".to_owned(),
        }
    }

    /// What a code means, where it is documented.
    #[must_use]
    pub fn documented(&self, code: &str) -> Option<&DocumentedCode> {
        self.contract.codes.get(code)
    }
}

/// A value handed from one frame to another.
#[derive(Debug, Clone)]
pub enum Transfer {
    /// A flow begins: its frame forgets what it held.
    Enter(usize),
    /// A name gets a value.
    Set {
        /// The frame the template looks at.
        from: usize,
        /// The frame that gets the name.
        to: usize,
        /// The name.
        name: String,
        /// Its value.
        value: Template,
        /// What the value must be, where a flow's input says so.
        demand: Option<Demand>,
    },
}

/// What a flow demands of an input.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The type, and where the flow names it.
    pub kind: Spanned<KindName>,
    /// The flow's name.
    pub flow: String,
}

impl Demand {
    /// Why a value is not what is demanded.
    #[must_use]
    pub fn refusal(&self, input: &str, value: &Value) -> Option<String> {
        let kind = self.kind.value;
        let refused = || {
            let found = format!("it is {}: {}", kind_of(value), excerpt(value));
            format!("the input `{input}` of the flow `{}` is of the type {kind}, and {found}", self.flow)
        };
        (!is_kind(value, kind)).then(refused)
    }
}

impl Plan {
    /// Whether a step waits for a request to us.
    #[must_use]
    pub fn receives(&self) -> bool {
        let mut found = false;
        for planned in self.cases.iter().flat_map(|case| case.body.iter().chain(case.cleanup.iter())) {
            planned.each_step(&mut |step| found |= step.receive.is_some());
        }
        found
    }

    /// Puts a plan together.
    ///
    /// # Errors
    /// Every problem that can be seen without sending anything.
    pub fn new(library: Library, selection: &Selection) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let globals = Globals::evaluate(&library, &mut problems);
        let mut found = names::Found { elsewhere: library.personas.clone(), ..names::Found::default() };
        if let Some(Value::Object(personas)) = globals.names.get(personas::PERSONAS) {
            found.here.extend(personas.keys().cloned());
        }
        let mut matches = select::Matches::new(selection);
        let mut partition = selection.partition.begin();
        let (mut suites, mut cases, mut left_out) = (Vec::new(), Vec::new(), 0);
        for suite in &library.suites {
            let number = suites.len();
            let (setups, planned) =
                cases::of_suite(&library, &globals, suite, number, selection, &mut found, &mut problems);
            let all = planned.len();
            let name = &library.sources.file(suite.file).name;
            planned.iter().for_each(|case| matches.see(name, &suite.name.value, case));
            let selected: Vec<_> =
                planned.into_iter().filter(|case| selection.takes(name, &suite.name.value, case)).collect();
            selected.iter().for_each(|case| matches.take(name, case));
            let selected: Vec<_> = selected.into_iter().filter(|case| partition.takes(name, case)).collect();
            left_out += all - selected.len();
            if !selected.is_empty() {
                suites.push(PlannedSuite {
                    file: name.clone(),
                    name: suite.name.value.clone(),
                    about: suite.about.clone(),
                });
                cases::add(&mut cases, setups, selected);
            }
        }
        if problems.is_empty() {
            problems.extend(overrides::unread(&library, &found.read));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let (unmatched, set) = matches.done();
        let names::Found { files, mut secrets, .. } = found;
        secrets.extend(globals.secrets.iter().cloned());
        if let Order::Shuffled(seed) = selection.order {
            cases = cases::shuffled(cases, seed);
        }
        let cases = cases.into_iter().map(Arc::new).collect();
        let contracts = library.contracts.into_values().collect();
        Ok(Self {
            sources: Arc::new(library.sources),
            suites,
            cases,
            contracts,
            left_out,
            unmatched,
            set,
            globals,
            files,
            secrets,
        })
    }
}
