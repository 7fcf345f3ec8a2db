//! What happened to a case that did not pass, told once for every report.

use super::explain::{NOTHING, excerpt, explain_error, explain_failure, status_words};
use super::fold::{BadStep, FinishedCase};
use super::style::{Role, paint};
use crate::diagnostic::{Code, Diagnostic, Note, NoteKind, Style, render};
use crate::event::{Body, CaseOutcome, Exchange, Failure, Promise, StepFinished, StepOutcome, WaiverEntry};
use crate::source::Location;
use crate::text::{count, duration};
use crate::text::{head, visible_line, wrap};
use std::borrow::Cow;
use std::time::Duration;

/// Most failures of one step that are told whole.
const FAILURES: usize = 10;

/// Longest value, in characters, of which a single line quotes two.
const SHORT: usize = 60;

/// Longest text, in characters, of which a single line quotes one.
const LONG: usize = 120;

/// Columns that the drawing of a diagnostic needs before a note's text.
const MARGIN: usize = 17;

/// A case's story in one line: what a list of bad cases needs.
#[derive(Debug, Clone)]
pub(super) struct Headline {
    /// Which kind of problem.
    pub(super) code: Code,
    /// Where to look, as `file:line`; empty where it is not known.
    pub(super) place: String,
    /// Which step of how many, with its name; empty where no step is to blame.
    pub(super) step: String,
    /// The problem in one line.
    pub(super) title: String,
}

impl Headline {
    /// The step and the problem, on one line.
    pub(super) fn message(&self) -> String {
        if self.step.is_empty() { self.title.clone() } else { format!("{}: {}", self.step, self.title) }
    }
}

/// What is to blame for how a case ended: the first broken promise of the step that decided it.
pub(super) struct Blame<'a> {
    /// The step.
    pub(super) bad: &'a BadStep,
    /// The problem, whole.
    pub(super) diagnostic: Diagnostic,
}

/// The step to blame for how a case ended: of those that did not pass, the first that ended as the case did; of a flaky
/// one, of its first time.
pub(super) fn blamed(case: &FinishedCase) -> Option<&BadStep> {
    let blamed = |bad: &&BadStep| match (&bad.step.outcome, &case.outcome) {
        (StepOutcome::Failed(_), _) => true,
        (StepOutcome::Waived(_), outcome) => *outcome == CaseOutcome::Waived,
        (StepOutcome::Error(_), CaseOutcome::Failed) => false,
        (StepOutcome::Error(_), _) => true,
        (StepOutcome::Passed | StepOutcome::Skipped { .. }, _) => false,
    };
    case.bad.iter().find(blamed).or(case.bad.first())
}

/// What is to blame for how a case ended.
pub(super) fn blame(case: &FinishedCase) -> Option<Blame<'_>> {
    let bad = blamed(case)?;
    let operation = bad.step.operation.as_deref();
    let exchange = bad.exchange.as_ref();
    let diagnostic = match (&bad.step.outcome, first_failure(&bad.step)) {
        (StepOutcome::Error(error), _) => explain_error(error, exchange, operation),
        // What is waived says by whom.
        (StepOutcome::Waived(_), Some(_)) => diagnostics(&bad.step, exchange).into_iter().next()?,
        (_, Some(failure)) => explain_failure(failure, exchange, operation),
        (_, None) => return None,
    };
    Some(Blame { bad, diagnostic })
}

/// The failure to tell of a step: the first one.
fn first_failure(step: &StepFinished) -> Option<&Failure> {
    step.outcome.failures().first()
}

impl Blame<'_> {
    /// The broken promise to blame; none where it was an error.
    pub(super) fn failure(&self) -> Option<&Failure> {
        first_failure(&self.bad.step)
    }

    /// The line of the suite to look at: that of the promise, or that of its step where a contract makes the promise.
    pub(super) fn place(&self) -> Option<&Location> {
        let promised = self.diagnostic.labels.first().map(|label| &label.place);
        let step = self.bad.step.place.as_ref();
        promised.filter(|promised| step.is_none_or(|step| step.file == promised.file)).or(step)
    }
}

/// The headline of a case that failed or could not be judged.
pub(super) fn headline(case: &FinishedCase) -> Headline {
    match blame(case) {
        Some(Blame { bad, diagnostic }) => {
            // What the contract promises stands in the contract; whoever goes to work begins at the step.
            let at_step = bad
                .step
                .place
                .as_ref()
                .filter(|_| matches!(diagnostic.code, Code::Violation | Code::Rule | Code::Finding));
            let written = diagnostic.labels.first().map(|label| &label.place);
            let place = at_step.or(written).or(bad.step.place.as_ref());
            Headline {
                code: diagnostic.code,
                place: place.map_or_else(String::new, |place| format!("{}:{}", visible_line(&place.file), place.line)),
                step: format!("{}, {}", position(case, bad), visible_line(&bad.step.name)),
                title: one_line(&diagnostic),
            }
        }
        None => Headline {
            code: Code::Stopped,
            place: String::new(),
            step: String::new(),
            title: "the case did not pass, and no step says why".to_owned(),
        },
    }
}

/// The title, with what came and what was promised where the title leaves that to the notes.
fn one_line(diagnostic: &Diagnostic) -> String {
    let note = |kind: NoteKind| diagnostic.notes.iter().find(|note| note.kind == kind);
    let title = &diagnostic.title;
    match (diagnostic.code, note(NoteKind::Came), note(NoteKind::Promised)) {
        (Code::PollGaveUp | Code::PollHopeless, Some(came), _) => format!("{title}: {}", head(&came.text, LONG)),
        (Code::Body | Code::Header, Some(came), Some(promised)) => {
            let [came, promised] = [came, promised].map(|note| head(&note.text, SHORT));
            // What is missing has been said; that nothing came would say it again.
            let came = if came == NOTHING { String::new() } else { format!("came {came}, ") };
            format!("{title}: {came}promised was {promised}")
        }
        _ => title.clone(),
    }
}

/// The whole story of a case that failed or could not be judged, in lines of about `width` columns.
pub(super) fn failure_text(case: &FinishedCase, style: Style, width: usize) -> String {
    let mut text = String::new();
    for bad in &case.bad {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&step(case, bad, style, width));
    }
    if case.bad.is_empty() {
        text.push_str("No step says why.\n");
    }
    if case.skipped > 0 {
        let were = if case.skipped == 1 { "was" } else { "were" };
        let skipped = format!("{} {were} not run", count(case.skipped, "step"));
        text.push_str(&format!("\n{}\n", paint(style, Role::Faint, skipped)));
    }
    text
}

/// The story of the cleanup of a case, if that did not go well. It does not decide the case, and somebody has to know.
pub(super) fn cleanup_text(case: &FinishedCase, style: Style, width: usize) -> Option<String> {
    let steps: Vec<String> = case.cleanup.iter().map(|bad| step(case, bad, style, width)).collect();
    (!steps.is_empty()).then(|| format!("Cleanup failed; the result is unaffected.\n{}", steps.join("\n")))
}

fn step(case: &FinishedCase, bad: &BadStep, style: Style, width: usize) -> String {
    let mut lines = vec![paint(style, Role::Strong, heading(case, bad, width)).to_string()];
    if let Some(exchange) = &bad.exchange {
        lines.push(wrap(&request_line(exchange, bad.step.attempts), width));
    }
    lines.push(String::new());
    let all = diagnostics(&bad.step, bad.exchange.as_ref());
    let mut advice: Vec<&Note> = Vec::new();
    for diagnostic in all.iter().take(FAILURES) {
        // Two broken promises of one answer often call for the same thing; it is said once.
        let mut told = fitted(diagnostic, width);
        told.notes.retain(|note| note.kind != NoteKind::Next);
        for note in diagnostic.notes.iter().filter(|note| note.kind == NoteKind::Next) {
            if !advice.iter().any(|known| known.text == note.text) {
                advice.push(note);
                told.notes.push(Note { kind: note.kind, text: wrap(&note.text, width.saturating_sub(MARGIN)) });
            }
        }
        lines.push(render(&told, style));
        lines.push(String::new());
    }
    if all.len() > FAILURES {
        lines.push(format!("… {} of this step", count(all.len() - FAILURES, "more failure")));
        lines.push(String::new());
    }
    lines.extend(bad.exchange.iter().flat_map(|exchange| bodies(bad, exchange, style, width)));
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// `step 3 of 5`.
fn position(case: &FinishedCase, bad: &BadStep) -> String {
    if bad.step.cleanup {
        return "cleanup".to_owned();
    }
    let number = bad.step.step.saturating_add(1);
    let turn = bad.step.turn.map_or_else(String::new, |turn| format!(", iteration {turn}"));
    format!("step {number} of {}{turn}", case.steps.max(number))
}

fn heading(case: &FinishedCase, bad: &BadStep, width: usize) -> String {
    let name = visible_line(&bad.step.name);
    let operation =
        bad.step.operation.as_deref().map_or_else(String::new, |operation| format!(" ({})", visible_line(operation)));
    let place = bad.step.place.as_ref();
    let place = place.map_or_else(String::new, |place| format!(" at {}:{}", visible_line(&place.file), place.line));
    let used: String = bad
        .step
        .used
        .iter()
        .rev()
        .map(|used| format!(", used at {}:{}", visible_line(&used.file), used.line))
        .collect();
    wrap(&format!("{}: {name}{operation}{place}{used}", position(case, bad)), width)
}

/// `POST http://… → 400 Bad Request in 12 ms`.
pub(super) fn request_line(exchange: &Exchange, attempts: u32) -> String {
    let took = duration(Duration::from_micros(exchange.timing.total_us));
    let answer = match &exchange.received {
        Some(received) => format!("{} in {took}", status_words(received.status)),
        None => format!("no answer after {took}"),
    };
    let attempt = if attempts > 1 { format!(", attempt {attempts}") } else { String::new() };
    let (method, url) = (visible_line(&exchange.sent.method), visible_line(&exchange.sent.url));
    format!("{method} {url} → {answer}{attempt}")
}

/// Everything that is wrong with a step.
pub(super) fn diagnostics(step: &StepFinished, exchange: Option<&Exchange>) -> Vec<Diagnostic> {
    let operation = step.operation.as_deref();
    match &step.outcome {
        StepOutcome::Failed(failures) => {
            failures.iter().map(|failure| explain_failure(failure, exchange, operation)).collect()
        }
        StepOutcome::Waived(waived) => {
            let told = waived.failures.iter().map(|failure| explain_failure(failure, exchange, operation));
            let mut told: Vec<Diagnostic> = told.collect();
            if let Some(last) = told.last_mut() {
                last.notes.extend(waived.waivers.iter().map(waiver));
            }
            told
        }
        StepOutcome::Error(error) => vec![explain_error(error, exchange, operation)],
        StepOutcome::Passed | StepOutcome::Skipped { .. } => Vec::new(),
    }
}

/// Who answers for a broken promise, why, and until when.
fn waiver(waiver: &WaiverEntry) -> Note {
    let WaiverEntry { owner, reason, expires, .. } = waiver;
    let text = visible_line(&format!("by {owner} until {expires}: {reason}"));
    Note { kind: NoteKind::Waived, text }
}

/// The diagnostic with its notes in lines that fit.
pub(super) fn fitted(diagnostic: &Diagnostic, width: usize) -> Diagnostic {
    let mut fitted = diagnostic.clone();
    for note in &mut fitted.notes {
        note.text = wrap(&note.text, width.saturating_sub(MARGIN));
    }
    fitted
}

/// The bodies, where they help to understand what went wrong.
fn bodies(bad: &BadStep, exchange: &Exchange, style: Style, width: usize) -> Vec<String> {
    let failures = match &bad.step.outcome {
        StepOutcome::Failed(failures) => failures,
        StepOutcome::Waived(waived) => &waived.failures,
        StepOutcome::Passed | StepOutcome::Error(_) | StepOutcome::Skipped { .. } => return Vec::new(),
    };
    if !failures.iter().any(|failure| needs_body(&failure.promise)) {
        return Vec::new();
    }
    let Some(received) = &exchange.received else { return Vec::new() };
    let mut lines = Vec::new();
    // A server that refuses a request as such is best understood with the request at hand.
    if matches!(received.status, 400 | 402 | 404..=406 | 408..=428 | 430..=499)
        && let Some(sent) = exchange.sent.body_in_words()
    {
        lines.extend(body("sent", &sent, None, style, width));
    }
    if let Some(came) = &received.body {
        lines.extend(body("received", came, failures.iter().find_map(focus).as_deref(), style, width));
    }
    lines
}

fn body(title: &str, body: &Body, focus: Option<&str>, style: Style, width: usize) -> Vec<String> {
    let lines = excerpt(body, focus, width.saturating_sub(2)).into_iter().map(|line| format!("  {line}"));
    [paint(style, Role::Faint, title).to_string()].into_iter().chain(lines).collect()
}

const fn needs_body(promise: &Promise) -> bool {
    match promise {
        Promise::Status { .. }
        | Promise::Code { .. }
        | Promise::Body(_)
        | Promise::Contract(_)
        | Promise::Rule(_)
        | Promise::Finding(_)
        | Promise::Json { .. }
        | Promise::Capture { .. }
        | Promise::GaveUp { .. }
        | Promise::Hopeless { .. } => true,
        Promise::Snapshot(_)
        | Promise::Header(_)
        | Promise::Latency { .. }
        | Promise::Repeated { .. }
        | Promise::Overran { .. } => false,
    }
}

/// A JSON pointer as a path; `None` for what is no pointer.
fn path(pointer: &str) -> Option<String> {
    let parts = pointer.strip_prefix('/')?.split('/').map(crate::text::pointer_unescaped);
    let step = |part: String| match part.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) if part == "*" => "[*]".to_owned(),
        Err(_) => format!("['{}']", part.replace('\\', "\\\\").replace('\'', "\\'")),
    };
    Some(parts.map(step).fold("$".to_owned(), |path, step| path + &step))
}

/// The path in the body that a failure is about.
fn focus(failure: &Failure) -> Option<Cow<'_, str>> {
    match &failure.promise {
        Promise::Body(found) | Promise::Capture { found, .. } => Some(found.path.as_str().into()),
        Promise::Contract(violation) => path(&violation.pointer).map(Cow::Owned),
        Promise::Finding(finding) => path(&finding.pointer).map(Cow::Owned),
        Promise::Rule(broken) => broken
            .at
            .as_deref()
            .and_then(|at| at.strip_prefix("response "))
            .filter(|path| path.starts_with('$'))
            .map(Into::into),
        Promise::GaveUp { waiting_for, .. } => waiting_for.first().map(|found| found.path.as_str().into()),
        Promise::Status { .. }
        | Promise::Code { .. }
        | Promise::Snapshot(_)
        | Promise::Header(_)
        | Promise::Latency { .. }
        | Promise::Json { .. }
        | Promise::Repeated { .. }
        | Promise::Overran { .. }
        | Promise::Hopeless { .. } => None,
    }
}
