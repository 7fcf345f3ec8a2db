//! Tests of several reports together, and of reports over journals.

mod agreement;
mod journal;
mod merge;
mod schemas;
