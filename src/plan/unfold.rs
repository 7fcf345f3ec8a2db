//! From steps as written to steps that can be run: flows are laid out where they are used, names are checked on the way.

use super::contracts;
use super::names::{Checker, Found, Names};
use super::{Globals, Library, PlannedCase, PlannedStep, TIMEOUT, Transfer};
use crate::contract::Contract;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Template;
use crate::source::{FileId, Spanned};
use crate::suite::{Binding, Body, Call, Case, Condition, FileSource, Flow, Step, StepAction, Suite, Target, Use};
use crate::text;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Deepest nesting of flows.
const DEEPEST: usize = 16;

/// Plans the cases of a suite.
pub(super) fn suite(
    library: &Library,
    globals: &Globals,
    suite: &Suite,
    number: usize,
    found: &mut Found,
    problems: &mut Vec<Diagnostic>,
) -> Vec<PlannedCase> {
    suite
        .cases
        .iter()
        .map(|case| {
            let checker = Checker {
                sources: &library.sources,
                globals: &globals.names,
                variables: &library.services.variables,
                found,
                problems,
            };
            let frames = vec![Names::default()];
            let contract = contracts::of_suite(library, suite);
            let mut unfolding = Unfolding {
                library,
                contract,
                pace: globals.pace,
                checker,
                frames,
                steps: Vec::new(),
                within: Vec::new(),
            };
            unfolding.case(suite, case, number)
        })
        .collect()
}

struct Unfolding<'a> {
    library: &'a Library,
    contract: Option<&'a Arc<Contract>>,
    pace: f64,
    checker: Checker<'a>,
    frames: Vec<Names>,
    steps: Vec<PlannedStep>,
    /// The flows being laid out, outermost first.
    within: Vec<(FileId, String)>,
}

impl Unfolding<'_> {
    fn case(&mut self, suite: &Suite, case: &Case, number: usize) -> PlannedCase {
        let mut vars = Vec::new();
        for binding in suite.vars.iter().chain(&case.vars) {
            self.check(&binding.value, 0, &[]);
            self.frames[0].define(&binding.name);
            vars.push((binding.name.value.clone(), binding.value.clone()));
        }
        self.lay_out(&case.steps, 0);
        PlannedCase {
            suite: number,
            name: case.name.value.clone(),
            span: case.name.span,
            tags: suite.tags.iter().chain(&case.tags).cloned().collect(),
            vars,
            frames: self.frames.len(),
            steps: std::mem::take(&mut self.steps),
        }
    }

    fn lay_out(&mut self, steps: &[Step], frame: usize) {
        for (index, step) in steps.iter().enumerate() {
            let later = &steps[index..];
            match &step.action {
                StepAction::Call(call) => self.call(step, call, frame, later),
                StepAction::Use(flow) => self.flow(flow, frame, later),
            }
        }
    }

    fn check(&mut self, template: &Template, frame: usize, later: &[Step]) {
        let mut coming = Names::default();
        for step in later {
            if let StepAction::Call(call) = &step.action {
                call.capture.iter().for_each(|capture| coming.define(&capture.name));
            }
        }
        self.checker.template(template, &self.frames[frame], &coming);
    }

    fn flow(&mut self, used: &Use, caller: usize, later: &[Step]) {
        let key = (used.flow.span.file, used.flow.value.clone());
        // A flow that could not be loaded has been spoken of.
        let Some(flow) = self.library.flows.get(&key).cloned() else { return };
        if self.within.iter().any(|(file, _)| *file == flow.file) || self.within.len() >= DEEPEST {
            let chain: Vec<&str> =
                self.within.iter().map(|(_, name)| name.as_str()).chain([flow.name.value.as_str()]).collect();
            let place = self.library.sources.place(used.flow.span);
            let problem = Diagnostic::new(Code::CircularFlow, "a flow uses itself").at(place, chain.join(" uses "));
            self.checker.problems.push(problem);
            return;
        }
        let own = self.frames.len();
        self.frames.push(Names::default());
        let mut before = vec![Transfer::Enter(own)];
        before.extend(self.inputs(used, &flow, caller, own, later));
        for binding in &flow.vars {
            self.check(&binding.value, own, &[]);
            self.frames[own].define(&binding.name);
            before.push(set(own, own, binding));
        }
        self.within.push((flow.file, flow.name.value.clone()));
        let first = self.steps.len();
        self.lay_out(&flow.steps, own);
        self.within.pop();
        for binding in &flow.outputs {
            self.check(&binding.value, own, &[]);
            self.frames[caller].define(&binding.name);
        }
        let after = flow.outputs.iter().map(|binding| set(own, caller, binding));
        if let Some(last) = self.steps.last_mut() {
            last.after.extend(after);
        }
        if let Some(first) = self.steps.get_mut(first) {
            before.append(&mut first.before);
            first.before = before;
        }
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
            match (given, &input.default) {
                (Some(given), _) => transfers.push(set(caller, own, given)),
                (None, Some(default)) => {
                    self.check(default, own, &[]);
                    let name = input.name.value.clone();
                    transfers.push(Transfer::Set { from: own, to: own, name, value: default.clone() });
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
            self.frames[own].define(&input.name);
        }
        transfers
    }

    fn call(&mut self, step: &Step, call: &Arc<Call>, frame: usize, later: &[Step]) {
        self.check_call(call, frame, later);
        let problems = &mut *self.checker.problems;
        let operation = match &call.request.target {
            Target::Operation(name) => contracts::operation(self.library, self.contract, name, problems),
            Target::Path { method, path } => {
                let fixed = path.as_fixed().and_then(Value::as_str);
                fixed.zip(self.contract).and_then(|(path, contract)| contract.operation_at(method, path))
            }
        };
        let code = contracts::promised_code(self.library, self.contract, operation, call, problems);
        let (method, path) = match &call.request.target {
            Target::Path { method, path } => (method.clone(), path.clone()),
            Target::Operation(_) => operation.map_or_else(
                || ("GET".to_owned(), Template::fixed(Value::from("/"))),
                |operation| (operation.method.clone(), Template::fixed(Value::from(operation.path.as_str()))),
            ),
        };
        call.capture.iter().for_each(|capture| self.frames[frame].define(&capture.name));
        let own_name = step.name.as_ref().map(|name| name.value.clone());
        let own_name = own_name.unwrap_or_else(|| default_name(call, &method, &path));
        let name = self
            .within
            .iter()
            .map(|(_, flow)| flow.as_str())
            .chain([own_name.as_str()])
            .collect::<Vec<_>>()
            .join(" › ");
        let every = call.poll.as_ref().map_or(Duration::ZERO, |poll| poll.every.mul_f64(self.pace));
        self.steps.push(PlannedStep {
            name,
            span: step.span,
            frame,
            before: Vec::new(),
            call: Arc::clone(call),
            operation: operation.map(|operation| operation.id.clone()),
            method: http::Method::from_bytes(method.as_bytes()).unwrap_or(http::Method::GET),
            path,
            code,
            every,
            timeout: call.timeout.unwrap_or(TIMEOUT),
            after: Vec::new(),
        });
    }

    /// Checks the names of everything a step evaluates.
    fn check_call(&mut self, call: &Call, frame: usize, later: &[Step]) {
        let request = &call.request;
        let mut templates: Vec<&Template> = Vec::new();
        if let Target::Path { path, .. } = &request.target {
            templates.push(path);
        }
        templates.extend(request.query.iter().map(|(_, value)| value));
        templates.extend(request.headers.iter().filter_map(|(_, value)| value.as_ref()));
        match &request.body {
            Body::None => {}
            Body::Json(template) | Body::Raw(template) => templates.push(template),
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
        call.expect.headers.iter().for_each(|check| check.matcher.each_template(&mut |t| templates.push(t)));
        call.expect.body.iter().for_each(|check| check.matcher.each_template(&mut |t| templates.push(t)));
        for condition in call.poll.iter().flat_map(|poll| poll.until.iter().chain(&poll.fail)) {
            if let Condition::Body(check) = condition {
                check.matcher.each_template(&mut |t| templates.push(t));
            }
        }
        for template in templates {
            self.check(template, frame, later);
        }
    }
}

fn set(from: usize, to: usize, binding: &Binding) -> Transfer {
    let Binding { name: Spanned { value: name, .. }, value } = binding;
    Transfer::Set { from, to, name: name.clone(), value: value.clone() }
}

/// What a step without a name is called: its operation, else its method and path.
fn default_name(call: &Call, method: &str, path: &Template) -> String {
    match &call.request.target {
        Target::Operation(operation) => operation.value.clone(),
        Target::Path { .. } => {
            let path = path.as_fixed().and_then(Value::as_str).unwrap_or("(path with holes)");
            format!("{method} {path}")
        }
    }
}
