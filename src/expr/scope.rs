//! Names and their values while a case runs.

use super::functions::Services;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Names and values of one running case: those of the environment, shared by all cases, and frames of its own. Frame 0 is
/// the case; every use of a flow has a frame, so that a flow sees its inputs and nothing else of its caller.
#[derive(Debug, Clone)]
pub struct Scope {
    globals: Arc<HashMap<String, Value>>,
    frames: Vec<HashMap<String, Value>>,
}

impl Scope {
    /// A scope with so many frames, all empty.
    #[must_use]
    pub fn new(globals: Arc<HashMap<String, Value>>, frames: usize) -> Self {
        Self { globals, frames: vec![HashMap::new(); frames] }
    }

    /// Gives a name a value in a frame; a later value replaces an earlier one.
    pub fn set(&mut self, frame: usize, name: &str, value: Value) {
        match self.frames[frame].get_mut(name) {
            Some(slot) => *slot = value,
            None => {
                self.frames[frame].insert(name.to_owned(), value);
            }
        }
    }

    /// Adds an empty frame.
    pub fn push(&mut self) {
        self.frames.push(HashMap::new());
    }

    /// Forgets a frame's names, before the frame is entered again.
    pub fn clear(&mut self, frame: usize) {
        self.frames[frame].clear();
    }

    /// Every name of the case with its value, in all frames; those of the environment are not among them.
    pub fn each(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.frames.iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// A name's value as seen from a frame: the frame's own, else the environment's.
    #[must_use]
    pub fn lookup(&self, frame: usize, name: &str) -> Option<&Value> {
        self.frames[frame].get(name).or_else(|| self.globals.get(name))
    }
}

/// What an evaluation may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    scope: &'a Scope,
    frame: usize,
    services: &'a Arc<Services>,
}

impl<'a> Context<'a> {
    /// The view from one frame of a scope.
    #[must_use]
    pub const fn new(scope: &'a Scope, frame: usize, services: &'a Arc<Services>) -> Self {
        Self { scope, frame, services }
    }

    /// The scope it looks at, with more names in its frame.
    #[must_use]
    pub fn scope_with<'v>(&self, names: impl Iterator<Item = (&'v str, &'v Value)>) -> Scope {
        let mut scope = self.scope.clone();
        names.for_each(|(name, value)| scope.set(self.frame, name, value.clone()));
        scope
    }

    /// The same view of another scope.
    #[must_use]
    pub const fn in_scope<'b>(&self, scope: &'b Scope) -> Context<'b>
    where
        'a: 'b,
    {
        Context { scope, frame: self.frame, services: self.services }
    }

    /// A name's value, if it has one.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<&'a Value> {
        self.scope.lookup(self.frame, name)
    }

    /// What functions may use.
    #[must_use]
    pub const fn services(&self) -> &'a Arc<Services> {
        self.services
    }
}
