//! Tables for the terminal: columns where they fit, lines of words where they do not.

use crate::diagnostic::Style;
use crate::report::style::{Role, paint};
use crate::text::{columns, wrap};

/// Columns between two columns.
const GAP: usize = 2;

/// A line of a table: a name, then figures.
pub(super) struct Line {
    role: Role,
    cells: Vec<String>,
}

impl Line {
    /// The line above: what stands in each column.
    pub(super) fn head<const N: usize>(cells: [&str; N]) -> Self {
        Self { role: Role::Faint, cells: cells.map(str::to_owned).into() }
    }

    /// A line in the look of its role.
    pub(super) fn of<const N: usize>(role: Role, cells: [String; N]) -> Self {
        Self { role, cells: cells.into() }
    }
}

/// The table, its first line the head. Where it is wider than that, every line is told in words.
pub(super) fn lines(table: &[Line], style: Style, width: usize) -> Vec<String> {
    let wide = |column: usize| table.iter().filter_map(|line| line.cells.get(column)).map(|cell| columns(cell)).max();
    let widths: Vec<usize> = (0..).map_while(wide).collect();
    let whole = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    if whole > width {
        return in_words(table, style, width);
    }
    let line = |line: &Line| {
        let mut text = String::new();
        for (column, (cell, width)) in line.cells.iter().zip(&widths).enumerate() {
            let space = " ".repeat(width - columns(cell));
            match column {
                0 => text.push_str(&format!("{cell}{space}")),
                _ => text.push_str(&format!("{}{space}{cell}", " ".repeat(GAP))),
            }
        }
        paint(style, line.role, text.trim_end()).to_string()
    };
    table.iter().map(line).collect()
}

/// `codes: documented 47, exercised 40, …`.
fn in_words(table: &[Line], style: Style, width: usize) -> Vec<String> {
    let Some((head, rest)) = table.split_first() else { return Vec::new() };
    let line = |line: &Line| {
        let figures = line.cells.iter().zip(&head.cells).skip(1).filter(|(cell, _)| *cell != "–");
        let figures: Vec<String> = figures.map(|(cell, name)| format!("{name} {cell}")).collect();
        let text = format!("{}: {}", line.cells.first().map_or("", String::as_str), figures.join(", "));
        wrap(&text, width).lines().map(|part| paint(style, line.role, part).to_string()).collect::<Vec<_>>()
    };
    rest.iter().flat_map(line).collect()
}
