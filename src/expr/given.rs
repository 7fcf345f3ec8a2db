//! A value while an expression is worked out: what JSON can say, and a little more.

use super::value::{excerpt, kind_of};
use bytes::Bytes;
use serde_json::Value;
use std::borrow::Cow;

/// A value while an expression is worked out.
#[derive(Debug, Clone)]
pub(super) enum Given<'a> {
    /// A JSON value; borrowed where a name has it.
    Json(Cow<'a, Value>),
    /// The content of a file that is not text.
    Bytes(Bytes),
    /// A digest or signature: bytes to what takes bytes, hexadecimal digits to everything else.
    Digest(Vec<u8>),
    /// No value, and what was asked for. Only `default` and `is defined` can do something with it.
    Missing(String),
}

impl<'a> Given<'a> {
    /// A value of its own.
    pub(super) fn of(value: impl Into<Value>) -> Self {
        Self::Json(Cow::Owned(value.into()))
    }

    /// The JSON value: a digest in hexadecimal digits.
    pub(super) fn json(&self) -> Result<Cow<'_, Value>, String> {
        match self {
            Self::Json(value) => Ok(Cow::Borrowed(value)),
            Self::Digest(bytes) => Ok(Cow::Owned(Value::String(hexadecimal(bytes)))),
            Self::Bytes(_) => {
                Err("it is the content of a file that is not text, which JSON cannot say; base64() can".into())
            }
            Self::Missing(what) => Err(what.clone()),
        }
    }

    /// As [`Given::json`], for good.
    pub(super) fn into_json(self) -> Result<Value, String> {
        match self {
            Self::Json(value) => Ok(value.into_owned()),
            other => other.json().map(Cow::into_owned),
        }
    }

    /// The value as text: text as it is, numbers and booleans as JSON writes them.
    pub(super) fn to_text(&self) -> Result<String, String> {
        match &*self.json()? {
            Value::String(text) => Ok(text.clone()),
            value @ (Value::Bool(_) | Value::Number(_)) => Ok(value.to_string()),
            value @ (Value::Null | Value::Array(_) | Value::Object(_)) => {
                Err(format!("{} is {} and cannot stand inside text", excerpt(value), kind_of(value)))
            }
        }
    }

    /// The value as bytes: text in UTF-8.
    pub(super) fn to_bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        match self {
            Self::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Digest(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Json(value) => match &**value {
                Value::String(text) => Ok(Cow::Borrowed(text.as_bytes())),
                value => Err(format!("it takes text, a digest or the content of a file, and got {}", kind_of(value))),
            },
            Self::Missing(what) => Err(what.clone()),
        }
    }

    /// The value as a whole number, where it is one.
    pub(super) fn to_whole(&self) -> Option<i64> {
        match &*self.json().ok()? {
            Value::Number(number) => super::decimal::whole(number),
            _ => None,
        }
    }

    /// The value for a message, cut when long.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Bytes(_) => "the content of a file".to_owned(),
            other => other.json().map_or_else(|why| why, |value| excerpt(&value)),
        }
    }

    /// What kind of value it is, with its article.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Bytes(_) => "the content of a file".to_owned(),
            Self::Missing(_) => "nothing".to_owned(),
            other => other.json().map_or_else(|why| why, |value| kind_of(&value)),
        }
    }
}

/// Bytes in hexadecimal digits, in lower case.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
