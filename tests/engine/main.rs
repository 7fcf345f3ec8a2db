//! The engine on virtual time, where a file of the corpus cannot say it: places, order, stopping, seeds.

#[path = "../support/mod.rs"]
mod support;

mod events;
mod places;
mod seeds;
mod stopping;
mod waivers;
