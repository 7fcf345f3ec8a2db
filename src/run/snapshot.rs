//! A step's response against the one that was accepted.

use super::answer::Answer;
use super::capture::Taken;
use super::running::Running;
use super::snapshots::{Compared, Keep, OwnedSnapshot};
use crate::event::{Against, Failure, Promise, SnapshotDifference, SnapshotState, SnapshotTaken};
use crate::plan::PlannedStep;
use crate::snapshot::{Content, Masks, Placeholders, Taking, differences, lines, names_an_id, take as content_of};
use crate::suite::Snapshot;
use serde_json::Value;

/// The header that is always kept.
const CONTENT_TYPE: &str = "content-type";

/// A snapshot that was taken, and what it means for its step.
pub(super) struct Judged {
    pub(super) event: SnapshotTaken,
    pub(super) failure: Option<Failure>,
}

/// Takes the snapshot of a step whose checks and captures went well, if it has one.
pub(super) fn take(
    running: &Running<'_>,
    step: &PlannedStep,
    answer: &Answer,
    captured: &[Taken<'_>],
) -> Option<Judged> {
    let (owned, taken, compared) = compare(running, step, answer, captured, Keep::Yes)?;
    let (state, content) = (compared.state, compared.new.then(|| taken.to_text()));
    let (name, file) = (owned.name.clone(), owned.file.clone());
    let event = SnapshotTaken { case: running.case, step: step.number, name, file, state, content };
    Some(Judged { event, failure: failure(running, step, owned, compared) })
}

/// What the snapshot of a step would say of an answer. Nothing is kept of it.
pub(super) fn difference(
    running: &Running<'_>,
    step: &PlannedStep,
    answer: &Answer,
    captured: &[Taken<'_>],
) -> Option<Failure> {
    let (owned, _, compared) = compare(running, step, answer, captured, Keep::No)?;
    failure(running, step, owned, compared)
}

fn compare<'r>(
    running: &Running<'r>,
    step: &PlannedStep,
    answer: &Answer,
    captured: &[Taken<'_>],
    keep: Keep,
) -> Option<(&'r OwnedSnapshot, Content, Compared)> {
    let snapshot = step.call.snapshot.as_ref()?;
    let snapshots = &*running.runner.snapshots;
    if running.behind > 0 {
        // It belongs to the setup as it was done first.
        return None;
    }
    let owned = snapshots.of_step(running.case % running.runner.plan.cases.len(), step.number)?;
    let model = snapshots.model(&owned.file);
    let take_as = |placeholders| content(running, snapshot, answer, captured, placeholders, model.as_ref());
    let taken = take_as(Placeholders::Typed);
    let compared = snapshots.compare(&owned.file, &taken, || take_as(Placeholders::Untyped), keep);
    Some((owned, taken, compared))
}

fn failure(running: &Running<'_>, step: &PlannedStep, owned: &OwnedSnapshot, compared: Compared) -> Option<Failure> {
    let (SnapshotState::Refused, Some(snapshot)) = (compared.state, &step.call.snapshot) else { return None };
    let other = compared.other;
    let found = other.as_ref().map(|(_, other, found)| differences(other, found)).unwrap_or_default();
    let text = other.as_ref().map(|(_, other, found)| lines(other, found)).unwrap_or_default();
    let difference = SnapshotDifference {
        name: owned.name.clone(),
        file: owned.file.clone(),
        against: other.map_or(Against::Nothing, |(against, ..)| against),
        changes: found.changes,
        more: found.more,
        text,
    };
    let place = running.location(snapshot.span);
    Some(Failure { place, promise: Promise::Snapshot(Box::new(difference)) })
}

fn content(
    running: &Running<'_>,
    snapshot: &Snapshot,
    answer: &Answer,
    captured: &[Taken<'_>],
    placeholders: Placeholders,
    model: Option<&Content>,
) -> Content {
    let names = [CONTENT_TYPE].into_iter().chain(snapshot.headers.iter().map(String::as_str));
    let mut headers: Vec<(String, String)> =
        names.filter_map(|name| Some((name.to_owned(), answer.header(name)?))).collect();
    headers.dedup();
    let given = captured.iter().map(|taken| (taken.capture.name.value.as_str(), &taken.value));
    let ids = running.scope.each().chain(given).filter(|(name, _)| names_an_id(name));
    let ids = ids.filter_map(|(_, value)| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let ids: Vec<String> = ids.chain(running.services.made()).collect();
    let taking = Taking {
        status: answer.response.status,
        headers,
        json: answer.json().ok(),
        body: &answer.response.body,
        masks: Masks { redact: &snapshot.redact, ignore: &snapshot.ignore, sort: &snapshot.sort, keep: &snapshot.keep },
        ids: &ids,
        redactor: &running.runner.redactor,
        host: authority(&running.runner.base_url),
    };
    content_of(&taking, placeholders, model)
}

/// The host of a URL with its port.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}
