//! DSSE 1.0.2: what is signed, and the envelope around it.
//!
//! What is verified are the decoded bytes, and those same bytes are what is read.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};

/// A payload and its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// What kind of payload it is; part of what is signed.
    pub payload_type: String,
    /// The payload.
    pub payload: Vec<u8>,
    /// Who signed it, in the order in which they did.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The id of the key; a hint, and nothing that is signed.
    pub key_id: String,
    /// The signature of [`pae`].
    pub signature: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    payload: String,
    payload_type: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSignature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// What is signed: the pre-authentication encoding of a payload and its type.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// What its signatures sign.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        pae(&self.payload_type, &self.payload)
    }

    /// Reads an envelope in either alphabet of base64.
    ///
    /// # Errors
    ///
    /// If it is none, in words.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let written: Written = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let signatures = written
            .signatures
            .into_iter()
            .map(|signature| Ok(Signature { signature: decode("sig", &signature.sig)?, key_id: signature.keyid }));
        Ok(Self {
            payload: decode("payload", &written.payload)?,
            payload_type: written.payload_type,
            signatures: signatures.collect::<Result<_, String>>()?,
        })
    }

    /// The one way in which a dossier writes an envelope: a line without its end.
    ///
    /// # Errors
    ///
    /// Never, in fact: a struct of texts is JSON.
    pub fn line(&self) -> Result<String, String> {
        let signatures = self.signatures.iter().map(|signature| WrittenSignature {
            keyid: signature.key_id.clone(),
            sig: STANDARD.encode(&signature.signature),
        });
        let written = Written {
            payload: STANDARD.encode(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures: signatures.collect(),
        };
        serde_json::to_string(&written).map_err(|error| error.to_string())
    }
}

fn decode(name: &str, text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).map_err(|error| format!("{name} is no base64: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_the_example_of_the_specification() {
        // DSSE 1.0.2, protocol.md, "Test vectors".
        let signed = pae("http://example.com/HelloWorld", b"hello world");
        assert_eq!(signed, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn an_envelope_survives_being_written_and_either_alphabet_is_read() {
        let envelope = Envelope {
            payload_type: "text/plain".to_owned(),
            payload: vec![0xfb, 0xff, 0xfe, 1],
            signatures: vec![Signature { key_id: "k".to_owned(), signature: vec![0xff; 4] }],
        };
        let line = envelope.line().unwrap();
        assert_eq!(Envelope::parse(line.as_bytes()).unwrap(), envelope);
        let other = line.replace("+//+AQ", "-__-AQ");
        assert_ne!(other, line);
        assert_eq!(Envelope::parse(other.as_bytes()).unwrap(), envelope);
        assert!(Envelope::parse(line.replace("+//+AQ", "+__+AQ").as_bytes()).is_err(), "a mixture is neither");
        assert!(Envelope::parse(line.replace("{\"payload\"", "{\"payload\":\"\",\"payload\"").as_bytes()).is_err());
    }
}
