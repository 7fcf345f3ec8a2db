//! The texts that a certification goes by: a profile, the rules, the contract. Built in, or files; a dossier has copies.

use super::super::embedded::read_text;
use super::super::files::shown;
use super::super::load::BUILT_IN;
use crate::conduct::dossier::sha256;
use crate::conduct::profile::{Known, Profile, read};
use crate::conduct::record::Pinned;
use crate::conduct::{Judge, REQUESTS};
use crate::contract::{self, Contract};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::rule::{self, Rules};
use crate::sandbox::Persona;
use crate::source::{FileId, Sources};
use crate::text;
use std::path::Path;
use std::sync::Arc;

/// The profiles that are part of the program, newest version of each, with the file's name.
pub(super) const PROFILES: [(&str, &str); 5] = [
    ("type-2", include_str!("../../../suites/profiles/type-2.yaml")),
    ("type-3", include_str!("../../../suites/profiles/type-3.yaml")),
    ("type-4", include_str!("../../../suites/profiles/type-4.yaml")),
    ("type-5", include_str!("../../../suites/profiles/type-5.yaml")),
    ("type-6", include_str!("../../../suites/profiles/type-6.yaml")),
];

/// The rules of certifications.
pub(super) const RULES: &str = include_str!("../../../suites/profiles/rules.yaml");

/// Every released version of the profiles that are part of the program: `NAME VERSION SHA256` on each line.
const RELEASED: &str = include_str!("../../../suites/profiles/released.txt");

/// A text and the name that messages have for it.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) text: String,
}

impl Text {
    fn built_in(name: &str, text: &str) -> Self {
        Self { name: format!("{name} (built in)"), text: text.to_owned() }
    }

    pub(super) fn of(path: &Path) -> Result<Self, Diagnostic> {
        Ok(Self { name: shown(path), text: read_text(path)? })
    }

    pub(super) fn digest(&self) -> String {
        sha256(self.text.as_bytes())
    }
}

/// The three of them.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) profile: Text,
    pub(super) rules: Text,
    pub(super) contract: Text,
}

/// What they say.
pub(super) struct Understood {
    pub(super) judge: Judge,
    pub(super) contract: Arc<Contract>,
}

impl Texts {
    /// The profile of that name or file; rules and contract are built in unless files are named.
    pub(super) fn named(profile: &str, rules: Option<&Path>, contract: Option<&Path>) -> Result<Self, Diagnostic> {
        let profile = match PROFILES.iter().find(|(name, _)| *name == profile) {
            Some((name, text)) => Text::built_in(&format!("suites/profiles/{name}.yaml"), text),
            None if profile.contains(['/', '.']) => Text::of(Path::new(profile))?,
            None => return Err(no_profile(profile)),
        };
        let rules = rules.map_or_else(|| Ok(Text::built_in("suites/profiles/rules.yaml", RULES)), Text::of)?;
        let contract = match contract {
            Some(path) => Text::of(path)?,
            None => {
                let (name, text) = BUILT_IN[0];
                Text::built_in(&format!("schemas/{name}.openapi.yaml"), text)
            }
        };
        Ok(Self { profile, rules, contract })
    }

    /// Reads all three.
    pub(super) fn understand(&self) -> Result<Understood, Vec<Diagnostic>> {
        let mut sources = Sources::default();
        let file = sources.add(self.contract.name.as_str(), self.contract.text.as_str());
        let name = contract_name(&self.contract.name);
        let mut alone = |_: &mut Sources, path: &str| {
            let title = format!("the contract refers to {path}, and a dossier holds one file of it");
            Err(Box::new(Diagnostic::new(Code::Contract, title).next("put everything into one document")))
        };
        let contract = contract::load(&mut sources, file, &name, &mut alone)?;
        let rules = self.rules(&mut sources, file, &contract)?;
        let profile = self.profile(&mut sources, &contract, &rules)?;
        Ok(Understood { judge: Judge::new(profile, &rules, &contract), contract: Arc::new(contract) })
    }

    fn rules(
        &self,
        sources: &mut Sources,
        contract_file: FileId,
        contract: &Contract,
    ) -> Result<Rules, Vec<Diagnostic>> {
        let file = sources.add(self.rules.name.as_str(), self.rules.text.as_str());
        // Rules of another contract say nothing about this one.
        let own = rule::contract_of(sources, file).is_none_or(|named| named.value == contract.name);
        let files: &[FileId] = if own { &[file] } else { &[] };
        rule::read(sources, contract_file, contract, files)
    }

    fn profile(&self, sources: &mut Sources, contract: &Contract, rules: &Rules) -> Result<Profile, Vec<Diagnostic>> {
        let file = sources.add(self.profile.name.as_str(), self.profile.text.as_str());
        let known = Known {
            contract: &contract.name,
            operations: contract.operations.iter().map(|operation| operation.id.as_str()).collect(),
            codes: contract.codes.keys().map(String::as_str).collect(),
            rules: Judge::known(rules),
            personas: Persona::names().collect(),
        };
        debug_assert!(known.rules.iter().any(|(rule, _)| *rule == REQUESTS), "the profile may name it");
        read(sources, file, &known)
    }

    /// The profile, by its digest.
    pub(super) fn pinned_profile(&self, profile: &Profile) -> Pinned {
        Pinned { id: profile.id.clone(), version: profile.version.to_string(), sha256: self.profile.digest() }
    }

    /// The contract, by its digest.
    pub(super) fn pinned_contract(&self, contract: &Contract) -> Pinned {
        Pinned { id: contract.name.clone(), version: contract.version.clone(), sha256: self.contract.digest() }
    }
}

/// The name by which suites call a contract: that of its file without its endings.
fn contract_name(file: &str) -> String {
    let file = file.trim_end_matches(" (built in)");
    let name = file.rsplit('/').next().unwrap_or(file);
    // The copy in a dossier has lost its name.
    let name = if name == crate::conduct::dossier::CONTRACT { BUILT_IN[0].0 } else { name };
    name.split('.').next().unwrap_or(name).to_owned()
}

fn no_profile(name: &str) -> Diagnostic {
    let names = PROFILES.map(|(name, _)| name);
    let problem = Diagnostic::new(Code::WrongValue, format!("there is no profile `{name}`"));
    let next = match text::nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("name {}, or a file", text::either(&names)),
    };
    problem.next(next)
}

/// The released profiles, by digest.
pub(super) fn released() -> Vec<Pinned> {
    let lines = RELEASED.lines().filter(|line| !line.starts_with('#'));
    let parts = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some(Pinned {
            id: words.next()?.to_owned(),
            version: words.next()?.to_owned(),
            sha256: words.next()?.to_owned(),
        })
    });
    parts.collect()
}

/// Why a profile cannot be certified by, if it cannot: its name is a released one's, and its bytes are not.
pub(super) fn not_released(profile: &Pinned) -> Option<Diagnostic> {
    let released = released();
    let named: Vec<&Pinned> = released.iter().filter(|known| known.id == profile.id).collect();
    if named.is_empty() || named.contains(&profile) {
        return None;
    }
    let title =
        format!("{} version {} is not the released profile of that name and version", profile.id, profile.version);
    Some(
        Diagnostic::new(Code::WrongValue, title)
            .note(NoteKind::Why, "its bytes are others, so a certificate would not say what it seems to say")
            .next("take the built-in profile by its name, or give yours a name of its own"),
    )
}
