//! Feeding hand-made runs to reporters.

use super::{Reporter, RunFold};
use crate::event::Event;
use std::sync::Arc;

/// What a reporter makes of a run.
pub(super) fn told(reporter: &mut impl Reporter, events: &[Event]) {
    let mut run = RunFold::default();
    for event in events {
        let event = Arc::new(event.clone());
        run.add(&event);
        reporter.event(&event, &run).unwrap();
    }
    run.close();
    reporter.finish(&run).unwrap();
}

/// The fold of a whole run.
pub(super) fn folded(events: &[Event]) -> RunFold {
    let mut run = RunFold::default();
    events.iter().for_each(|event| run.add(&Arc::new(event.clone())));
    run.close();
    run
}
