//! The list of what was revoked: certificates by their id, keys from a time on.

use crate::event::Timestamp;
use serde::Deserialize;

/// What was revoked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocations {
    #[serde(default)]
    revocations: Vec<Revocation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    /// A certificate's id: 64 hex digits, or at least the first 16.
    #[serde(default)]
    certificate: Option<String>,
    /// A key's id: what it signed from then on does not count.
    #[serde(default)]
    key: Option<String>,
    at: Timestamp,
    reason: String,
}

impl Revocations {
    /// Reads a list:
    ///
    /// ```yaml
    /// revocations:
    ///   - { certificate: 3f1c..., at: 2026-12-01T10:00:00Z, reason: the partner changed its polling }
    ///   - { key: 9a0b..., at: 2026-12-01T10:00:00Z, reason: the key was lost }
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is no such list, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let list: Self = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        for revocation in &list.revocations {
            let named: Vec<&String> = revocation.certificate.iter().chain(&revocation.key).collect();
            let [id] = named.as_slice() else {
                return Err("each entry names one thing: a certificate or a key".to_owned());
            };
            let hex = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if !hex || id.len() < 16 || id.len() > 64 {
                return Err(format!("`{id}` is no id: 16 to 64 hex digits in lower case are expected"));
            }
        }
        Ok(list)
    }

    /// Why a certificate does not count at a time, in words; once for each entry.
    pub(super) fn of(
        &self,
        certificate: &str,
        keys: impl Iterator<Item = String>,
        issued: Timestamp,
        at: Timestamp,
    ) -> Vec<String> {
        let keys: Vec<String> = keys.collect();
        let meant = |revocation: &&Revocation| {
            let itself = revocation.certificate.as_ref().is_some_and(|id| certificate.starts_with(id.as_str()));
            let key = revocation.key.as_ref().is_some_and(|id| keys.iter().any(|key| key.starts_with(id.as_str())));
            // A certificate is revoked from that time on; a key only for what it signed since.
            (itself && revocation.at <= at) || (key && revocation.at <= issued)
        };
        self.revocations.iter().filter(meant).map(|entry| format!("at {}: {}", entry.at, entry.reason)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::new(text.parse().unwrap())
    }

    #[test]
    fn a_certificate_is_revoked_from_a_time_on_and_a_key_for_what_it_signed_since() {
        let id = "3f".repeat(32);
        let key = "9a".repeat(32);
        let text = format!(
            "revocations:\n- {{ certificate: '{}', at: 2026-12-01T10:00:00Z, reason: polling }}\n- {{ key: '{key}', at: 2026-11-01T00:00:00Z, reason: lost }}\n",
            &id[..16]
        );
        let list = Revocations::parse(&text).unwrap();
        let issued = time("2026-10-01T00:00:00Z");
        let of = |issued, at| list.of(&id, std::iter::once(key.clone()), issued, at);
        assert!(of(issued, time("2026-12-01T09:59:59Z")).is_empty());
        assert_eq!(of(issued, time("2026-12-01T10:00:00Z")).len(), 1);
        assert_eq!(of(time("2026-11-02T00:00:00Z"), time("2026-11-03T00:00:00Z")).len(), 1);
    }

    #[test]
    fn what_is_no_list_is_told() {
        for text in [
            "revocations: 3",
            "revokations: []",
            "revocations: [{ certificate: abc, at: 2026-12-01T10:00:00Z, reason: x }]",
            "revocations: [{ at: 2026-12-01T10:00:00Z, reason: x }]",
        ] {
            assert!(Revocations::parse(text).is_err(), "{text}");
        }
    }
}
