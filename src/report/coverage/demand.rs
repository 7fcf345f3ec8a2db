//! How much has to be covered, and what is short of it.

use super::{Coverage, KINDS, Numbers, plural};
use crate::event::ThingKind;
use crate::text::grouped;

/// Names that a sentence lists of what is missing.
const NAMED: usize = 3;

/// So much of a kind has to be covered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// The kind; without one, every kind of which nothing else is demanded and something is documented.
    pub kind: Option<ThingKind>,
    /// Per cent of what is documented, from 0 to 100.
    pub percent: f64,
}

/// A kind of which too little is covered.
#[derive(Debug, Clone, PartialEq)]
pub struct Unmet {
    /// The contract.
    pub contract: String,
    /// The kind.
    pub kind: ThingKind,
    /// Per cent of what is documented that were demanded.
    pub demanded: f64,
    /// What there is.
    pub numbers: Numbers,
    /// The things that were not seen.
    pub missing: Vec<String>,
}

impl Coverage {
    /// What is short of these demands, in every contract. Of two demands on one kind the later counts.
    #[must_use]
    pub fn short_of(&self, demands: &[Demand]) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        for contract in &self.contracts {
            for kind in KINDS {
                let numbers = contract.numbers(kind);
                let own = demands.iter().rfind(|demand| demand.kind == Some(kind));
                let general = demands.iter().rfind(|demand| demand.kind.is_none() && numbers.documented > 0);
                let Some(Demand { percent, .. }) = own.or(general) else { continue };
                if numbers.reach(*percent) {
                    continue;
                }
                let groups = contract.groups.iter().filter(|group| group.kind == kind);
                let missing = groups.flat_map(|group| {
                    let unseen = group.rows.iter().filter(|row| row.seen.is_none());
                    unseen.map(|row| match &group.operation {
                        Some(operation) => format!("{operation} {}", row.name),
                        None => row.name.clone(),
                    })
                });
                unmet.push(Unmet {
                    contract: contract.name.clone(),
                    kind,
                    demanded: *percent,
                    numbers,
                    missing: missing.collect(),
                });
            }
        }
        unmet
    }
}

impl Numbers {
    /// Whether so many per cent are covered. Of nothing, nothing is.
    fn reach(self, percent: f64) -> bool {
        let [seen, documented] =
            [self.seen, self.documented].map(|number| u32::try_from(number).map_or(f64::MAX, f64::from));
        self.documented > 0 && seen * 100.0 >= percent * documented
    }
}

impl Unmet {
    /// It in one line: `46 of 47 codes were seen (97 %), and 100 % are demanded: BANK-GBL-S-000 is missing`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let kind = plural(self.kind);
        let demanded = format!("{} % are demanded", self.demanded);
        let Some(percent) = self.numbers.percent() else {
            return format!("the contract documents no {kind} here, and {demanded}");
        };
        let [seen, documented] = [self.numbers.seen, self.numbers.documented].map(grouped);
        let named = self.missing.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = match self.missing.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", grouped(more)),
        };
        let is = if self.missing.len() == 1 { "is" } else { "are" };
        format!("{seen} of {documented} {kind} were seen ({percent} %), and {demanded}: {named}{more} {is} missing")
    }
}

#[cfg(test)]
mod tests {
    use super::super::CoverageFold;
    use super::super::fixture::held_run;
    use super::*;

    fn sentences(demands: &[(Option<ThingKind>, f64)]) -> Vec<String> {
        let mut fold = CoverageFold::default();
        held_run().iter().for_each(|event| fold.add(event));
        let demands: Vec<Demand> =
            demands.iter().map(|(kind, percent)| Demand { kind: *kind, percent: *percent }).collect();
        fold.coverage().short_of(&demands).iter().map(Unmet::sentence).collect()
    }

    #[test]
    fn what_is_short_of_a_demand_is_said_with_what_is_missing() {
        assert_eq!(
            sentences(&[(Some(ThingKind::Code), 80.0), (Some(ThingKind::Value), 100.0)]),
            ["3 of 4 codes were seen (75 %), and 80 % are demanded: FBX-E-012 is missing"]
        );
        assert_eq!(sentences(&[(Some(ThingKind::Code), 75.0)]), Vec::<String>::new());
        assert_eq!(sentences(&[(Some(ThingKind::Code), 75.1)]).len(), 1);
        assert_eq!(
            sentences(&[(Some(ThingKind::Field), 50.0)]),
            ["2 of 5 fields were seen (40 %), and 50 % are demanded: createUser request /partnerCode, getBre offer \
             /data/dataRequired, getBre rejected /data/reason are missing"]
        );
    }

    #[test]
    fn a_demand_on_everything_gives_way_to_one_on_a_kind() {
        assert_eq!(sentences(&[(None, 33.0)]), Vec::<String>::new());
        assert_eq!(
            sentences(&[(None, 34.0)]),
            ["1 of 3 ambiguities were seen (33 %), and 34 % are demanded: A01, A10 are missing"]
        );
        assert_eq!(sentences(&[(Some(ThingKind::Ambiguity), 0.0), (None, 34.0)]), Vec::<String>::new());
    }
}
