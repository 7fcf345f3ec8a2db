//! What the columns of a table mean, by their headings.

use super::blocks::Row;
use super::dialect::Dialect;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Column {
    Name,
    Type,
    Description,
    Required,
    Optional,
    Nullable,
    Default,
    Rules,
    Code,
    Case,
    Http,
    Method,
    Endpoint,
    Header,
    Value,
    In,
}

impl Column {
    pub(super) const ALL: [(Self, &'static str); 16] = [
        (Self::Name, "name"),
        (Self::Type, "type"),
        (Self::Description, "description"),
        (Self::Required, "required"),
        (Self::Optional, "optional"),
        (Self::Nullable, "nullable"),
        (Self::Default, "default"),
        (Self::Rules, "rules"),
        (Self::Code, "code"),
        (Self::Case, "case"),
        (Self::Http, "http"),
        (Self::Method, "method"),
        (Self::Endpoint, "endpoint"),
        (Self::Header, "header"),
        (Self::Value, "value"),
        (Self::In, "in"),
    ];
}

/// A table with what its columns mean.
#[derive(Debug)]
pub(super) struct Table<'t> {
    /// What each column says, where that is known.
    pub(super) columns: Vec<Option<Column>>,
    pub(super) heading: &'t Row,
    /// The rows below the heading and its dashes.
    pub(super) rows: &'t [Row],
}

impl<'t> Table<'t> {
    pub(super) fn new(rows: &'t [Row], dialect: &Dialect) -> Option<Self> {
        let heading = rows.first()?;
        let below = rows.get(1..).unwrap_or_default();
        // The row of dashes is a row of the block.
        let below = match below.first() {
            Some(row) if row.cells.iter().all(|cell| cell.chars().all(|c| "-: ".contains(c))) => &below[1..],
            _ => below,
        };
        let columns = heading.cells.iter().map(|cell| dialect.column(cell)).collect();
        Some(Self { columns, heading, rows: below })
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.columns.contains(&Some(column))
    }

    /// The cell of a row under a column.
    pub(super) fn cell<'r>(&self, row: &'r Row, column: Column) -> Option<&'r str> {
        let index = self.columns.iter().position(|one| *one == Some(column))?;
        row.cells.get(index).map(String::as_str)
    }

    /// Whether it lists members of a body or parameters.
    pub(super) fn lists_members(&self) -> bool {
        let tells = [Column::Type, Column::Required, Column::Optional, Column::Nullable, Column::Description];
        self.has(Column::Name) && tells.iter().any(|column| self.has(*column))
    }
}
