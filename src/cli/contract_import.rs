//! `proviso contract import`.

use super::args::CheckFormat;
use super::exit::Exit;
use super::files::{shown, unreadable};
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, to_json};
use crate::import::markdown::{
    self, BUILT_IN, Contradiction, Dialect, Fate, IGNORING_RULES, Place, Rulings, import_by_any, read_rulings,
};
use crate::import::text::decode;
use crate::import::tree::Tree;
use crate::source::{FileId, Sources};
use crate::text;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Largest set of documents, in bytes: all of them are in memory at once.
const LARGEST: usize = 16 * 1024 * 1024;

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --output the contract goes to standard output and the report to standard error.

Exit codes:
  0 read   1 with --check: a contradiction that nobody has ruled on   3 a document cannot be read, or documents nothing
  6 the contract could not be written")]
pub(super) struct Import {
    /// Markdown documents; together they make one contract.
    #[arg(value_name = "DOC", required = true)]
    docs: Vec<PathBuf>,
    /// Where the contract is written: YAML, or JSON where the name ends in .json.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How the documentation is written: plain, finbox, or a file. Without it the one that finds most.
    #[arg(long, value_name = "NAME|FILE")]
    dialect: Option<String>,
    /// Decisions about contradictions: a file with `rulings:`, an id and a sentence each.
    #[arg(long, value_name = "FILE")]
    rulings: Option<PathBuf>,
    /// Exit with 1 while there are contradictions that nobody has ruled on.
    #[arg(long)]
    check: bool,
    /// Tell what a line became: LINE, or DOC:LINE where there are several documents.
    #[arg(long, value_name = "LINE")]
    explain: Option<String>,
    /// How the report is told.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    format: CheckFormat,
}

/// Reads documents into a contract.
pub(super) fn import(args: &Import, shell: &Shell) -> Exit {
    let mut sources = Sources::default();
    match read(args, &mut sources) {
        Ok(done) => finish(args, shell, &sources, &done),
        Err(problems) => {
            match args.format {
                CheckFormat::Json => shell.say(&format!("{:#}", problems.iter().map(to_json).collect::<Value>())),
                _ => shell.problems(&problems, "no contract was made"),
            }
            Exit::Invalid
        }
    }
}

/// What was read, by which dialect, and what was decided about it.
struct Done {
    import: markdown::Import,
    dialect: String,
    rulings: Rulings,
    names: Vec<String>,
}

fn read(args: &Import, sources: &mut Sources) -> Result<Done, Vec<Diagnostic>> {
    let mut files: Vec<FileId> = Vec::new();
    let mut size = 0;
    for path in &args.docs {
        let text = document(path).map_err(|problem| vec![*problem])?;
        size += text.len();
        if size > LARGEST {
            let title = format!("{}: more than {} MB of documents are not read at once", shown(path), LARGEST >> 20);
            return Err(vec![
                Diagnostic::new(Code::UnreadableFile, title).next("import the documents of one API at a time"),
            ]);
        }
        if looks_like_html(&text) {
            let title = format!("{} is HTML, not Markdown", shown(path));
            return Err(vec![
                Diagnostic::new(Code::WrongValue, title).next("import the Markdown that the page is made of"),
            ]);
        }
        files.push(sources.add(shown(path), text));
    }
    let (import, dialect) = match &args.dialect {
        None => import_by_any(sources, &files),
        Some(name) => {
            let dialect = dialect(name, sources)?;
            let called = if dialect.name.is_empty() { name.clone() } else { dialect.name.clone() };
            (markdown::import(sources, &files, &dialect), called)
        }
    };
    let names: Vec<String> = files.iter().map(|file| sources.file(*file).name.clone()).collect();
    if import.counts.operations == 0 {
        let title = format!("{} documents no endpoint that the dialect `{dialect}` knows", names.join(", "));
        let next = "name another dialect, or write one: `extends: plain` and the `endpoints` of this documentation";
        return Err(vec![Diagnostic::new(Code::Contract, title).next(next)]);
    }
    let rulings = match &args.rulings {
        None => Rulings::default(),
        Some(path) => {
            let text = document(path).map_err(|problem| vec![*problem])?;
            let file = sources.add(shown(path), text);
            let rulings = read_rulings(sources, file)?;
            let ids: Vec<String> = import.contradictions.iter().map(|one| one.id.clone()).collect();
            let unused: Vec<Diagnostic> = rulings
                .unused(&ids)
                .map(|(id, span)| {
                    let title = format!("there is no contradiction `{id}` any more");
                    let near = text::did_you_mean(id, ids.iter().map(String::as_str)).unwrap_or_default();
                    Diagnostic::new(Code::Waiver, title).at(sources.place(span), near).next("remove the ruling")
                })
                .collect();
            if !unused.is_empty() {
                return Err(unused);
            }
            rulings
        }
    };
    Ok(Done { import, dialect, rulings, names })
}

fn document(path: &Path) -> Result<String, Box<Diagnostic>> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)
            .map_err(|error| unreadable(path, &error))?;
        bytes
    } else {
        std::fs::read(path).map_err(|error| unreadable(path, &error))?
    };
    decode(&shown(path), &bytes)
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start().get(..15).unwrap_or_default().to_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn dialect(name: &str, sources: &mut Sources) -> Result<Dialect, Vec<Diagnostic>> {
    if let Some(known) = Dialect::built_in(name) {
        return Ok(known);
    }
    let path = Path::new(name);
    if !name.contains(['.', '/', '\\']) {
        let known = BUILT_IN.iter().map(|(name, _)| *name);
        let problem = Diagnostic::new(Code::WrongValue, format!("there is no dialect `{name}`"));
        return Err(vec![problem.maybe_next(text::did_you_mean(name, known))]);
    }
    let text = document(path).map_err(|problem| vec![*problem])?;
    let file = sources.add(shown(path), text);
    Dialect::read(sources, file)
}

fn finish(args: &Import, shell: &Shell, sources: &Sources, done: &Done) -> Exit {
    if let Some(line) = &args.explain {
        return explain(line, shell, sources, done);
    }
    let json = args.output.as_ref().is_some_and(|path| path.extension().is_some_and(|end| end == "json"));
    let text =
        if json { format!("{:#}\n", done.import.contract) } else { Tree::from(done.import.contract.clone()).to_yaml() };
    let report = match args.format {
        CheckFormat::Json => format!("{:#}", report(done)),
        CheckFormat::Text => summary(done),
        CheckFormat::Github => summary(done),
    };
    match &args.output {
        Some(path) => {
            if let Err(error) = std::fs::write(path, &text) {
                shell.problem(&Diagnostic::new(Code::Report, format!("{} cannot be written: {error}", shown(path))));
                return Exit::Unreported;
            }
            shell.say(report.trim_end());
        }
        None if args.check || args.format == CheckFormat::Json => shell.say(report.trim_end()),
        None => {
            shell.say(text.trim_end());
            shell.warn(report.trim_end());
        }
    }
    let unruled = done.import.contradictions.iter().any(|one| done.rulings.of(&one.id).is_none());
    if args.check && unruled { Exit::Failed } else { Exit::Passed }
}

/// What a line became.
fn explain(line: &str, shell: &Shell, sources: &Sources, done: &Done) -> Exit {
    let (name, number) = line.rsplit_once(':').map_or((None, line), |(name, number)| (Some(name), number));
    let file = match name {
        None => Some(0),
        Some(name) => done.names.iter().position(|known| known == name || known.ends_with(&format!("/{name}"))),
    };
    let found = number.parse::<usize>().ok().zip(file).and_then(|(number, file)| {
        let line = done.import.lines.get(file)?.get(number.checked_sub(1)?)?;
        Some((file, line))
    });
    let Some((file, line)) = found else {
        shell.warn(&format!("error: there is no line `{line}`; write LINE or DOC:LINE"));
        return Exit::Usage;
    };
    let fate = match &line.fate {
        Fate::Read(what) => format!("read: {what}"),
        Fate::Ignored(rule) => {
            let about = IGNORING_RULES.iter().find(|(name, _)| name == rule).map_or("", |(_, about)| about);
            format!("ignored by the rule `{rule}`: {about}")
        }
        Fate::NotUnderstood(why) => format!("not understood: {why}"),
    };
    let text = document_line(sources, &done.names[file], line.number);
    shell.say(&format!("{}:{}  {}\n  {fate}", done.names[file], line.number, text.trim()));
    for (place, told) in &done.import.told {
        if place.file == file && (place.first..=place.last).contains(&line.number) {
            shell.say(&format!("  {told}"));
        }
    }
    for one in &done.import.contradictions {
        if one.places.iter().any(|(place, _)| place.file == file && (place.first..=place.last).contains(&line.number)) {
            shell.say(&format!("  contradiction {}: {}", one.id, one.title));
        }
    }
    Exit::Passed
}

fn document_line(sources: &Sources, name: &str, number: usize) -> String {
    sources.text_of(name).and_then(|text| text.lines().nth(number - 1)).unwrap_or_default().to_owned()
}

fn summary(done: &Done) -> String {
    let import = &done.import;
    let counts = import.counts;
    let mut out = Vec::new();
    for (file, lines) in import.lines.iter().enumerate() {
        let count = |is: fn(&Fate) -> bool| lines.iter().filter(|line| is(&line.fate)).count();
        let (read, ignored) =
            (count(|fate| matches!(fate, Fate::Read(_))), count(|fate| matches!(fate, Fate::Ignored(_))));
        let puzzles = lines.len() - read - ignored;
        out.push(format!(
            "{}: {} lines: {read} read, {ignored} ignored by rule, {puzzles} not understood",
            done.names[file],
            lines.len()
        ));
    }
    out.push(format!(
        "{}, {}, {}, {} (dialect {})",
        text::count(counts.operations, "operation"),
        text::count(counts.codes, "code"),
        text::count(counts.samples, "sample"),
        text::count(counts.tables, "table"),
        done.dialect
    ));
    let ruled = import.contradictions.iter().filter(|one| done.rulings.of(&one.id).is_some()).count();
    let all = import.contradictions.len();
    out.push(format!("contradictions: {all}, {ruled} ruled; `--check` fails on the {} that are not", all - ruled));
    for one in &import.contradictions {
        out.push(told(one, done));
    }
    let puzzles = puzzles(import);
    if !puzzles.is_empty() {
        let lines: usize = puzzles.iter().map(|(place, _)| place.last - place.first + 1).sum();
        out.push(format!("not understood: {}, {}", text::count(puzzles.len(), "place"), text::count(lines, "line")));
        out.extend(puzzles.iter().map(|(place, why)| format!("  {}  {why}", at(*place, &done.names))));
    }
    if !import.repairs.is_empty() {
        out.push(format!("repaired: {}", text::count(import.repairs.len(), "sample")));
        out.extend(
            import.repairs.iter().map(|(place, names)| format!("  {}  {}", at(*place, &done.names), names.join(", "))),
        );
    }
    out.join("\n")
}

/// Lines next to each other that were not understood for one reason.
fn puzzles(import: &markdown::Import) -> Vec<(Place, String)> {
    let mut all: Vec<(Place, String)> = Vec::new();
    for (file, lines) in import.lines.iter().enumerate() {
        for line in lines {
            let Fate::NotUnderstood(why) = &line.fate else { continue };
            match all.last_mut() {
                Some((place, known)) if place.file == file && place.last + 1 == line.number && known == why => {
                    place.last = line.number;
                }
                _ => all.push((Place { file, first: line.number, last: line.number }, why.clone())),
            }
        }
    }
    all
}

fn told(one: &Contradiction, done: &Done) -> String {
    let mut text = format!("  {}  {}", one.id, one.title);
    for (place, what) in &one.places {
        text.push_str(&format!("\n    {}  {what}", at(*place, &done.names)));
    }
    if let Some(decision) = done.rulings.of(&one.id) {
        text.push_str(&format!("\n    ruled: {decision}"));
    }
    text
}

fn at(place: Place, names: &[String]) -> String {
    let name = if names.len() > 1 { names[place.file].as_str() } else { "" };
    if place.first == place.last {
        format!("{name}:{}", place.first)
    } else {
        format!("{name}:{}-{}", place.first, place.last)
    }
}

fn report(done: &Done) -> Value {
    let import = &done.import;
    let place = |place: Place| json!({ "file": done.names[place.file], "lines": [place.first, place.last] });
    let mut fates: Vec<Value> = Vec::new();
    for (file, lines) in import.lines.iter().enumerate() {
        let lines: Vec<Value> = lines
            .iter()
            .map(|line| match &line.fate {
                Fate::Read(what) => json!({ "line": line.number, "read": what }),
                Fate::Ignored(rule) => json!({ "line": line.number, "ignored": rule }),
                Fate::NotUnderstood(why) => json!({ "line": line.number, "notUnderstood": why }),
            })
            .collect();
        let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &import.lines[file] {
            let key = match line.fate {
                Fate::Read(_) => "read",
                Fate::Ignored(_) => "ignored",
                Fate::NotUnderstood(_) => "notUnderstood",
            };
            *sums.entry(key).or_default() += 1;
        }
        fates.push(json!({ "file": done.names[file], "total": lines.len(), "sums": sums, "lines": lines }));
    }
    let contradictions: Vec<Value> = import
        .contradictions
        .iter()
        .map(|one| {
            let places: Vec<Value> = one.places.iter().map(|(at, what)| json!({ "at": place(*at), "text": what })).collect();
            json!({ "id": one.id, "rule": one.rule, "title": one.title, "places": places, "ruling": done.rulings.of(&one.id) })
        })
        .collect();
    let counts = import.counts;
    json!({
        "dialect": done.dialect,
        "counts": { "operations": counts.operations, "codes": counts.codes, "samples": counts.samples, "tables": counts.tables },
        "contradictions": contradictions,
        "repairs": import.repairs.iter().map(|(at, names)| json!({ "at": place(*at), "repairs": names })).collect::<Vec<_>>(),
        "facts": import.told.iter().map(|(at, what)| json!({ "at": place(*at), "fact": what })).collect::<Vec<_>>(),
        "documents": fates,
    })
}
