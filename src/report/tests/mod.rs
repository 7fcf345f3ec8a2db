//! Tests of several reports together, and of reports over journals.

mod journal;
mod merge;
