//! What a partner is judged by: a profile, and of the contract's rules those that it names.

use super::profile::Profile;
use crate::contract::Contract;
use crate::rule::{Binds, Form, Rule, Rules};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The rule that is no `x-rules` of a contract, for it is all of it: requests are as documented.
pub const REQUESTS: &str = "C01";

/// What [`REQUESTS`] says.
pub(super) const REQUESTS_SAYS: &str = "Every request is as the contract documents it.";

/// What nothing answers is told to rules as this HTTP status: for the partner it is a failure of the service like any other.
pub const NO_ANSWER: u16 = 599;

/// In a rehearsal that runs faster, what has to come at the latest may come so much later in real time: a second of a busy
/// machine is minutes there.
const LAG: Duration = Duration::from_secs(1);

/// In a rehearsal that runs faster, delays of the machine weigh more; tolerances grow with it, up to this share.
const WIDEST: f64 = 0.5;

/// A profile and its rules.
#[derive(Debug, Clone)]
pub struct Judge {
    /// The profile.
    pub profile: Arc<Profile>,
    /// The rules that it names, and what it takes to apply them.
    pub rules: Rules,
    /// The ambiguities that each operation touches.
    pub(super) ambiguities: BTreeMap<String, Vec<String>>,
}

impl Judge {
    /// The judge of a profile.
    #[must_use]
    pub fn new(profile: Profile, rules: &Rules, contract: &Contract) -> Self {
        let named = named(&profile);
        let chosen = rules.all.iter().filter(|rule| named.contains(rule.id.as_str()));
        let chosen = chosen.map(|rule| {
            let mut rule: Rule = (**rule).clone();
            if let Some((_, adjusted)) = profile.adjusted.iter().find(|(id, _)| *id == rule.id) {
                rule.slack.share = adjusted.share.unwrap_or(rule.slack.share);
                rule.slack.least = adjusted.least.unwrap_or(rule.slack.least);
                if let Form::Responds { within, .. } = &mut rule.form {
                    *within = adjusted.within.or(*within);
                }
            }
            Arc::new(rule)
        });
        let rules = Rules { all: chosen.collect(), ..rules.clone() };
        let of = |operation: &crate::contract::Operation| (operation.id.clone(), operation.ambiguities.clone());
        Self { profile: Arc::new(profile), rules, ambiguities: contract.operations.iter().map(of).collect() }
    }

    /// The same without one of its rules; for finding out that each of them matters.
    #[must_use]
    pub fn without(&self, rule: &str) -> Self {
        let mut rules = self.rules.clone();
        rules.all.retain(|own| own.id != rule);
        let mut profile = (*self.profile).clone();
        let keep = |own: &String| own != rule;
        profile.always.retain(keep);
        profile.modules.iter_mut().for_each(|module| module.expect.retain(keep));
        Self { profile: Arc::new(profile), rules, ambiguities: self.ambiguities.clone() }
    }

    /// The rules as they apply at a time scale.
    pub(super) fn rules_at(&self, scale: f64) -> Rules {
        if scale <= 1.0 {
            return self.rules.clone();
        }
        let share = (0.02 * scale).min(WIDEST);
        let lag = LAG.mul_f64(scale);
        let widened = self.rules.all.iter().map(|rule| {
            let mut rule: Rule = (**rule).clone();
            rule.slack.share = rule.slack.share.max(share);
            match &mut rule.form {
                Form::Paced { most: Some(limit), .. } | Form::Responds { within: Some(limit), .. } => *limit += lag,
                _ => {}
            }
            Arc::new(rule)
        });
        Rules { all: widened.collect(), ..self.rules.clone() }
    }

    /// Whether requests themselves are judged.
    pub(super) fn judges_requests(&self) -> bool {
        named(&self.profile).contains(REQUESTS)
    }

    /// The rules that a client can keep or break, with the operations that make each due; for reading profiles.
    #[must_use]
    pub fn known(rules: &Rules) -> Vec<(&str, Vec<&str>)> {
        let client = rules.all.iter().filter(|rule| rule.binds == Binds::Client);
        let own = std::iter::once((REQUESTS, Vec::new()));
        own.chain(client.map(|rule| (rule.id.as_str(), rule.on.operations.iter().map(String::as_str).collect())))
            .collect()
    }

    /// What a rule says, and where the documentation says so.
    #[must_use]
    pub fn says(&self, rule: &str) -> (&str, Option<&str>) {
        match self.rules.get(rule) {
            Some(rule) => (&rule.says, rule.section.as_deref()),
            None => (REQUESTS_SAYS, None),
        }
    }

    /// The longest a module waits for silence.
    #[must_use]
    pub fn longest_window(&self) -> Duration {
        self.profile.modules.iter().map(|module| module.window).max().unwrap_or_default()
    }
}

/// The rules that a profile names.
fn named(profile: &Profile) -> BTreeSet<&str> {
    let expected = profile.modules.iter().flat_map(|module| &module.expect);
    profile.always.iter().chain(expected).map(String::as_str).collect()
}
