//! One stream of events and one fold of it for several reporters, each of which may fail alone.

use super::Reporter;
use super::fold::RunFold;
use crate::event::Event;
use std::io;
use std::sync::Arc;

/// Folds a run and hands every event to every reporter that has not failed yet.
///
/// A full disk under the JUnit file must not silence the terminal, so a failure is kept until [`Fanout::finish`].
#[derive(Default)]
pub struct Fanout<'a> {
    run: RunFold,
    listeners: Vec<Listener<'a>>,
}

/// A reporter, what to call it, and what became of it.
struct Listener<'a> {
    name: String,
    reporter: Box<dyn Reporter + Send + 'a>,
    failure: Option<io::Error>,
}

impl<'a> Fanout<'a> {
    /// A fanout without reporters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reporter under the name by which its failure will be told: a file, `standard output`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, reporter: impl Reporter + Send + 'a) -> Self {
        self.add(name, reporter);
        self
    }

    /// Adds a reporter, as [`Fanout::with`] does.
    pub fn add(&mut self, name: impl Into<String>, reporter: impl Reporter + Send + 'a) {
        self.listeners.push(Listener { name: name.into(), reporter: Box::new(reporter), failure: None });
    }

    /// Takes one event and hands it on.
    pub fn event(&mut self, event: &Arc<Event>) {
        self.run.add(event);
        self.each(|reporter, run| reporter.event(event, run));
    }

    /// Lets every reporter write what remains, and answers with those that failed, in the order they were added.
    #[must_use]
    pub fn finish(mut self) -> Vec<(String, io::Error)> {
        self.run.close();
        self.each(|reporter, run| reporter.finish(run));
        let failed = self.listeners.into_iter();
        failed.filter_map(|listener| Some((listener.name, listener.failure?))).collect()
    }

    fn each(&mut self, mut call: impl FnMut(&mut dyn Reporter, &RunFold) -> io::Result<()>) {
        for listener in self.listeners.iter_mut().filter(|listener| listener.failure.is_none()) {
            listener.failure = call(&mut *listener.reporter, &self.run).err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::passing_run;
    use std::cell::Cell;

    /// Counts its events and fails at the event with that number, counted from 1; `finish` counts as one too.
    struct Counting<'a> {
        calls: &'a Count,
        fails_at: usize,
    }

    /// A number that a reporter can change while the test still sees it.
    #[derive(Default)]
    struct Count(std::sync::Mutex<Cell<usize>>);

    impl Count {
        fn value(&self) -> usize {
            self.0.lock().unwrap().get()
        }
    }

    impl Counting<'_> {
        fn call(&self) -> io::Result<()> {
            let count = self.calls.0.lock().unwrap();
            count.set(count.get() + 1);
            if count.get() == self.fails_at { Err(io::Error::other("disk full")) } else { Ok(()) }
        }
    }

    impl Reporter for Counting<'_> {
        fn event(&mut self, _: &Arc<Event>, _: &RunFold) -> io::Result<()> {
            self.call()
        }

        fn finish(&mut self, _: &RunFold) -> io::Result<()> {
            self.call()
        }
    }

    #[test]
    fn one_failing_reporter_does_not_silence_the_others() {
        let (good, bad, late) = (Count::default(), Count::default(), Count::default());
        let events = passing_run();
        let mut fanout = Fanout::new()
            .with("bad", Counting { calls: &bad, fails_at: 2 })
            .with("good", Counting { calls: &good, fails_at: 0 })
            .with("late", Counting { calls: &late, fails_at: events.len() + 1 });
        events.iter().for_each(|event| fanout.event(&Arc::new(event.clone())));
        let failed: Vec<String> = fanout.finish().into_iter().map(|(name, error)| format!("{name}: {error}")).collect();
        assert_eq!(failed, ["bad: disk full", "late: disk full"]);
        assert_eq!((bad.value(), good.value()), (2, events.len() + 1));
    }
}
