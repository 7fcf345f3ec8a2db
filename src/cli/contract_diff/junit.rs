//! The report of `contract diff` as JUnit: a test case for each operation, a failure for each that breaks.

use super::Told;
use super::text::witness_line;
use crate::change::Change;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::io;

pub(super) fn told(told: &Told<'_>) -> String {
    let mut by_operation: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in &told.report.changes {
        by_operation.entry(change.operation.as_deref().unwrap_or("the contract")).or_default().push(change);
    }
    if by_operation.is_empty() {
        by_operation.insert("the contract", Vec::new());
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory does not fail.
    let _ = document(&mut writer, told, &by_operation);
    String::from_utf8_lossy(&writer.into_inner()).into_owned()
}

/// Text that XML can hold.
fn clean(text: &str) -> String {
    let legal =
        |c: char| matches!(c, '\t' | '\n' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().map(|c| if legal(c) { c } else { '\u{fffd}' }).collect()
}

fn document(
    writer: &mut Writer<Vec<u8>>,
    told: &Told<'_>,
    by_operation: &BTreeMap<&str, Vec<&Change>>,
) -> io::Result<()> {
    let fails = |changes: &Vec<&Change>| changes.iter().any(|change| told.fails(change));
    let failures = by_operation.values().filter(|changes| fails(changes)).count().to_string();
    let tests = by_operation.len().to_string();
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = [("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", "0"), ("skipped", "0")];
    writer.create_element("testsuites").with_attributes(counts).write_inner_content(|writer| {
        let name = [("name", "contract diff"), ("time", "0")];
        let suite = writer.create_element("testsuite").with_attributes(name).with_attributes(counts);
        suite.write_inner_content(|writer| {
            for (operation, changes) in by_operation {
                let operation = clean(operation);
                let attributes = [("name", operation.as_str()), ("classname", "contract diff"), ("time", "0")];
                let case = writer.create_element("testcase").with_attributes(attributes);
                if !fails(changes) {
                    case.write_empty()?;
                    continue;
                }
                case.write_inner_content(|writer| {
                    let failing: Vec<&&Change> = changes.iter().filter(|change| told.fails(change)).collect();
                    let lines = failing.iter().map(|change| line(change)).collect::<Vec<_>>().join("\n");
                    let first = failing.first().map(|change| clean(&change.id)).unwrap_or_default();
                    let first = match failing.len() {
                        1 => first,
                        more => format!("{first} and {} more", more - 1),
                    };
                    let attributes = [("message", first.as_str()), ("type", "contract-diff")];
                    let failure = writer.create_element("failure").with_attributes(attributes);
                    failure.write_text_content(BytesText::new(&clean(&lines)))?;
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

fn line(change: &Change) -> String {
    let mut text = format!("{} {}\n  {}\n", change.verdict.name(), change.id, change.rule.about);
    for (name, place, says) in [("old", &change.old, &change.before), ("new", &change.new, &change.after)] {
        let place = place.as_ref().map(|place| format!(" at {}:{}:{}", place.file, place.line, place.column));
        text.push_str(&format!("  {name}: {says}{}\n", place.unwrap_or_default()));
    }
    if let Some(witness) = &change.witness {
        text.push_str(&format!("  witness: {}\n", witness_line(witness)));
    }
    text
}
