//! `each`: a table of rows; a case is run once for each of them.

use super::bindings::check_name;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{Kind, Node, Reader};
use serde_json::Value;

/// Most rows of one table.
const MOST: usize = 100_000;

/// Where a table comes from.
#[derive(Debug, Clone)]
pub enum Rows {
    /// The suite itself.
    Inline(Table),
    /// A CSV file.
    File(Spanned<String>),
}

/// A table: the same names in every row.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The names, and where each is given.
    pub columns: Vec<Spanned<String>>,
    /// The values of each row, in the order of the columns, and where the row is written.
    pub rows: Vec<(Vec<Value>, Span)>,
}

impl Rows {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        match &node.kind {
            Kind::Text(path) => Some(Self::File(Spanned::new(path.clone(), node.span))),
            _ => read_inline(reader, node).map(Self::Inline),
        }
    }
}

fn read_inline(reader: &mut Reader<'_>, node: &Node) -> Option<Table> {
    let items = reader.list(node, "`each`");
    let mut table = Table::default();
    for (index, item) in items.iter().enumerate() {
        let entries = reader.map(item, "a row");
        if index == 0 {
            table.columns =
                entries.iter().map(|entry| entry.key.clone()).filter(|name| check_name(reader, name)).collect();
        }
        let mut values = Vec::new();
        for column in &table.columns {
            match entries.iter().find(|entry| entry.key.value == column.value) {
                Some(entry) => values.push(entry.value.to_json()),
                None => {
                    let title = format!("the row has no `{}`", column.value);
                    let place = reader.sources.place(column.span);
                    let problem = reader.problem(Code::MissingKey, item.span, title, "every row has the same names");
                    *problem =
                        problem.clone().at(place, "given here").next("write null for a value that a row does not have");
                }
            }
        }
        for entry in entries.iter().filter(|entry| !table.columns.iter().any(|column| column.value == entry.key.value))
        {
            let title = format!("the first row has no `{}`", entry.key.value);
            reader.problem(Code::UnknownKey, entry.key.span, title, "every row has the same names");
        }
        table.rows.push((values, item.span));
    }
    if table.rows.is_empty() {
        reader.problem(
            Code::WrongValue,
            node.span,
            "`each` needs at least one row",
            "a case without rows is never run",
        );
        return None;
    }
    Some(table)
}

/// Reads a CSV file (RFC 4180): the first line has the names, every value is text.
///
/// # Errors
/// When it is not a table, or a name cannot be used.
pub fn read_table(sources: &Sources, file: FileId) -> Result<Table, Vec<Diagnostic>> {
    let source = sources.file(file);
    let mut reader = Reader::new(sources);
    let mut csv = csv::ReaderBuilder::new().from_reader(source.text.as_bytes());
    let span = |line: u64, reader: &Reader<'_>| {
        let starts = reader.sources.file(file).text.match_indices('\n').map(|(at, _)| at + 1);
        let start =
            std::iter::once(0).chain(starts).nth(usize::try_from(line).unwrap_or(1).saturating_sub(1)).unwrap_or(0);
        let length = source.text[start..].find('\n').unwrap_or(source.text.len() - start);
        let clip = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file, start: clip(start), end: clip(start + length) }
    };
    let mut table = Table::default();
    match csv.headers() {
        Ok(names) => {
            for name in names {
                let name = Spanned::new(name.trim().to_owned(), span(1, &reader));
                if check_name(&mut reader, &name) {
                    table.columns.push(name);
                }
            }
        }
        Err(error) => return Err(vec![broken(&source.name, &error)]),
    }
    for record in csv.records() {
        match record {
            Ok(record) => {
                let place = span(record.position().map_or(1, csv::Position::line), &reader);
                table.rows.push((record.iter().map(Value::from).collect(), place));
            }
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                let place = sources.place(span(line, &reader));
                reader.problems.push(broken(&source.name, &error).at(place, "in this line"));
            }
        }
    }
    if table.rows.is_empty() && reader.problems.is_empty() {
        let title = format!("{} has no rows", source.name);
        reader.problems.push(Diagnostic::new(Code::WrongValue, title).next("add a line below the names"));
    }
    if table.rows.len() > MOST {
        let title = format!("{} has more than {MOST} rows", source.name);
        reader.problems.push(Diagnostic::new(Code::WrongValue, title).next("split the table"));
    }
    if reader.problems.is_empty() { Ok(table) } else { Err(reader.problems) }
}

fn broken(name: &str, error: &csv::Error) -> Diagnostic {
    let why = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!(
                "a line has {}, the first has {expected_len}",
                crate::text::count(usize::try_from(*len).unwrap_or(0), "value")
            )
        }
        _ => error.to_string(),
    };
    Diagnostic::new(Code::WrongValue, format!("{name} is not a table")).note(NoteKind::Why, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("rows.csv", text);
        match read_table(&sources, file) {
            Ok(table) => {
                let lines = table.rows.iter().map(|(row, span)| format!("{}:{row:?}", sources.place(*span).line));
                lines.collect::<Vec<_>>().join(" ")
            }
            Err(problems) => problems.into_iter().map(|problem| format!("{problem:?}")).collect(),
        }
    }

    #[test]
    fn a_csv_file_is_a_table_of_texts() {
        assert_eq!(
            read("a,b\n1,\"x, {{ y }}\"\n,2\n"),
            r#"2:[String("1"), String("x, {{ y }}")] 3:[String(""), String("2")]"#
        );
        assert!(read("a,b\n1\n").contains("a line has 1 value, the first has 2"));
        assert!(read("a\n").contains("has no rows"));
        assert!(read("a b\n1\n").contains("cannot be a name"));
    }
}
