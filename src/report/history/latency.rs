//! How long operations take, and how that changed: a line for each.

use super::{left, right};
use crate::diagnostic::Style;
use crate::history::{Picture, Trend};
use crate::report::style::{Role, paint};
use crate::text::{columns, squeeze, visible_line};
use crate::text::{count, duration, grouped};
use std::time::Duration;

/// Heights of a small plot.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A change by less than this, in percent or in microseconds, is not worth a colour.
const WORTH: (i64, u64) = (50, 10_000);

/// Longest name of an operation that is not shortened.
const LONGEST_NAME: usize = 28;

/// What a line tells of an operation.
type Cells = [String; 6];

/// What stands above the lines.
const HEAD: [&str; 6] = ["operation", "requests", "p50", "", "p95", ""];

/// What is told where there is no room for all of it: the operation, and what nearly all of its requests took.
const NARROW: [usize; 3] = [0, 4, 5];

/// The table of operations, after an empty line; nothing when none was called.
pub(super) fn lines(picture: &Picture, shown: usize, style: Style, width: usize) -> Vec<String> {
    if picture.operations.is_empty() {
        return Vec::new();
    }
    let compared = picture.operations.iter().any(|trend| trend.before.is_some());
    let runs = count(picture.runs.len(), "run");
    let beside = if compared { ", beside as many runs before" } else { "" };
    let title = paint(style, Role::Strong, squeeze(&format!("Latency in {runs}{beside}"), width)).to_string();
    let rows: Vec<Cells> = picture.operations.iter().map(cells).collect();
    let head = HEAD.map(String::from);
    let width_of = |cell: usize| rows.iter().chain([&head]).map(|row| columns(&row[cell])).max().unwrap_or_default();
    let every: Vec<(usize, usize)> = (0..HEAD.len()).map(|cell| (cell, width_of(cell))).collect();
    let total = |cells: &[(usize, usize)]| cells.iter().map(|(_, width)| width + 2).sum::<usize>();
    // Where there is no room for everything, the slowest requests are what matters.
    let few: Vec<(usize, usize)> = every.iter().filter(|(cell, _)| NARROW.contains(cell)).copied().collect();
    let cells = if total(&every) <= width { every } else { few };
    let total = total(&cells);
    let plot = (total + 1 + shown <= width).then_some(shown);
    let mut lines = vec![String::new(), title];
    let heading = format!("{}{}", row(&head, &cells), if plot.is_some() { " p95 by run" } else { "" });
    lines.push(paint(style, Role::Faint, heading.trim_end()).to_string());
    for (trend, texts) in picture.operations.iter().zip(&rows) {
        let drawn = match is_slower(trend) {
            true => paint(style, Role::Error, row(texts, &cells)).to_string(),
            false => row(texts, &cells),
        };
        let plot = plot.map_or_else(String::new, |shown| format!(" {}", bars(trend, shown)));
        lines.push(format!("{drawn}{plot}").trim_end().to_owned());
    }
    lines
}

/// The texts of the chosen cells, each as wide as its column.
fn row(texts: &Cells, cells: &[(usize, usize)]) -> String {
    let text = |(cell, width): &(usize, usize)| match cell {
        0 => left(&texts[0], *width),
        cell => right(&texts[*cell], *width),
    };
    cells.iter().map(|cell| format!("  {}", text(cell))).collect()
}

fn cells(trend: &Trend) -> Cells {
    let now = trend.now;
    let time = |micros: u64| duration(Duration::from_micros(micros));
    let change = |now: u64, before: Option<u64>| before.map_or_else(String::new, |before| signed(percent(now, before)));
    [
        squeeze(&visible_line(&trend.operation), LONGEST_NAME),
        grouped(usize::try_from(now.requests).unwrap_or(usize::MAX)),
        time(now.p50_us),
        change(now.p50_us, trend.before.map(|before| before.p50_us)),
        time(now.p95_us),
        change(now.p95_us, trend.before.map(|before| before.p95_us)),
    ]
}

/// By how many percent `now` is more than `before`, rounded towards nothing.
fn percent(now: u64, before: u64) -> i64 {
    let difference = i128::from(now) - i128::from(before);
    i64::try_from(difference * 100 / i128::from(before.max(1))).unwrap_or(i64::MAX)
}

fn signed(percent: i64) -> String {
    match percent {
        0 => "±0 %".to_owned(),
        more @ 1.. => format!("+{more} %"),
        less => format!("−{} %", less.unsigned_abs()),
    }
}

fn is_slower(trend: &Trend) -> bool {
    let now = trend.now.p95_us;
    trend
        .before
        .is_some_and(|before| percent(now, before.p95_us) >= WORTH.0 && now.saturating_sub(before.p95_us) >= WORTH.1)
}

/// A bar for each run, the highest for the longest time.
fn bars(trend: &Trend, shown: usize) -> String {
    let points = &trend.points[trend.points.len().saturating_sub(shown)..];
    let most = points.iter().flatten().map(|point| point.p95_us).max().unwrap_or_default().max(1);
    let height = |micros: u64| {
        let steps = u64::try_from(BARS.len() - 1).unwrap_or_default();
        usize::try_from(u128::from(micros) * u128::from(steps) / u128::from(most)).unwrap_or_default()
    };
    points.iter().map(|point| point.map_or(' ', |point| BARS[height(point.p95_us)])).collect()
}
