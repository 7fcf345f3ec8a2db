//! Certifications: a partner's system judged through the referee, on virtual time, and the command line around it.

mod bench;
mod guide;
mod hostile;
mod outside;
mod partners;
mod profiles;
mod program;
