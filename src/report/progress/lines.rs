//! The lines of the view: what is done and what is left, then the cases under way, the longest first.

use super::{Doing, Progress, Step, Waits};
use crate::diagnostic::Style;
use crate::event::{Counts, Timestamp};
use crate::report::fold::Index;
use crate::report::style::{Role, paint};
use crate::text::{columns, head, squeeze, visible_line};
use crate::text::{count, duration, grouped};
use std::time::Duration;

/// A run that has lasted less than this says nothing about how long the rest takes.
const TOO_SOON: Duration = Duration::from_secs(2);

/// Columns below which there is no room for a case and what it waits for.
const NARROWEST: usize = 30;

/// Longest text, in characters, of what a poll saw.
const SEEN: usize = 48;

pub(super) fn all(
    progress: &Progress,
    index: &Index,
    begun: Timestamp,
    now: Timestamp,
    style: Style,
    width: usize,
    height: usize,
) -> Vec<String> {
    let mut doing: Vec<(&usize, &Doing)> = progress.cases.iter().collect();
    doing.sort_by_key(|(case, doing)| (doing.since, **case));
    let whole = first(progress, begun, now);
    let text = if columns(&whole) <= width { whole } else { head(&short(progress, begun, now), width) };
    let mut lines = vec![paint(style, Role::Strong, text).to_string()];
    let room = if width < NARROWEST { 0 } else { height.saturating_sub(1) };
    let shown = if doing.len() > room { room.saturating_sub(1) } else { doing.len() };
    lines.extend(doing.iter().take(shown).map(|(number, doing)| case(index, **number, doing, now, width)));
    if doing.len() > shown && room > 0 {
        let more = head(&format!("  and {}", count(doing.len() - shown, "other case")), width);
        lines.push(paint(style, Role::Faint, more).to_string());
    }
    lines
}

/// `12 of 237 cases done, 1 failed, 8 running · 12 s, about 40 s left`.
fn first(progress: &Progress, begun: Timestamp, now: Timestamp) -> String {
    let Counts { planned, failed, troubled, .. } = progress.counts;
    let done = planned - progress.counts.missing();
    let mut text = format!("{} of {} done", grouped(done), count(planned, "case"));
    for (number, what) in [(failed, "failed"), (troubled, "with an error"), (progress.cases.len(), "running")] {
        if number > 0 {
            text.push_str(&format!(", {} {what}", grouped(number)));
        }
    }
    let elapsed = between(begun, now);
    text.push_str(&format!(" · {}", seconds(elapsed)));
    if let Some(reason) = &progress.stopping {
        text.push_str(&format!(", {}", reason.trim_end_matches('.')));
    } else if let Some(left) = left(elapsed, done, planned).map(|left| left.max(next_answer(progress, now)))
        && left.as_secs() > 0
    {
        text.push_str(&format!(", about {} left", seconds(left)));
    }
    text
}

/// The same for a narrow terminal: `12/237, 1 bad, 8 running · 12 s`.
fn short(progress: &Progress, begun: Timestamp, now: Timestamp) -> String {
    let Counts { planned, failed, troubled, .. } = progress.counts;
    let bad = if failed + troubled > 0 { format!(", {} bad", failed + troubled) } else { String::new() };
    let (done, running) = (planned - progress.counts.missing(), progress.cases.len());
    format!("{done}/{planned}{bad}, {running} running · {}", seconds(between(begun, now)))
}

/// How long it is until the last of the waits that are known of is over: before that the run cannot end.
fn next_answer(progress: &Progress, now: Timestamp) -> Duration {
    let waits = progress.cases.values().filter_map(|doing| doing.step.as_ref()?.waits.as_ref());
    waits.map(|waits| between(now, waits.until)).max().unwrap_or_default()
}

/// How long the rest takes if it goes on as it did.
fn left(elapsed: Duration, done: usize, planned: usize) -> Option<Duration> {
    let (done, rest) = (u32::try_from(done).ok()?, u32::try_from(planned.checked_sub(done)?).ok()?);
    (done > 2 && rest > 0 && elapsed >= TOO_SOON).then(|| (elapsed / done).saturating_mul(rest))
}

fn case(index: &Index, number: usize, doing: &Doing, now: Timestamp, width: usize) -> String {
    let name = format!("{} › {}", index.stem(number), visible_line(&index.name(number)));
    let name = match &doing.step {
        Some(Step { name: step, .. }) if !step.is_empty() => format!("{name} › {step}"),
        _ => name,
    };
    let end = match &doing.step {
        Some(Step { waits: Some(waits), .. }) => waiting(waits, now),
        Some(Step { since, .. }) => asking(*since, now),
        None => String::new(),
    };
    if end.is_empty() {
        return format!("  {}", squeeze(&name, width.saturating_sub(2)));
    }
    // Which case it is and what it waits for are worth half a line each.
    let end = head(&end, (width.saturating_sub(5) / 2).max(width.saturating_sub(5 + columns(&name))));
    let room = width.saturating_sub(5 + columns(&end));
    format!("  {} · {end}", squeeze(&name, room))
}

fn waiting(waits: &Waits, now: Timestamp) -> String {
    let mut parts = Vec::new();
    if let Some(limit) = waits.limit {
        parts.push(format!("{} left", seconds(between(now, limit))));
    }
    if !waits.seen.is_empty() {
        parts.push(head(&waits.seen, SEEN));
    }
    let next = between(now, waits.until);
    parts.push(match next.as_secs() {
        0 => "again now".to_owned(),
        _ => format!("again in {}", seconds(next)),
    });
    parts.push(count(waits.attempts as usize, "attempt"));
    parts.join(", ")
}

/// How long an answer has been awaited, once that is worth saying.
fn asking(since: Timestamp, now: Timestamp) -> String {
    let so_far = between(since, now);
    if so_far.as_secs() == 0 { String::new() } else { format!("no answer for {}", seconds(so_far)) }
}

/// Whole seconds: what changes several times in a second cannot be read.
fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => "0 s".to_owned(),
        whole => duration(Duration::from_secs(whole)),
    }
}

fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.timestamp().duration_since(earlier.timestamp())).unwrap_or_default()
}
