//! How long things took, kept so that many runs can be counted together.
//!
//! Quantiles of quantiles are not quantiles. So what is kept is how many exchanges took about how long: buckets that grow
//! with the time, 32 to every doubling, which is at most 1.6 % beside the truth and a few hundred bytes for any number.

use std::collections::BTreeMap;

/// Buckets to every doubling, as a power of two.
const FINENESS: u32 = 5;

/// How many exchanges took about how long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies {
    buckets: BTreeMap<u16, u64>,
}

impl Latencies {
    /// Counts one, in microseconds.
    pub fn add(&mut self, micros: u64) {
        *self.buckets.entry(bucket(micros)).or_default() += 1;
    }

    /// Counts all of the others too.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            let sum = self.buckets.entry(*bucket).or_default();
            *sum = sum.saturating_add(*count);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The time, in microseconds, within which that many of a hundred were done; none of none.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = u128::from(self.count()).saturating_mul(u128::from(percent)).div_ceil(100).max(1);
        let mut seen = 0_u128;
        let reached = |(_, count): &(&u16, &u64)| {
            seen += u128::from(**count);
            seen >= rank
        };
        self.buckets.iter().find(reached).map(|(bucket, _)| middle(*bucket))
    }

    /// As bytes: for each bucket how far it is from the one before, and its count, seven bits to a byte.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (mut bytes, mut before) = (Vec::new(), 0);
        for (bucket, count) in &self.buckets {
            put(&mut bytes, u64::from(bucket - before));
            put(&mut bytes, *count);
            before = *bucket;
        }
        bytes
    }

    /// Read back; none of bytes that are something else.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (mut buckets, mut rest, mut at) = (BTreeMap::new(), bytes, 0_u64);
        while !rest.is_empty() {
            at = at.checked_add(take(&mut rest)?)?;
            let bucket = u16::try_from(at).ok().filter(|bucket| *bucket <= bucket_of_the_end())?;
            let count = take(&mut rest)?;
            if buckets.insert(bucket, count).is_some() {
                return None;
            }
        }
        Some(Self { buckets })
    }
}

/// The bucket of the longest time there is.
const fn bucket_of_the_end() -> u16 {
    bucket(u64::MAX)
}

/// Times below 32 µs have a bucket each; above that the first six bits count.
#[expect(clippy::cast_possible_truncation, reason = "the highest bucket is 1,919")]
const fn bucket(micros: u64) -> u16 {
    if micros < 1 << FINENESS {
        return micros as u16;
    }
    let doubling = micros.ilog2() - FINENESS;
    ((doubling + 1) << FINENESS) as u16 + ((micros >> doubling) as u16 & ((1 << FINENESS) - 1))
}

/// The time in the middle of a bucket.
fn middle(bucket: u16) -> u64 {
    let (part, place) = (u32::from(bucket) >> FINENESS, u64::from(bucket) & ((1 << FINENESS) - 1));
    match part.checked_sub(1) {
        None => place,
        Some(doubling) => (((1 << FINENESS) + place) << doubling).saturating_add((1 << doubling) >> 1),
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(0x80 | number.to_le_bytes()[0]);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if bits > u64::MAX >> shift {
            return None;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(times: &[u64]) -> Latencies {
        let mut all = Latencies::default();
        times.iter().for_each(|time| all.add(*time));
        all
    }

    #[test]
    fn percentiles_of_few_are_those_that_were_counted() {
        assert_eq!(of(&[]).percentile(50), None);
        assert_eq!(of(&[7]).percentile(50), Some(7));
        assert_eq!(of(&[7]).percentile(95), Some(7));
        assert_eq!(of(&[1, 2, 3, 4]).percentile(50), Some(2));
        assert_eq!(of(&[1, 2, 3, 4]).percentile(95), Some(4));
        assert_eq!(of(&[1, 2, 3, 4]).percentile(0), Some(1));
    }

    #[test]
    fn bytes_that_are_something_else_are_refused() {
        assert_eq!(Latencies::of_bytes(&[0x80]), None, "a number without an end");
        assert_eq!(Latencies::of_bytes(&[1]), None, "a bucket without a count");
        assert_eq!(Latencies::of_bytes(&[1, 1, 0, 1]), None, "a bucket twice");
        assert_eq!(Latencies::of_bytes(&[0xff; 40]), None, "a number beyond 64 bits");
        assert_eq!(Latencies::of_bytes(&[0xff, 0x7f, 1]), None, "a bucket beyond the last");
        assert_eq!(Latencies::of_bytes(&[]), Some(Latencies::default()));
    }

    proptest! {
        #[test]
        fn a_time_is_kept_within_two_percent(time in any::<u64>()) {
            let kept = of(&[time]).percentile(50).unwrap();
            prop_assert!(kept.abs_diff(time) <= time / 60, "{time} became {kept}");
        }

        #[test]
        fn counting_together_is_counting_all(one in proptest::collection::vec(any::<u64>(), 0..40), other in proptest::collection::vec(0..90_000_000_u64, 0..40)) {
            let mut together = of(&one);
            together.merge(&of(&other));
            prop_assert_eq!(&together, &of(&[one, other].concat()));
            prop_assert_eq!(Latencies::of_bytes(&together.to_bytes()), Some(together));
        }
    }
}
