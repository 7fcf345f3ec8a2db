//! Generated ids. Each one is derived from the seed, the customer and a counter of that customer, never from a shared
//! sequence: two customers served at once get the same ids as two served in turn.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use uuid::{Builder, Uuid};

/// The id of a triggered stage, of an offer or of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(u128);

impl Id {
    /// Reads an id as a caller sends it back; nothing that this server issued is written any other way.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(|uuid| Self(uuid.as_u128()))
    }

    /// A number of `digits` decimal digits made from this id, for account and transaction numbers.
    pub(super) fn digits(self, digits: u32) -> String {
        let width = digits as usize;
        format!("{:0width$}", self.0 % 10_u128.pow(digits.min(38)))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_u128(self.0).hyphenated().fmt(f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not an id"))
    }
}

/// The ids of one customer, in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct IdSource {
    seed: u64,
    issued: u64,
}

impl IdSource {
    /// The ids of the customer that one partner calls `customer`.
    pub(super) fn of_customer(seed: u64, partner: u16, customer: &str) -> Self {
        Self { seed: fingerprint(seed ^ u64::from(partner), customer), issued: 0 }
    }

    /// The next id.
    pub(super) fn next(&mut self) -> Id {
        self.issued += 1;
        let mut random = fastrand::Rng::with_seed(mix(self.seed.wrapping_add(self.issued)));
        Id(Builder::from_random_bytes(random.u128(..).to_be_bytes()).into_uuid().as_u128())
    }
}

/// A number that stands for a text without telling it.
pub(super) fn fingerprint(seed: u64, text: &str) -> u64 {
    text.bytes().fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)))
}

/// One round of a well spread 64 bit mixer (the finaliser of splitmix64).
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
