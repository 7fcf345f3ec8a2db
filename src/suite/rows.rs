//! `each`: a table of rows; a case is run once for each of them.

use super::bindings::check_name;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{Fields, Key, Kind, Names, Node, Object, Reader, Shape, parse};
use serde_json::{Number, Value};

/// Most rows of one table.
const MOST: usize = 100_000;

/// A table: rows, or a file of them.
static TABLE: Shape = Shape::Either(&[Shape::Many(&Shape::Map(Names::Variables, &Shape::Value)), Shape::Text]);

/// `each`.
pub(super) static EACH: Shape =
    Shape::Either(&[Shape::Many(&Shape::Map(Names::Variables, &Shape::Value)), Shape::Text, Shape::Object(&MATRIX)]);

static MATRIX_KEYS: &[Key] = &[Key {
    name: "matrix",
    about: "tables, each a list of rows or a file: the case is run once for every way to take a row of each",
    shape: Shape::Many(&TABLE),
    example: "[[{ lender: a }, { lender: b }], files/amounts.csv]",
}];

/// `each`, where rows are combined.
pub(super) static MATRIX: Object =
    Object { name: "matrix", what: "a matrix", keys: &[MATRIX_KEYS], needs: &["matrix"], kinds: &[] };

/// Where a table comes from.
#[derive(Debug, Clone)]
pub enum Rows {
    /// The suite itself.
    Inline(Table),
    /// A CSV or JSON file.
    File(Spanned<String>),
    /// Every way to take a row of each of these.
    Matrix(Vec<Rows>, Span),
}

/// Types that a column of a CSV file may have, behind its name and a colon.
const TYPES: [&str; 5] = ["text", "number", "integer", "boolean", "json"];

/// A table: the same names in every row.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The names, and where each is given.
    pub columns: Vec<Spanned<String>>,
    /// The values of each row, in the order of the columns, and where the row is written.
    pub rows: Vec<(Vec<Value>, Option<Span>)>,
}

impl Rows {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        match &node.kind {
            Kind::Text(path) => Some(Self::File(Spanned::new(path.clone(), node.span))),
            Kind::Map(_) => {
                let fields = Fields::open(reader, node, &MATRIX);
                let tables = fields.required(reader, "matrix")?;
                let items = reader.list(tables, "`matrix`");
                if items.is_empty() {
                    reader.problem(Code::WrongValue, tables.span, "a matrix needs at least one table", "");
                }
                let one = |reader: &mut Reader<'_>, item: &Node| match &item.kind {
                    Kind::Text(path) => Some(Self::File(Spanned::new(path.clone(), item.span))),
                    _ => read_inline(reader, item).map(Self::Inline),
                };
                let tables: Option<Vec<Self>> = items.iter().map(|item| one(reader, item)).collect();
                tables.map(|tables| Self::Matrix(tables, node.span))
            }
            _ => read_inline(reader, node).map(Self::Inline),
        }
    }

    /// The files it names.
    pub fn files(&self) -> Vec<&Spanned<String>> {
        match self {
            Self::Inline(_) => Vec::new(),
            Self::File(path) => vec![path],
            Self::Matrix(tables, _) => tables.iter().flat_map(Self::files).collect(),
        }
    }
}

impl Table {
    /// Every way to take a row of each of these tables, the last one's rows changing first.
    ///
    /// # Errors
    /// The name that two of them have, or that there would be more rows than a table may have.
    pub fn combined(tables: &[&Self]) -> Result<Self, String> {
        let mut all = Self { columns: Vec::new(), rows: vec![(Vec::new(), None)] };
        for table in tables {
            if let Some(twice) =
                table.columns.iter().find(|name| all.columns.iter().any(|known| known.value == name.value))
            {
                return Err(format!("two tables of the matrix have the name `{}`", twice.value));
            }
            if all.rows.len().saturating_mul(table.rows.len()) > MOST {
                return Err(format!("the matrix has more than {MOST} rows"));
            }
            all.columns.extend(table.columns.iter().cloned());
            let join = |(values, span): &(Vec<Value>, Option<Span>)| {
                let joined = table
                    .rows
                    .iter()
                    .map(|(more, at)| (values.iter().chain(more).cloned().collect::<Vec<_>>(), span.or(*at)));
                joined.collect::<Vec<_>>()
            };
            all.rows = all.rows.iter().flat_map(join).collect();
        }
        Ok(all)
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
        table.rows.push((values, Some(item.span)));
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

/// Reads a file of rows: a JSON array of objects where its name ends in `.json`, else CSV.
///
/// # Errors
/// When it is not a table, or a name cannot be used.
pub fn read_table(sources: &Sources, file: FileId) -> Result<Table, Vec<Diagnostic>> {
    if !sources.file(file).name.ends_with(".json") {
        return read_csv(sources, file);
    }
    // JSON is YAML too: its mistakes are told with their places.
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let table = read_inline(&mut reader, &root);
    match table {
        Some(table) if reader.problems.is_empty() && table.rows.len() <= MOST => Ok(table),
        Some(_) if reader.problems.is_empty() => {
            let title = format!("{} has more than {MOST} rows", sources.file(file).name);
            Err(vec![Diagnostic::new(Code::WrongValue, title).next("split the table")])
        }
        _ => Err(reader.problems),
    }
}

/// The name and the type of a column: `amount:number`.
fn heading(text: &str) -> (&str, &str) {
    let (name, kind) = text.split_once(':').unwrap_or((text, "text"));
    (name.trim(), kind.trim())
}

/// A cell as a value of its column's type; an empty one of a column that is not text is null.
fn cell(text: &str, kind: &str) -> Result<Value, String> {
    let trimmed = text.trim();
    if kind != "text" && trimmed.is_empty() {
        return Ok(Value::Null);
    }
    let number = || trimmed.parse::<Number>().ok().map(Value::Number);
    let read = match kind {
        "text" => Some(Value::from(text)),
        "number" => number(),
        "integer" => number().filter(|value| crate::expr::is_kind(value, "integer")),
        "boolean" => match trimmed {
            "true" | "TRUE" | "True" => Some(Value::Bool(true)),
            "false" | "FALSE" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => serde_json::from_str(trimmed).ok(),
    };
    let article = if kind == "integer" { "an" } else { "a" };
    read.ok_or_else(|| match kind {
        "json" => format!("`{}` is not JSON", crate::text::cut(trimmed, 40)),
        _ => format!("`{}` is not {article} {kind}", crate::text::cut(trimmed, 40)),
    })
}

/// Reads a CSV file (RFC 4180): the first line has the names, each with the type of its column where that is not text.
fn read_csv(sources: &Sources, file: FileId) -> Result<Table, Vec<Diagnostic>> {
    let source = sources.file(file);
    let mut reader = Reader::new(sources);
    let mut kinds = Vec::new();
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
            for written in names {
                let (name, kind) = heading(written);
                let name = Spanned::new(name.to_owned(), span(1, &reader));
                if !TYPES.contains(&kind) {
                    let title = format!("`{kind}` is no type of a column");
                    let label = crate::text::did_you_mean(kind, TYPES).unwrap_or_default();
                    reader.problem(Code::WrongValue, name.span, title, label);
                }
                if table.columns.iter().any(|known| known.value == name.value) {
                    let title = format!("two columns are named `{}`", name.value);
                    reader.problem(Code::DuplicateKey, name.span, title, "which of them is meant?");
                } else if check_name(&mut reader, &name) {
                    table.columns.push(name);
                }
                kinds.push(kind.to_owned());
            }
        }
        Err(error) => return Err(vec![broken(&source.name, &error)]),
    }
    for record in csv.records() {
        match record {
            Ok(record) => {
                let place = span(record.position().map_or(1, csv::Position::line), &reader);
                let mut values = Vec::with_capacity(kinds.len());
                for ((text, kind), number) in record.iter().zip(&kinds).zip(1..) {
                    match cell(text, kind) {
                        Ok(value) => values.push(value),
                        Err(why) => {
                            let label = format!("in column {number}");
                            reader.problem(Code::WrongValue, place, why, label);
                        }
                    }
                }
                table.rows.push((values, Some(place)));
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
                let line = |span: &Option<Span>| span.map_or(0, |span| sources.place(span).line);
                let lines = table.rows.iter().map(|(row, span)| format!("{}:{row:?}", line(span)));
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
        assert!(read("a,a\n1,2\n").contains("two columns are named `a`"));
    }

    #[test]
    fn columns_may_have_types() {
        assert_eq!(
            read("n:number,b:boolean,j:json,t\n500.10,true,\"[1]\",7\n,,,\n"),
            "2:[Number(500.10), Bool(true), Array [Number(1)], String(\"7\")] 3:[Null, Null, Null, String(\"\")]"
        );
        assert!(read("n:number\nx\n").contains("`x` is not a number"));
        assert!(read("n:integer\n1.5\n").contains("`1.5` is not an integer"));
        assert!(read("n:numbr\n1\n").contains("did you mean `number`?"));
    }

    #[test]
    fn tables_are_combined_row_by_row() {
        let table = |name: &str, values: &[i64]| {
            let mut sources = Sources::default();
            let file = sources.add("t", "t");
            let name = Spanned::new(name.to_owned(), Span { file, start: 0, end: 1 });
            Table { columns: vec![name], rows: values.iter().map(|value| (vec![Value::from(*value)], None)).collect() }
        };
        let (a, b) = (table("a", &[1, 2]), table("b", &[3, 4]));
        let all = Table::combined(&[&a, &b]).unwrap();
        let rows: Vec<String> = all.rows.iter().map(|(row, _)| Value::from(row.clone()).to_string()).collect();
        assert_eq!(rows, ["[1,3]", "[1,4]", "[2,3]", "[2,4]"]);
        assert!(Table::combined(&[&a, &a]).unwrap_err().contains("`a`"));
    }
}
