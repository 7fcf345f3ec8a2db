//! From steps as written to steps that can be run: flows are laid out where they are used, names are checked on the way.

use super::contracts::{self, Named};
use super::names::{Checker, Names};
use super::personas::Asked;
use super::slugs::Slugs;
use super::{Block, Demand, Library, Planned, PlannedFlow, PlannedRepeat, PlannedStep, TIMEOUT, Transfer, When};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Context, Scope, Template};
use crate::source::{FileId, Span, Spanned};
use crate::suite::{
    Auth, Binding, Body, Call, Case, Defaults, Expect, FileSource, Flow, PartContent, Reading, Receive, Repeat,
    Request, RetryOn, Skip, Step, StepAction, Suite, Table, Target, Use,
};
use crate::text;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// Deepest nesting of flows.
const DEEPEST: usize = 16;

/// A flow that is being laid out.
struct Within {
    file: FileId,
    name: String,
    used: Span,
}

/// A case being laid out.
pub(super) struct Unfolding<'a> {
    library: &'a Library,
    contract: Named<'a>,
    pace: f64,
    pub(super) checker: Checker<'a>,
    frames: Vec<Names>,
    /// Values that are known before the run, by frame: a mistake in what is made of them is told now.
    known: Scope,
    /// Names, by frame, whose values only the run knows, even where one of the environment is called the same.
    open: HashSet<(usize, String)>,
    /// How many steps there are so far.
    steps: usize,
    /// Names of steps that are given as parts of files' names.
    slugs: Slugs,
    /// The flows being laid out, outermost first.
    within: Vec<Within>,
    /// What every request has unless it says otherwise.
    defaults: Option<Arc<Defaults>>,
    /// Inputs of flows that are nothing but a name of their user.
    aliases: HashMap<(usize, String), (usize, String)>,
    /// What the case asks of the personas.
    pub(super) asked: Asked,
}

impl<'a> Unfolding<'a> {
    pub(super) fn new(library: &'a Library, contract: Named<'a>, pace: f64, checker: Checker<'a>) -> Self {
        let known = Scope::new(Arc::clone(checker.globals), 1);
        let frames = vec![Names::default()];
        let slugs = Slugs::default();
        let (open, within) = (HashSet::new(), Vec::new());
        Self {
            library,
            contract,
            pace,
            checker,
            frames,
            known,
            open,
            steps: 0,
            slugs,
            within,
            defaults: None,
            aliases: HashMap::new(),
            asked: Asked::default(),
        }
    }

    /// Says what every request has unless it says otherwise.
    pub(super) fn set_defaults(&mut self, defaults: Option<&Arc<Defaults>>) {
        self.defaults = defaults.cloned();
    }

    /// Of the defaults only those whose names have values here: a setup does not have what it gives.
    pub(super) fn set_defaults_of_setup(&mut self, defaults: Option<&Arc<Defaults>>) {
        let Some(defaults) = defaults else { return };
        let names = &self.frames[0];
        let good = |template: &Template| {
            let mut good = true;
            template.each_expression(&mut |expression| {
                good &= expression.references().iter().all(|name| name.called || self.checker.knows(&name.name, names));
            });
            good
        };
        let mut kept = Defaults::clone(defaults);
        kept.headers.retain(|(_, value)| good(value));
        kept.query.retain(|(_, value)| good(value));
        let mut whole = true;
        kept.auth.iter().for_each(|auth| auth.each_template(&mut |template| whole &= good(template)));
        if !whole {
            kept.auth = None;
        }
        self.defaults = Some(Arc::new(kept));
    }

    /// Checks when a case is not run.
    pub(super) fn check_skip(&mut self, skip: &Skip) {
        if let Some(when) = &skip.when {
            self.check(&when.value, 0, &[]);
        }
    }

    /// The column of the case's table that a name stands for, where it stands for nothing else.
    pub(super) fn column(&self, frame: usize, name: &str) -> Option<String> {
        let mut key = (frame, name.to_owned());
        while let Some(further) = self.aliases.get(&key) {
            key = further.clone();
        }
        (key.0 == 0).then_some(key.1)
    }

    /// How many frames the case needs.
    pub(super) fn frames(&self) -> usize {
        self.frames.len()
    }

    /// Gives the case a name that has a value from its beginning.
    pub(super) fn define(&mut self, name: &Spanned<String>) {
        self.frames[0].define(name, &[]);
    }

    /// Gives the case a name whose value only the run knows.
    pub(super) fn define_open(&mut self, name: &Spanned<String>) {
        self.define(name);
        self.open.insert((0, name.value.clone()));
    }

    /// Checks and gives the case names that are evaluated when it begins; answers with them in order.
    pub(super) fn vars(&mut self, bindings: &[Binding]) -> Vec<(String, Template)> {
        let mut vars = Vec::with_capacity(bindings.len());
        for Binding { name, value } in bindings {
            self.check(value, 0, &[]);
            self.define(name);
            self.fold(&name.value, value, 0, 0);
            vars.push((name.value.clone(), value.clone()));
        }
        vars
    }

    /// Says how much of the case there is to check.
    pub(super) fn set_reading(&mut self, reading: Reading) {
        self.checker.reading = reading;
    }

    /// Checks a template of a setup's `outputs`.
    pub(super) fn check_output(&mut self, template: &Template) {
        self.check(template, 0, &[]);
    }

    /// Says that a suite has no such setup.
    pub(super) fn unknown_setup(&mut self, need: &Spanned<String>, suite: &Suite) {
        let known = suite.setups.iter().map(|setup| setup.name.value.as_str());
        let label = text::did_you_mean(&need.value, known).unwrap_or_default();
        let place = self.library.sources.place(need.span);
        let problem =
            Diagnostic::new(Code::UndefinedName, format!("the suite has no setup `{}`", need.value)).at(place, label);
        let next = suite.setups.is_empty().then_some("write its steps under `setup:` at the top of the suite");
        self.checker.problems.push(problem.maybe_next(next));
    }

    /// The case's own name, which may use the names of its table and no others.
    pub(super) fn case_name(&mut self, case: &Case, table: &Table) -> Spanned<Template> {
        let parsed = Template::parse(&case.name.value, case.name.span).unwrap_or_else(|error| {
            let place = self.library.sources.place(error.span);
            self.checker
                .problems
                .push(Diagnostic::new(Code::Template, "a template cannot be read").at(place, error.message));
            Template::fixed(Value::Null)
        });
        self.checker.template(&parsed, &Names::of_table(table), &Names::default());
        Spanned::new(parsed, case.name.span)
    }

    /// Lays out the steps of a case's cleanup: they see every name that the case may have given a value.
    pub(super) fn cleanup(&mut self, steps: &[Step]) -> Vec<Planned> {
        self.frames[0] = self.frames[0].all_certain();
        self.lay_out(steps, 0)
    }

    /// Lays out steps.
    pub(super) fn lay_out(&mut self, steps: &[Step], frame: usize) -> Vec<Planned> {
        let mut planned = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            let later = &steps[index..];
            let when = step.when.as_ref().map(|condition| self.when(condition, frame, later));
            let depth = self.checker.conditions.len();
            self.checker.conditions.extend(when.as_ref().map(|when| when.text.clone()));
            let block = match &step.action {
                StepAction::Call(call) => Some(Block::Step(Box::new(self.call(step, call, frame, later)))),
                StepAction::Use(flow) => self.flow(flow, frame, later).map(Block::Flow),
                StepAction::Repeat(repeat, steps) => Some(Block::Repeat(self.repeat(repeat, steps, frame))),
                StepAction::Receive(receive) => Some(Block::Step(Box::new(self.receive(step, receive, frame, later)))),
            };
            self.checker.conditions.truncate(depth);
            planned.extend(block.map(|block| Planned { when, block }));
        }
        planned
    }

    fn when(&mut self, condition: &Spanned<Template>, frame: usize, later: &[Step]) -> When {
        self.check(&condition.value, frame, later);
        let text = self.library.sources.slice(condition.span).trim_matches(['"', '\'']).to_owned();
        When { frame, condition: condition.clone(), text }
    }

    fn repeat(&mut self, repeat: &Repeat, steps: &[Step], frame: usize) -> PlannedRepeat {
        let body = self.lay_out(steps, frame);
        if let Some(until) = &repeat.until {
            self.check(&until.value, frame, &[]);
        }
        let Repeat { times, every, until, span } = repeat.clone();
        PlannedRepeat { times, every: every.mul_f64(self.pace), until, frame, span, body }
    }

    fn check(&mut self, template: &Template, frame: usize, later: &[Step]) {
        let mut coming = Names::default();
        for step in later {
            let captures = match &step.action {
                StepAction::Call(call) => &call.capture,
                StepAction::Receive(receive) => &receive.capture,
                StepAction::Use(_) | StepAction::Repeat(..) => continue,
            };
            captures.iter().for_each(|capture| coming.define(&capture.name, &[]));
        }
        self.checker.template(template, &self.frames[frame], &coming);
        template.each_expression(&mut |expression| {
            self.personas(expression, frame);
        });
    }

    fn flow(&mut self, used: &Use, caller: usize, later: &[Step]) -> Option<PlannedFlow> {
        let key = (used.flow.span.file, used.flow.value.clone());
        let Some(flow) = self.library.flows.get(&key).cloned() else {
            // A flow that could not be loaded has been spoken of; what it would have given is not known.
            self.checker.reading = Reading::Partial;
            return None;
        };
        if self.within.iter().any(|outer| outer.file == flow.file) || self.within.len() >= DEEPEST {
            let chain = self.within.iter().map(|outer| outer.name.as_str()).chain([flow.name.value.as_str()]);
            let chain = chain.collect::<Vec<_>>().join(" uses ");
            let place = self.library.sources.place(used.flow.span);
            self.checker.problems.push(Diagnostic::new(Code::CircularFlow, "a flow uses itself").at(place, chain));
            return None;
        }
        let own = self.frames.len();
        self.frames.push(Names::default());
        self.known.push();
        self.within.push(Within { file: flow.file, name: flow.name.value.clone(), used: used.flow.span });
        let mut before = vec![Transfer::Enter(own)];
        before.extend(self.inputs(used, &flow, caller, own, later));
        for binding in &flow.vars {
            self.check(&binding.value, own, &[]);
            self.fold(&binding.name.value, &binding.value, own, own);
            self.frames[own].define(&binding.name, &[]);
            before.push(set(own, own, binding));
        }
        // Whether the flow is done at all is its user's business; inside it nothing hangs on that.
        let conditions = std::mem::take(&mut self.checker.conditions);
        let body = self.lay_out(&flow.steps, own);
        flow.outputs.iter().for_each(|binding| self.check(&binding.value, own, &[]));
        self.checker.conditions = conditions;
        self.within.pop();
        for binding in &flow.outputs {
            self.frames[caller].define(&binding.name, &self.checker.conditions);
            self.open.insert((caller, binding.name.value.clone()));
        }
        Some(PlannedFlow {
            before,
            body,
            after: flow.outputs.iter().map(|binding| set(own, caller, binding)).collect(),
        })
    }

    /// Works out a value that hangs on nothing but values known before the run. One that cannot be worked out never will be.
    fn fold(&mut self, name: &str, value: &Template, from: usize, to: usize) {
        let mut constant = true;
        value.each_expression(&mut |expression| {
            constant &= expression.references().iter().all(|r| !r.called && self.constant(from, &r.name).is_some());
        });
        let key = (to, name.to_owned());
        let mut lacking = false;
        value.each_expression(&mut |expression| lacking |= self.personas(expression, from));
        if !constant || lacking {
            self.open.insert(key);
            return;
        }
        match value.render(&Context::new(&self.known, from, &self.library.services)) {
            Ok(value) => {
                self.open.remove(&key);
                self.known.set(to, name, value);
            }
            Err(error) => {
                // What is made of the same values further in would be the same mistake told again.
                value.each_expression(&mut |expression| {
                    self.open.extend(expression.references().iter().map(|reference| (from, reference.name.clone())));
                });
                self.open.insert(key);
                let place = |span| self.library.sources.place(span);
                let problem = Diagnostic::new(Code::Template, error.message.clone()).at(place(error.span), "");
                let used = self.within.iter().rev().map(|flow| flow.used).filter(|used| used.file != error.span.file);
                let problem = used.fold(problem, |problem, used| problem.at(place(used), "used here"));
                self.checker.problems.push(problem);
            }
        }
    }

    /// The value of a name, where it is known before the run.
    pub(super) fn constant(&self, frame: usize, name: &str) -> Option<&Value> {
        let open = self.open.contains(&(frame, name.to_owned()));
        if open { None } else { self.known.lookup(frame, name) }
    }

    /// Hands over the inputs of a flow: what the user gives, else the default.
    fn inputs(&mut self, used: &Use, flow: &Flow, caller: usize, own: usize, later: &[Step]) -> Vec<Transfer> {
        for given in &used.with {
            self.check(&given.value, caller, later);
            if !flow.inputs.iter().any(|input| input.name.value == given.name.value) {
                let known = flow.inputs.iter().map(|input| input.name.value.as_str());
                let label = text::did_you_mean(&given.name.value, known).unwrap_or_default();
                let title = format!("the flow `{}` has no input `{}`", flow.name.value, given.name.value);
                let place = self.library.sources.place(given.name.span);
                self.checker.problems.push(Diagnostic::new(Code::UndefinedName, title).at(place, label));
            }
        }
        let mut transfers = Vec::new();
        for input in &flow.inputs {
            let given = used.with.iter().find(|given| given.name.value == input.name.value);
            let demand = input.kind.clone().map(|kind| Demand { kind, flow: flow.name.value.clone() });
            match (given, &input.default) {
                (Some(given), _) => {
                    given.value.each_expression(&mut |expression| {
                        if let Some(name) = expression.as_name().filter(|_| given.value.is_one_hole()) {
                            self.aliases.insert((own, input.name.value.clone()), (caller, name.to_owned()));
                        }
                    });
                    self.fold(&given.name.value, &given.value, caller, own);
                    self.demand(demand.as_ref(), &input.name.value, given.name.span, own);
                    transfers.push(Transfer::Set {
                        from: caller,
                        to: own,
                        name: given.name.value.clone(),
                        value: given.value.clone(),
                        demand,
                    });
                }
                (None, Some(default)) => {
                    self.check(default, own, &[]);
                    self.fold(&input.name.value, default, own, own);
                    self.demand(demand.as_ref(), &input.name.value, input.name.span, own);
                    let name = input.name.value.clone();
                    transfers.push(Transfer::Set { from: own, to: own, name, value: default.clone(), demand });
                }
                (None, None) => {
                    let title = format!("the flow `{}` needs the input `{}`", flow.name.value, input.name.value);
                    let sources = &self.library.sources;
                    let problem = Diagnostic::new(Code::MissingKey, title)
                        .at(sources.place(used.flow.span), "used without it here")
                        .at(sources.place(input.name.span), "asked for here")
                        .next(format!("add `with: {{ {}: ... }}`", input.name.value));
                    self.checker.problems.push(problem);
                }
            }
            self.frames[own].define(&input.name, &[]);
        }
        transfers
    }

    /// Tells an input of the wrong type whose value is known already; others are told when they are handed over.
    fn demand(&mut self, demand: Option<&Demand>, input: &str, given: Span, own: usize) {
        let Some(demand) = demand else { return };
        let refusal = self.constant(own, input).and_then(|value| demand.refusal(input, value));
        if let Some(title) = refusal {
            let sources = &self.library.sources;
            let problem = Diagnostic::new(Code::WrongType, title).at(sources.place(given), "given here");
            self.checker.problems.push(problem.at(sources.place(demand.kind.span), "asked for here"));
        }
    }

    fn call(&mut self, step: &Step, call: &Arc<Call>, frame: usize, later: &[Step]) -> PlannedStep {
        self.check_call(call, frame, later);
        let problems = &mut *self.checker.problems;
        let operation = match &call.request.target {
            Target::Operation { id, params } => {
                let operation = contracts::operation(self.library, self.contract, id, problems);
                if let Some(operation) = operation {
                    contracts::params(self.library, operation, params, id.span, problems);
                }
                operation
            }
            Target::Path { method, path } => {
                let fixed = path.as_fixed().and_then(Value::as_str);
                fixed.zip(self.contract.contract()).and_then(|(path, contract)| contract.operation_at(method, path))
            }
        };
        contracts::faults(self.contract, operation, problems);
        let codes = contracts::codes(self.library, self.contract, operation, call, problems);
        let (method, path) = match &call.request.target {
            Target::Path { method, path } => (method.clone(), path.clone()),
            Target::Operation { .. } => operation.map_or_else(
                || ("GET".to_owned(), Template::fixed(Value::from("/"))),
                |operation| (operation.method.clone(), Template::fixed(Value::from(operation.path.as_str()))),
            ),
        };
        for capture in &call.capture {
            self.frames[frame].define(&capture.name, &self.checker.conditions);
            self.open.insert((frame, capture.name.value.clone()));
        }
        let service = call.request.service.as_ref().and_then(|service| self.service(service));
        let own_name = step.name.as_ref().map(|name| name.value.clone());
        let own_name = own_name.unwrap_or_else(|| default_name(call, &method, &path));
        let flows = self.within.iter().map(|flow| flow.name.as_str());
        let name = flows.chain([own_name.as_str()]).collect::<Vec<_>>().join(" › ");
        let every = call.poll.as_ref().map_or(Duration::ZERO, |poll| poll.every.mul_f64(self.pace));
        // Where waits are longer there must be time for as many of them.
        let within = call.poll.as_ref().map_or(Duration::ZERO, |poll| poll.within.mul_f64(self.pace.max(1.0)));
        self.steps += 1;
        let slug = call.snapshot.is_some().then(|| self.slugs.give(&own_name));
        PlannedStep {
            number: self.steps - 1,
            name,
            about: step.about.clone(),
            span: step.span,
            used: self.within.iter().map(|flow| flow.used).collect(),
            frame,
            call: Arc::clone(call),
            defaults: self.defaults.clone(),
            service,
            receive: None,
            operation: operation.map(|operation| operation.id.clone()),
            method: http::Method::from_bytes(method.as_bytes()).unwrap_or(http::Method::GET),
            path,
            slug,
            codes,
            every,
            within,
            timeout: call.timeout.unwrap_or(TIMEOUT),
        }
    }

    /// The environment's service of this name, as an index into its services.
    fn service(&mut self, named: &Spanned<String>) -> Option<usize> {
        let services = self.library.environment.iter().flat_map(|environment| &environment.services);
        let known: Vec<&str> = services.map(|service| service.name.value.as_str()).collect();
        let place = known.iter().position(|name| *name == named.value);
        if place.is_none() {
            let label = text::did_you_mean(&named.value, known.iter().copied()).unwrap_or_default();
            let title = format!("the environment has no service `{}`", named.value);
            let problem = Diagnostic::new(Code::UndefinedName, title).at(self.library.sources.place(named.span), label);
            let next = "write it into the environment's file, as in `services: { auth: { base_url: https://... } }`";
            self.checker.problems.push(problem.next(next));
        }
        place
    }

    /// A step that waits for a request to us, as one that holds it against what is expected.
    fn receive(&mut self, step: &Step, receive: &Arc<Receive>, frame: usize, later: &[Step]) -> PlannedStep {
        let path = receive.path.value.clone();
        let call = Call {
            request: Request::to(receive.method.clone(), path.clone(), receive.span),
            expect: Expect { headers: receive.headers.clone(), body: receive.body.clone(), ..Expect::default() },
            expected: receive.expected.clone(),
            capture: receive.capture.clone(),
            poll: None,
            snapshot: None,
            timeout: None,
            retry_on: RetryOn::default(),
            contract_mode: None,
        };
        let defaults = self.defaults.take();
        self.check_call(&call, frame, later);
        self.defaults = defaults;
        let mut templates: Vec<&Template> = Vec::new();
        receive.fail.iter().for_each(|check| check.matcher.each_template(&mut |t| templates.push(t)));
        templates.into_iter().for_each(|template| self.check(template, frame, later));
        for capture in &receive.capture {
            self.frames[frame].define(&capture.name, &self.checker.conditions);
            self.open.insert((frame, capture.name.value.clone()));
        }
        let shown = path.as_fixed().and_then(Value::as_str).unwrap_or("(path with placeholders)");
        let own = format!("receive {} {shown}", receive.method);
        let own = step.name.as_ref().map_or(own, |name| name.value.clone());
        let flows = self.within.iter().map(|flow| flow.name.as_str());
        self.steps += 1;
        PlannedStep {
            number: self.steps - 1,
            name: flows.chain([own.as_str()]).collect::<Vec<_>>().join(" › "),
            about: step.about.clone(),
            span: step.span,
            used: self.within.iter().map(|flow| flow.used).collect(),
            frame,
            call: Arc::new(call),
            defaults: None,
            service: None,
            receive: Some(Arc::clone(receive)),
            operation: None,
            method: http::Method::from_bytes(receive.method.as_bytes()).unwrap_or(http::Method::POST),
            path,
            slug: None,
            codes: None,
            every: Duration::ZERO,
            within: receive.within.mul_f64(self.pace.max(1.0)),
            timeout: TIMEOUT,
        }
    }

    /// Checks what a request gets of the defaults, which see the case's own names wherever the request stands.
    fn check_defaults(&mut self, call: &Call, later: &[Step]) {
        let Some(defaults) = self.defaults.clone() else { return };
        let request = &call.request;
        let own_header = |name: &str| request.headers.iter().any(|(known, _)| known.value == name);
        let headers = defaults.headers.iter().filter(|(name, _)| !own_header(&name.value)).map(|(_, value)| value);
        let query = defaults.query.iter().map(|(_, value)| value);
        let mut templates: Vec<&Template> = headers.chain(query).collect();
        if request.auth.is_none() && !own_header("authorization") {
            defaults.auth.iter().for_each(|auth| auth.each_template(&mut |template| templates.push(template)));
        }
        let before = self.checker.problems.len();
        templates.into_iter().for_each(|template| self.check(template, 0, later));
        let place = self.library.sources.place(request.span);
        for problem in self.checker.problems.iter_mut().skip(before) {
            let next = "give this request a value of its own, `auth: none`, or null for a header";
            *problem = problem.clone().at(place.clone(), "and this request comes before it has one").next(next);
        }
    }

    /// Checks the names of everything a step evaluates.
    fn check_call(&mut self, call: &Call, frame: usize, later: &[Step]) {
        let request = &call.request;
        let mut templates: Vec<&Template> = Vec::new();
        match &request.target {
            Target::Path { path, .. } => templates.push(path),
            Target::Operation { params, .. } => templates.extend(params.iter().map(|(_, value)| value)),
        }
        templates.extend(call.contract_mode.iter().map(|holding| &holding.value));
        self.check_defaults(call, later);
        request.auth.iter().for_each(|auth: &Auth| auth.each_template(&mut |template| templates.push(template)));
        templates.extend(request.query.iter().map(|(_, value)| value));
        templates.extend(request.headers.iter().filter_map(|(_, value)| value.as_ref()));
        templates.extend(request.cookies.iter().map(|(_, value)| value));
        match &request.body {
            Body::None => {}
            Body::Json(template) | Body::Raw(template) => templates.push(template),
            Body::Parts(parts) => {
                for part in parts {
                    part.each_template(&mut |template| templates.push(template));
                    if let PartContent::Path(path) = &part.content
                        && let Some(name) = path.value.as_fixed().and_then(Value::as_str)
                    {
                        self.checker.file(name, path.span);
                    }
                }
            }
            Body::Form(fields) => templates.extend(fields.iter().map(|(_, value)| value)),
            Body::Multipart { fields, files } => {
                templates.extend(fields.iter().map(|(_, value)| value));
                for (_, file) in files {
                    templates.extend(file.name.iter().chain(&file.media_type));
                    match &file.source {
                        FileSource::Content(content) => templates.push(content),
                        FileSource::Path(path) => {
                            templates.push(&path.value);
                            if let Some(name) = path.value.as_fixed().and_then(Value::as_str) {
                                self.checker.file(name, path.span);
                            }
                        }
                    }
                }
            }
        }
        templates.extend(call.expect.code.iter().flat_map(|check| check.codes.iter().map(|code| &code.value)));
        call.expect.headers.iter().for_each(|check| check.matcher.each_template(&mut |t| templates.push(t)));
        call.expect.body.iter().for_each(|check| check.matcher.each_template(&mut |t| templates.push(t)));
        call.expect.text.iter().for_each(|check| check.matcher.each_template(&mut |t| templates.push(t)));
        templates.extend(call.expect.status.iter().flat_map(|check| check.open.iter().map(|status| &status.value)));
        for condition in call.poll.iter().flat_map(|poll| poll.until.iter().chain(&poll.fail)) {
            condition.each_template(&mut |t| templates.push(t));
        }
        for template in templates {
            self.check(template, frame, later);
        }
        if call.expect.that.is_empty() {
            return;
        }
        // Conditions over several values see what the step itself captures.
        let before = self.frames[frame].clone();
        call.capture.iter().for_each(|capture| self.frames[frame].define(&capture.name, &[]));
        call.expect.that.iter().for_each(|condition| self.check(&condition.value, frame, &[]));
        self.frames[frame] = before;
    }
}

fn set(from: usize, to: usize, binding: &Binding) -> Transfer {
    let Binding { name: Spanned { value: name, .. }, value } = binding;
    Transfer::Set { from, to, name: name.clone(), value: value.clone(), demand: None }
}

/// What a step without a name is called: its operation, else its method and path.
fn default_name(call: &Call, method: &str, path: &Template) -> String {
    match &call.request.target {
        Target::Operation { id, .. } => id.value.clone(),
        Target::Path { .. } => {
            let path = path.as_fixed().and_then(Value::as_str).unwrap_or("(path with placeholders)");
            format!("{method} {path}")
        }
    }
}
