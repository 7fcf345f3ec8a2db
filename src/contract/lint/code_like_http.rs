//! A status code numbered like an HTTP status, where the others are counted: `GDB-S-200`.

use super::answers::parts;
use super::{Found, Look, Mark};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let number = |code: &str| parts(code).and_then(|found| found.number.parse::<u16>().ok());
    let places = &look.codes.places;
    let like_http = |code: &&&str| number(code).is_some_and(|number| (200..600).contains(&number));
    let odd: Vec<&&str> = places.keys().filter(like_http).collect();
    let Some(counted) = places.keys().find(|code| number(code).is_some_and(|number| number < 100)) else {
        return Vec::new();
    };
    if odd.len() * 4 > places.len() {
        return Vec::new();
    }
    let found = odd.into_iter().map(|code| Found {
        title: format!("`{code}` is numbered like an HTTP status, others are counted"),
        marks: vec![
            Mark::node(&places[code][0], "like an HTTP status"),
            Mark::node(&places[counted][0], "counted, as most are"),
        ],
        why: "readers take the number for the HTTP status it comes with, or for a word on the outcome".to_owned(),
        next: "ask whether the number says anything about HTTP or the outcome".to_owned(),
    });
    found.collect()
}
