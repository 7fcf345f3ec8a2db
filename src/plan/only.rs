//! A part of a plan that can be run by itself.

use super::{Plan, PlannedCase};
use std::sync::Arc;

impl Plan {
    /// These cases, in this order, with the setups they need after them; everything else as it is.
    #[must_use]
    pub fn only(&self, cases: &[usize]) -> Self {
        let mut taken: Vec<usize> = Vec::with_capacity(cases.len());
        for case in cases {
            if *case < self.cases.len() && !taken.contains(case) {
                taken.push(*case);
            }
        }
        let mut next = 0;
        while let Some(case) = taken.get(next).copied() {
            next += 1;
            for need in &self.cases[case].needs {
                if !taken.contains(need) {
                    taken.push(*need);
                }
            }
        }
        let place = |case: usize| taken.iter().position(|taken| *taken == case).unwrap_or_default();
        let moved = |case: &Arc<PlannedCase>| match case.needs.is_empty() {
            true => Arc::clone(case),
            false => Arc::new(PlannedCase {
                suite: case.suite,
                name: case.name.clone(),
                about: case.about.clone(),
                skip: case.skip.clone(),
                fresh: case.fresh,
                slug: case.slug.clone(),
                span: case.span,
                tags: case.tags.clone(),
                vars: case.vars.clone(),
                frames: case.frames,
                needs: case.needs.iter().map(|need| place(*need)).collect(),
                outputs: case.outputs.clone(),
                within: case.within.clone(),
                body: Arc::clone(&case.body),
                cleanup: Arc::clone(&case.cleanup),
            }),
        };
        Self {
            sources: Arc::clone(&self.sources),
            suites: self.suites.clone(),
            cases: taken.iter().map(|case| moved(&self.cases[*case])).collect(),
            contracts: self.contracts.clone(),
            left_out: self.left_out + self.cases.len() - taken.len(),
            unmatched: self.unmatched.clone(),
            set: self.set.clone(),
            globals: self.globals.clone(),
            files: self.files.clone(),
            secrets: self.secrets.clone(),
        }
    }
}
