//! The profiles as data: released versions never change, and what they have the referee answer is documented.

use super::bench::{PROFILES, judge};
use proviso::conduct::dossier::sha256;
use std::collections::BTreeMap;

/// `NAME VERSION SHA256` of every released version.
fn released() -> BTreeMap<(String, String), String> {
    let text = include_str!("../../../suites/profiles/released.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            ((words[0].to_owned(), words[1].to_owned()), words[2].to_owned())
        })
        .collect()
}

#[test]
fn a_released_profile_is_never_changed() {
    let released = released();
    for (name, text) in PROFILES {
        let profile = judge(name).profile;
        let digest = released.get(&(name.to_owned(), profile.version.to_string()));
        let said = "a released version is frozen: give the change a new version, and add a line to released.txt";
        assert_eq!(digest, Some(&sha256(text.as_bytes())), "{name} version {}: {said}", profile.version);
    }
    // The lines of released.txt are frozen, too: these are the first releases.
    assert!(released.len() >= PROFILES.len());
}

#[test]
fn a_profile_is_held_against_its_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/profile.schema.json");
    let written = std::fs::read_to_string(path).unwrap();
    let made = proviso::suite::schema_of(&proviso::conduct::profile::PROFILE, "Proviso profile");
    assert_eq!(written, made, "proviso schema profile > schemas/profile.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&written).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, text) in PROFILES {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn every_module_expects_only_rules_that_its_archetype_can_meet() {
    for (name, _) in PROFILES {
        let judge = judge(name);
        for module in &judge.profile.modules {
            assert!(!module.expect.is_empty(), "{name} {}", module.id);
            for rule in &module.expect {
                assert!(!judge.says(rule).0.is_empty(), "{name} {} {rule}", module.id);
            }
        }
    }
}
