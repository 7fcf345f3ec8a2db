//! The difference of two snapshots as text.

use super::Content;
use crate::text::{count, cut};
use similar::{ChangeTag, TextDiff};

/// Most lines, of either side, that are compared one by one; of more the ends that are equal are still left out.
const MOST_COMPARED: usize = 4_000;
/// Most lines that are shown.
const MOST_SHOWN: usize = 400;
/// Longest line, in bytes.
const LONGEST: usize = 400;
/// Equal lines that are shown around what differs.
const AROUND: usize = 3;

/// The difference in lines, each with ` `, `-` or `+` before it; `…` stands for equal lines left out. Nothing when both
/// are equal.
#[must_use]
pub fn lines(accepted: &Content, taken: &Content) -> Vec<String> {
    let (before, after) = (accepted.to_text(), taken.to_text());
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (first, second) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);
    if first.is_empty() && second.is_empty() {
        return Vec::new();
    }
    let mut shown = Vec::new();
    if head > AROUND {
        shown.push("…".to_owned());
    }
    shown.extend(before[head.saturating_sub(AROUND)..head].iter().map(|line| format!(" {line}")));
    if first.len().max(second.len()) > MOST_COMPARED {
        let half = |lines: &[&str], sign: char| {
            lines.iter().take(MOST_SHOWN / 2).map(|line| format!("{sign}{line}")).collect::<Vec<_>>()
        };
        shown.extend(half(first, '-'));
        shown.extend(half(second, '+'));
        let rest = first.len().saturating_sub(MOST_SHOWN / 2) + second.len().saturating_sub(MOST_SHOWN / 2);
        shown.push(format!("… {}", count(rest, "more line")));
        return shown.iter().map(|line| cut(line, LONGEST)).collect();
    }
    shown.extend(grouped(first, second));
    shown.extend(before[before.len() - tail..].iter().take(AROUND).map(|line| format!(" {line}")));
    if tail > AROUND {
        shown.push("…".to_owned());
    }
    if shown.len() > MOST_SHOWN {
        let rest = shown.len() - MOST_SHOWN;
        shown.truncate(MOST_SHOWN);
        shown.push(format!("… {}", count(rest, "more line")));
    }
    shown.iter().map(|line| cut(line, LONGEST)).collect()
}

fn grouped(before: &[&str], after: &[&str]) -> Vec<String> {
    let diff = TextDiff::from_slices(before, after);
    let mut shown = Vec::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            shown.push("…".to_owned());
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            shown.push(format!("{sign}{}", change.value()));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Body;

    fn content(body: &str) -> Content {
        Content { status: 200, headers: Vec::new(), body: Body::of_text(body) }
    }

    #[test]
    fn what_differs_is_shown_with_what_stands_around_it() {
        let before = content(r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11}"#);
        let after = content(r#"{"a":1,"b":2,"c":"three","d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"k":11}"#);
        let shown = [
            "…",
            " {",
            "   \"a\": 1,",
            "   \"b\": 2,",
            "-  \"c\": 3,",
            "+  \"c\": \"three\",",
            "   \"d\": 4,",
            "   \"e\": 5,",
            "   \"f\": 6,",
            "   \"g\": 7,",
            "   \"h\": 8,",
            "   \"i\": 9,",
            "-  \"j\": 10,",
            "   \"k\": 11",
            " }",
        ];
        assert_eq!(lines(&before, &after), shown);
        assert_eq!(lines(&before, &before), Vec::<String>::new());
    }

    #[test]
    fn there_is_an_end_to_what_is_shown() {
        let long = |word: &str| content(&(0..20_000).map(|at| format!("{word} {at}\n")).collect::<String>());
        let shown = lines(&long("a"), &long("b"));
        // The status and the empty line below it, and how much more there is.
        assert_eq!(shown.len(), MOST_SHOWN + 3);
        assert_eq!(shown.last().unwrap(), "… 39,600 more lines");
        let some = |word: &str| content(&(0..900).map(|at| format!("{word} {at}\n")).collect::<String>());
        assert_eq!(lines(&some("a"), &some("b")).len(), MOST_SHOWN + 1);
    }
}
