//! Which items of two lists belong together.

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;

/// Most pairs of items that are looked at one by one; beyond, what is left in the middle is compared place by place.
const MOST_PAIRS: usize = 250_000;
/// Most pairs of differing items whose likeness is worked out.
const MOST_LIKENESSES: usize = 4_096;

/// One line of two lists laid side by side, with indexes into both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// The same item.
    Same(usize, usize),
    /// Two items that stand for each other.
    Other(usize, usize),
    /// Only in the first.
    Gone(usize),
    /// Only in the second.
    New(usize),
    /// In the first, and elsewhere in the second.
    MovedFrom(usize, usize),
    /// In the second, and elsewhere in the first.
    MovedTo(usize, usize),
}

/// Lays two lists side by side. Read from top to bottom, the indexes of either side only grow.
pub(super) fn align(before: &[Value], after: &[Value]) -> Vec<Pair> {
    let mut numbers = HashMap::new();
    let mut number = |item: &Value| {
        let next = numbers.len();
        *numbers.entry(item.to_string()).or_insert(next)
    };
    let one: Vec<usize> = before.iter().map(&mut number).collect();
    let other: Vec<usize> = after.iter().map(&mut number).collect();
    let head = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one_rest, other_rest) = (&one[head..], &other[head..]);
    let tail = one_rest.iter().rev().zip(other_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one_middle, other_middle) = (&one[head..one.len() - tail], &other[head..other.len() - tail]);
    let mut pairs: Vec<Pair> = (0..head).map(|at| Pair::Same(at, at)).collect();
    if one_middle.len().saturating_mul(other_middle.len()) <= MOST_PAIRS {
        middle(&mut pairs, (one_middle, before), (other_middle, after), head);
    } else {
        by_place(&mut pairs, head..one.len() - tail, head..other.len() - tail);
    }
    pairs.extend((0..tail).rev().map(|back| Pair::Same(one.len() - 1 - back, other.len() - 1 - back)));
    pairs
}

fn by_place(pairs: &mut Vec<Pair>, one: std::ops::Range<usize>, other: std::ops::Range<usize>) {
    let both = one.len().min(other.len());
    pairs.extend(one.clone().zip(other.clone()).map(|(one, other)| Pair::Other(one, other)));
    pairs.extend(one.skip(both).map(Pair::Gone));
    pairs.extend(other.skip(both).map(Pair::New));
}

fn middle(pairs: &mut Vec<Pair>, one: (&[usize], &[Value]), other: (&[usize], &[Value]), head: usize) {
    let operations = capture_diff_slices(Algorithm::Myers, one.0, other.0);
    let differing = operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    let (mut gone, mut new): (Vec<usize>, HashMap<usize, Vec<usize>>) = (Vec::new(), HashMap::new());
    for operation in differing {
        gone.extend(operation.old_range());
        operation.new_range().rev().for_each(|at| new.entry(other.0[at]).or_default().push(at));
    }
    // The last of equals is taken first: the lists were filled from back to front within a run only.
    new.values_mut().for_each(|places| places.sort_by(|a, b| b.cmp(a)));
    let (mut from, mut to) = (HashMap::new(), HashMap::new());
    for at in gone {
        if let Some(place) = new.get_mut(&one.0[at]).and_then(Vec::pop) {
            from.insert(at, place);
            to.insert(place, at);
        }
    }
    for operation in &operations {
        let (old, fresh) = (operation.old_range(), operation.new_range());
        if matches!(operation, DiffOp::Equal { .. }) {
            pairs.extend(old.zip(fresh).map(|(one, other)| Pair::Same(head + one, head + other)));
            continue;
        }
        let moved = |a: usize| from.contains_key(&a);
        let likeness = |a: usize, b: usize| {
            (!moved(a) && !to.contains_key(&b)).then(|| likeness(&one.1[head + a], &other.1[head + b]))
        };
        for pair in matched(old, fresh, moved, likeness) {
            pairs.push(match pair {
                Pair::Gone(at) => {
                    from.get(&at).map_or(Pair::Gone(head + at), |to| Pair::MovedFrom(head + at, head + to))
                }
                Pair::New(at) => to.get(&at).map_or(Pair::New(head + at), |from| Pair::MovedTo(head + from, head + at)),
                Pair::Other(a, b) => Pair::Other(head + a, head + b),
                same => same,
            });
        }
    }
}

/// The pairing of two runs of items, in order, that has the greatest likeness.
fn matched(
    one: std::ops::Range<usize>,
    other: std::ops::Range<usize>,
    moved: impl Fn(usize) -> bool,
    likeness: impl Fn(usize, usize) -> Option<usize>,
) -> Vec<Pair> {
    let (rows, columns) = (one.len(), other.len());
    let mut pairs = Vec::new();
    if rows.saturating_mul(columns) > MOST_LIKENESSES {
        let (mut a, mut b) = (one.peekable(), other.peekable());
        while let (Some(left), Some(right)) = (a.peek().copied(), b.peek().copied()) {
            if likeness(left, right).is_some() {
                pairs.push(Pair::Other(left, right));
                a.next();
                b.next();
            } else if moved(left) {
                pairs.push(Pair::Gone(left));
                a.next();
            } else {
                pairs.push(Pair::New(right));
                b.next();
            }
        }
        pairs.extend(a.map(Pair::Gone));
        pairs.extend(b.map(Pair::New));
        return pairs;
    }
    let alike: Vec<Vec<Option<usize>>> = one.clone().map(|a| other.clone().map(|b| likeness(a, b)).collect()).collect();
    // The best that can still be had from each place on.
    let mut best = vec![vec![0; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let paired = alike[row][column].map(|likeness| likeness + best[row + 1][column + 1]);
            best[row][column] = best[row + 1][column].max(best[row][column + 1]).max(paired.unwrap_or(0));
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        let paired = alike[row][column].map(|likeness| likeness + best[row + 1][column + 1]);
        if paired == Some(best[row][column]) {
            pairs.push(Pair::Other(one.start + row, other.start + column));
            (row, column) = (row + 1, column + 1);
        } else if best[row + 1][column] == best[row][column] {
            pairs.push(Pair::Gone(one.start + row));
            row += 1;
        } else {
            pairs.push(Pair::New(other.start + column));
            column += 1;
        }
    }
    pairs.extend((row..rows).map(|row| Pair::Gone(one.start + row)));
    pairs.extend((column..columns).map(|column| Pair::New(other.start + column)));
    pairs
}

/// How alike two values are: members or items that are equal count most.
fn likeness(one: &Value, other: &Value) -> usize {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            2 + 4 * one.iter().filter(|(name, member)| other.get(*name) == Some(*member)).count()
        }
        (Value::Array(one), Value::Array(other)) => 2 + 4 * one.iter().zip(other).filter(|(a, b)| a == b).count(),
        _ => 1 + usize::from(std::mem::discriminant(one) == std::mem::discriminant(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn aligned(before: &Value, after: &Value) -> Vec<Pair> {
        align(before.as_array().unwrap(), after.as_array().unwrap())
    }

    #[test]
    fn items_that_belong_together_are_found() {
        assert_eq!(
            aligned(&json!([1, 2, 3]), &json!([1, 5, 3])),
            [Pair::Same(0, 0), Pair::Other(1, 1), Pair::Same(2, 2)]
        );
        assert_eq!(aligned(&json!([1, 2, 3]), &json!([2, 3])), [Pair::Gone(0), Pair::Same(1, 0), Pair::Same(2, 1)]);
        assert_eq!(
            aligned(&json!(["a", "b", "c"]), &json!(["c", "a", "b"])),
            [Pair::MovedTo(2, 0), Pair::Same(0, 1), Pair::Same(1, 2), Pair::MovedFrom(2, 0)]
        );
        let [one, two] = [json!({ "name": "one", "x": 1, "y": 1 }), json!({ "name": "two", "x": 1, "y": 1 })];
        let changed = json!({ "name": "two", "x": 2, "y": 1 });
        assert_eq!(aligned(&json!([one, two]), &json!([changed])), [Pair::Gone(0), Pair::Other(1, 0)]);
    }

    #[test]
    fn long_lists_are_laid_side_by_side_without_looking_at_every_pair() {
        let list = |seed: usize| (0..2_000).map(|at| json!((at * 7 + 1) * seed)).collect::<Vec<_>>();
        let pairs = align(&list(3), &list(5));
        assert_eq!(pairs.len(), 2_000);
    }
}
