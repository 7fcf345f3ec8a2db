//! The engine on virtual time, where a file of the corpus cannot say it: places, order, stopping, seeds.

mod events;
mod places;
mod seeds;
mod stopping;
mod verdicts;
mod waivers;
