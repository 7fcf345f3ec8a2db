//! Contradictions inside one OpenAPI document, found by rules: places that cannot all be right.
//!
//! A rule is a file of this folder and a row of [`RULES`]. It compares what the document says in one place with what it
//! says in another, and knows no API. Where a contract follows one of several readings, it can keep what the
//! documentation really says beside it, as `x-documented`: `name`, `type`, `const` or `examples` of a member, and at the
//! root `headers`. Rules read that like the rest.
//!
//! A contradiction is ruled when an ambiguity decides it: one that the document names at that very place
//! (`x-ambiguity`) and whose entry in `x-ambiguities` names the rule (`lint`). Rules never read `x-ambiguities`.
//!
//! One document is looked at; references that lead out of it are not followed.

mod answer_without_code;
mod answers;
mod code_letter;
mod code_like_http;
mod code_member;
mod code_numbering;
mod code_shape;
mod document;
mod example_refused;
mod fields;
mod fixed_value;
mod likely_misspelt;
mod media_type;
mod mixed_naming;
mod no_error;
mod one_code_many_outcomes;
mod operation_without_code;
mod path_prefix;
mod ruling;
mod timestamp_formats;
mod two_casings;
mod two_enums;
mod two_spellings;
mod two_types;
mod unsatisfiable;
mod unserved_action;
mod words;

use super::load::ReadFile;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{parse, parse_json};
use answers::{Codes, Shape};
use document::{At, Document};
use example_refused::Refused;
use fields::Fields;
pub use ruling::Ruling;
use ruling::Rulings;

/// Places of a document that cannot all be right.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// What, where, why it matters and what to do; its code is the rule's name.
    pub diagnostic: Diagnostic,
    /// The ambiguities that decide it; none while nobody has.
    pub rulings: Vec<Ruling>,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which is that of its findings.
    pub code: Code,
    /// What it looks for, in one line.
    pub about: &'static str,
    /// Whether it speaks of taste: two places may both be right, and would read better alike.
    pub style: bool,
    find: fn(&Look<'_>) -> Vec<Found>,
}

/// Every rule, in the order in which they are reported.
pub static RULES: &[Rule] = &[
    Rule {
        code: Code::ExampleRefused,
        about: "an example or a default that its schema refuses",
        style: false,
        find: example_refused::find,
    },
    Rule { code: Code::TwoSpellings, about: "one member in two spellings", style: false, find: two_spellings::find },
    Rule {
        code: Code::MixedNaming,
        about: "two manners of naming in one object",
        style: true,
        find: mixed_naming::find,
    },
    Rule { code: Code::TwoCasings, about: "one word of names in two casings", style: true, find: two_casings::find },
    Rule {
        code: Code::LikelyMisspelt,
        about: "a value with a word that is likely misspelt",
        style: false,
        find: likely_misspelt::find,
    },
    Rule { code: Code::TwoTypes, about: "one member with two types", style: false, find: two_types::find },
    Rule { code: Code::TwoEnums, about: "one member with two lists of values", style: false, find: two_enums::find },
    Rule {
        code: Code::FixedValue,
        about: "a fixed value that is another elsewhere",
        style: false,
        find: fixed_value::find,
    },
    Rule {
        code: Code::TimestampFormats,
        about: "timestamps written in several ways",
        style: false,
        find: timestamp_formats::find,
    },
    Rule {
        code: Code::PathPrefix,
        about: "a path without the version all others begin with",
        style: true,
        find: path_prefix::find,
    },
    Rule {
        code: Code::MediaType,
        about: "a body of another type than the common headers say",
        style: false,
        find: media_type::find,
    },
    Rule { code: Code::NoError, about: "an operation without a documented error", style: true, find: no_error::find },
    Rule {
        code: Code::OperationWithoutCode,
        about: "an operation without a status code of its own",
        style: false,
        find: operation_without_code::find,
    },
    Rule {
        code: Code::AnswerWithoutCode,
        about: "a good answer without a status code, where answers have one",
        style: false,
        find: answer_without_code::find,
    },
    Rule {
        code: Code::CodeMember,
        about: "status codes that stand in another member",
        style: false,
        find: code_member::find,
    },
    Rule { code: Code::CodeShape, about: "a status code unlike all others", style: false, find: code_shape::find },
    Rule {
        code: Code::CodeNumbering,
        about: "a gap in the numbers of status codes",
        style: true,
        find: code_numbering::find,
    },
    Rule {
        code: Code::CodeLikeHttp,
        about: "a status code numbered like an HTTP status",
        style: true,
        find: code_like_http::find,
    },
    Rule {
        code: Code::CodeLetter,
        about: "a code of success for an outcome that is none",
        style: false,
        find: code_letter::find,
    },
    Rule {
        code: Code::OneCodeManyOutcomes,
        about: "one status code for several outcomes",
        style: false,
        find: one_code_many_outcomes::find,
    },
    Rule {
        code: Code::Unsatisfiable,
        about: "a schema that no value can keep",
        style: false,
        find: unsatisfiable::find,
    },
    Rule {
        code: Code::UnservedAction,
        about: "an action that no operation serves",
        style: false,
        find: unserved_action::find,
    },
];

/// What rules look at.
struct Look<'d> {
    document: Document<'d>,
    fields: Fields<'d>,
    shapes: Vec<Shape<'d>>,
    codes: Codes<'d>,
    refused: Vec<Refused<'d>>,
}

/// What a rule found.
struct Found {
    title: String,
    marks: Vec<Mark>,
    why: String,
    next: String,
}

/// A place that a finding speaks of.
struct Mark {
    span: Span,
    pointer: String,
    text: String,
}

impl Mark {
    /// Marks a node.
    fn node(at: &At<'_>, text: impl Into<String>) -> Self {
        Self::key(at.node.span, at, text)
    }

    /// Marks the key under which a node stands.
    fn key(span: Span, at: &At<'_>, text: impl Into<String>) -> Self {
        Self { span, pointer: at.pointer.clone(), text: text.into() }
    }
}

impl Rule {
    /// The rule of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code.name() == name)
    }
}

/// Looks for contradictions in a document with these rules; `read` reads the other files it refers to.
///
/// # Errors
/// Everything for which the document is no contract that can be used.
pub fn lint(
    sources: &mut Sources,
    file: FileId,
    rules: &[&Rule],
    read: ReadFile<'_>,
) -> Result<Vec<Contradiction>, Vec<Diagnostic>> {
    let root = parse_json(sources, file).unwrap_or_else(|| parse(sources, file))?;
    let document = Document::new(&root);
    let fields = fields::collect(&document);
    let refused = example_refused::refused(sources, file, &fields.examples, read)?;
    let shapes = answers::shapes(&document);
    let codes = answers::codes(&document, &shapes);
    let look = Look { document, fields, shapes, codes, refused };
    let rulings = Rulings::new(&look.document);
    let found = rules.iter().flat_map(|rule| (rule.find)(&look).into_iter().map(|found| (rule.code, found)));
    Ok(found.map(|(code, found)| judged(sources, &look.document, &rulings, code, found)).collect())
}

fn judged(sources: &Sources, document: &Document<'_>, rulings: &Rulings, code: Code, found: Found) -> Contradiction {
    let rulings = rulings.of(document, code.name(), &found.marks);
    let mut diagnostic = Diagnostic::new(code, found.title);
    for mark in found.marks {
        diagnostic = diagnostic.at(sources.place(mark.span), mark.text);
    }
    diagnostic = diagnostic.note(NoteKind::Why, found.why);
    for ruling in &rulings {
        diagnostic = diagnostic.note(NoteKind::Ruled, format!("in {}: {}", ruling.id, ruling.title));
    }
    if rulings.is_empty() {
        diagnostic = diagnostic.next(found.next);
    }
    Contradiction { diagnostic, rulings }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = include_str!("../../../schemas/lender-prism.openapi.yaml");

    fn found(text: &str) -> Vec<Contradiction> {
        let mut sources = Sources::default();
        let file = sources.add("c.yaml", text);
        let mut read = |_: &mut Sources, _: &str| unreachable!("no other file is named");
        let rules: Vec<&Rule> = RULES.iter().collect();
        lint(&mut sources, file, &rules, &mut read).unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    #[test]
    fn what_the_documentation_contradicts_itself_in_is_found_by_its_rule() {
        let found = found(OURS);
        for (id, rule) in [
            ("A01", "two-spellings"),
            ("A02", "path-prefix"),
            ("A03", "fixed-value"),
            ("A04", "two-types"),
            ("A05", "two-types"),
            ("A06", "answer-without-code"),
            ("A07", "code-member"),
            ("A11", "one-code-many-outcomes"),
            ("A12", "one-code-many-outcomes"),
            ("A13", "likely-misspelt"),
            ("A14", "unserved-action"),
            ("A17", "operation-without-code"),
            ("A18", "media-type"),
            ("A21", "mixed-naming"),
            ("A22", "timestamp-formats"),
            ("A24", "code-numbering"),
            ("A25", "code-like-http"),
            ("A43", "code-letter"),
        ] {
            let is = |one: &&Contradiction| {
                one.diagnostic.code.name() == rule && one.rulings.iter().any(|ruling| ruling.id == id)
            };
            assert!(found.iter().any(|one| is(&one)), "{rule} does not find {id}");
        }
        let open: Vec<&str> =
            found.iter().filter(|one| one.rulings.is_empty()).map(|one| one.diagnostic.title.as_str()).collect();
        assert_eq!(open, Vec::<&str>::new(), "nobody has ruled on these");
    }

    #[test]
    fn rules_find_the_same_without_any_ambiguity_in_the_document() {
        let titles = |text: &str| -> Vec<String> { found(text).into_iter().map(|one| one.diagnostic.title).collect() };
        let mut without = String::new();
        let mut skipped = false;
        for line in OURS.lines() {
            if !line.starts_with([' ', '#']) && !line.is_empty() {
                skipped = ["x-ambiguities:", "x-respellings:"].contains(&line);
            }
            if !skipped {
                without.push_str(line);
                without.push('\n');
            }
        }
        assert!(without.len() + 5_000 < OURS.len() && !without.contains("CONDITIONAL"));
        assert_eq!(titles(&without), titles(OURS));
        assert!(found(&without).iter().all(|one| one.rulings.is_empty()));
    }

    #[test]
    fn a_ruling_counts_only_where_it_stands_and_for_the_rule_it_names() {
        let moved = OURS.replace("lint: [likely-misspelt]", "lint: [two-types]");
        let open = |text: &str| found(text).into_iter().filter(|one| one.rulings.is_empty()).count();
        assert_eq!((open(OURS), open(&moved)), (0, 2));
        // A13 stands at the status and at the variant it belongs to.
        let elsewhere = OURS.replace("x-ambiguity: [A13]", "x-ambiguity: [A12]").replace("[A12, A13]", "[A12]");
        let elsewhere = elsewhere.replace("[A12, A13, A14, A15]", "[A12, A14, A15]");
        assert_eq!(open(&elsewhere), 1);
    }

    #[test]
    fn a_document_that_leads_in_circles_ends() {
        let all: String = (0..20).map(|to| format!("{{ $ref: '#/components/schemas/S{to}' }}, ")).collect();
        let parts = |of: usize| match of {
            0 => format!("oneOf: [{all}]"),
            _ => format!("properties: {{ a: {{ anyOf: [{all}] }} }}, type: object, allOf: [{{ oneOf: [{all}] }}]"),
        };
        let knot: String = (0..20).map(|of| format!("    S{of}: {{ {} }}\n", parts(of))).collect();
        let mut sources = Sources::default();
        let text = "paths: { /a: { get: { responses: { '200': { content: { j: { schema: { $ref: '#/components/schemas/S1' } } } } } } } }";
        let file = sources.add("d.yaml", format!("{text}\ncomponents:\n  schemas:\n{knot}"));
        let root = parse(&sources, file).expect("it is YAML");
        let document = Document::new(&root);
        assert!(!fields::collect(&document).fields.is_empty());
        assert!(!answers::shapes(&document).is_empty());
    }
}
