//! What a profile may say, and everything that it may not.

use super::*;
use crate::source::Sources;

fn known() -> Known<'static> {
    Known {
        contract: "lender-prism",
        operations: vec!["createUser", "getBre"],
        codes: vec!["FBX-E-004", "CUR-E-002"],
        rules: vec![("C01", vec![]), ("C10", vec!["getBre"])],
        personas: vec!["bre-fails"],
    }
}

fn read_text(text: &str) -> Result<Profile, Vec<String>> {
    let mut sources = Sources::default();
    let file = sources.add("type-4.yaml", text);
    read(&sources, file, &known()).map_err(|problems| {
        let place =
            |problem: &crate::diagnostic::Diagnostic| problem.labels.first().map_or(0, |label| label.place.line);
        problems.iter().map(|problem| format!("{}: {}", place(problem), problem.title)).collect()
    })
}

const GOOD: &str = "\
profile: type-4
version: 1
contract: lender-prism
archetype: 4 Hybrid Basic
valid_for: 8760h
always: [C01]
rules: { C10: { tolerance: 20 } }
modules:
  - id: M01
    title: a failed engine is tried again
    clause: Get BRE API
    data: { mobile: \"9000100101\" }
    answers:
      - { do: { persona: bre-fails } }
      - { operation: getBre, first: 2, do: { refuse: FBX-E-004, retry_after: 7 } }
    expect: [C01, C10]
    window: 5m
";

#[test]
fn a_profile_is_read_whole() {
    let profile = read_text(GOOD).unwrap();
    assert_eq!((profile.id.as_str(), profile.version), ("type-4", 1));
    let module = profile.module("M01").unwrap();
    assert_eq!(module.data, [("mobile".to_owned(), "9000100101".to_owned())]);
    assert_eq!(module.window, Duration::from_secs(300));
    let [first, second] = module.answers.as_slice() else { panic!("two answers") };
    assert_eq!(first.action.persona.as_deref(), Some("bre-fails"));
    assert!(!first.action.changes_the_answer());
    assert!(second.action.changes_the_answer() && second.when.meets(2) && !second.when.meets(3));
    assert_eq!(profile.adjusted[0].1.share, Some(0.2));
}

#[test]
fn mistakes_are_told_at_their_line() {
    let wrong = |old: &str, new: &str| {
        assert!(GOOD.contains(old), "{old}");
        read_text(&GOOD.replacen(old, new, 1)).unwrap_err().join("; ")
    };
    assert_eq!(wrong("contract: lender-prism", "contract: shop"), "3: the profile is for the contract `shop`");
    assert_eq!(wrong("expect: [C01, C10]", "expect: [C01, C11]"), "16: there is no rule `C11`");
    assert_eq!(wrong("expect: [C01, C10]", "expect: []"), "16: a module needs a rule to show");
    assert_eq!(wrong("    expect: [C01, C10]\n", ""), "9: a module needs the key `expect`");
    assert_eq!(wrong("    data: { mobile: \"9000100101\" }\n", ""), "9: a module needs the key `data`");
    assert_eq!(wrong("data: { mobile: \"9000100101\" }", "data: {}"), "12: `data` is empty");
    assert_eq!(wrong("persona: bre-fails", "persona: bre-fail"), "14: there is no persona `bre-fail`");
    assert_eq!(wrong("refuse: FBX-E-004", "refuse: FBX-E-404"), "15: there is no documented code `FBX-E-404`");
    assert_eq!(wrong("operation: getBre", "operation: getBro"), "15: there is no operation `getBro`");
    assert_eq!(wrong("do: { persona: bre-fails }", "do: {}"), "14: nothing is done");
    assert!(wrong("tolerance: 20", "tolerance: 200").contains("per cent"));
    assert!(wrong("refuse: FBX-E-004", "refuse: FBX-E-004, lost: true").contains("exclude each other"));
    assert!(wrong("version: 1", "version: 0").contains("version"));
    assert!(wrong("archetype: 4 Hybrid Basic\n", "").contains("archetype"));
    assert!(wrong("valid_for", "valid").contains("not a key"));
    let empty = &GOOD[..GOOD.find("modules:").unwrap()];
    assert_eq!(read_text(&format!("{empty}modules: []\n")).unwrap_err().join("; "), "8: `modules` is empty");
}

#[test]
fn two_modules_cannot_have_one_customer_and_one_module_has_to_count() {
    let second = GOOD[GOOD.find("  - id: M01").unwrap()..].replace("M01", "M02");
    let twice = format!("{GOOD}{second}");
    assert_eq!(read_text(&twice).unwrap_err().join("; "), "21: two modules have the mobile 9000100101");
    let twice = twice.replace("M02", "M01");
    assert!(read_text(&twice).unwrap_err()[0].contains("two modules `M01`"));
    let none = GOOD.replace("modules:", "not_scored: [{ module: M01, reason: new }]\nmodules:");
    assert!(read_text(&none).unwrap_err().join("; ").contains("no module counts"));
    let other = GOOD.replace("modules:", "not_scored: [{ module: M09, reason: new }]\nmodules:");
    assert!(read_text(&other).unwrap_err().join("; ").contains("there is no module `M09`"));
}
