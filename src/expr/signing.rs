//! Digests, signatures and encodings, for APIs that want requests signed.
//!
//! The algorithms are those of `ring`, and `md-5` for the one that `ring` rightly does not have. Keys come from `secret`
//! only, which reading an expression proves.

use super::given::{Given, hexadecimal};
use super::signature::{Answer, Arguments};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use md5::{Digest as _, Md5};
use ring::rand::SystemRandom;
use ring::{digest, hmac, signature};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Map, Value};

pub(super) fn md5(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::Digest(Md5::digest(bytes(arguments, 0)?).to_vec()))
}

pub(super) fn sha1(arguments: &Arguments<'_, '_>) -> Answer {
    hashed(arguments, &digest::SHA1_FOR_LEGACY_USE_ONLY)
}

pub(super) fn sha256(arguments: &Arguments<'_, '_>) -> Answer {
    hashed(arguments, &digest::SHA256)
}

pub(super) fn sha512(arguments: &Arguments<'_, '_>) -> Answer {
    hashed(arguments, &digest::SHA512)
}

fn hashed(arguments: &Arguments<'_, '_>, algorithm: &'static digest::Algorithm) -> Answer {
    Ok(Given::Digest(digest::digest(algorithm, &bytes(arguments, 0)?).as_ref().to_vec()))
}

fn bytes(arguments: &Arguments<'_, '_>, place: usize) -> Result<Vec<u8>, String> {
    let value = arguments.value(place)?.to_bytes();
    value.map(std::borrow::Cow::into_owned).map_err(|why| format!("`{}`: {why}", arguments.function.name))
}

/// `hmac(message, key, algorithm)`.
pub(super) fn hmac(arguments: &Arguments<'_, '_>) -> Answer {
    let (message, key) = (bytes(arguments, 0)?, bytes(arguments, 1)?);
    let name = arguments.text_if(2)?.unwrap_or_else(|| "sha256".to_owned());
    let algorithm = match name.to_lowercase().replace('-', "").as_str() {
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return Err(format!("`hmac` knows no `{name}`; write sha1, sha256, sha384 or sha512")),
    };
    Ok(Given::Digest(hmac::sign(&hmac::Key::new(algorithm, &key), &message).as_ref().to_vec()))
}

pub(super) fn hex(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(hexadecimal(&bytes(arguments, 0)?)))
}

pub(super) fn base64(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(STANDARD.encode(bytes(arguments, 0)?)))
}

pub(super) fn base64url(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(URL_SAFE_NO_PAD.encode(bytes(arguments, 0)?)))
}

/// `jwt(claims, key, algorithm, header)` (RFC 7519).
pub(super) fn jwt(arguments: &Arguments<'_, '_>) -> Answer {
    let claims = arguments.value(0)?.json()?;
    if !claims.is_object() {
        return Err("`jwt` takes its claims as an object, as in {'sub': customerID}".to_owned());
    }
    let payload = claims.to_string();
    compact(arguments, payload.as_bytes(), Some("JWT"), false).map(Given::of)
}

/// `jws(payload, key, algorithm, header, detached)` (RFC 7515, section 7.1; detached as its appendix F).
pub(super) fn jws(arguments: &Arguments<'_, '_>) -> Answer {
    let payload = match arguments.value(0)? {
        Given::Json(value) if value.is_object() || value.is_array() => value.to_string().into_bytes(),
        _ => bytes(arguments, 0)?,
    };
    let detached = match arguments.get(4).map(Given::json).transpose()? {
        None => false,
        Some(value) => value.as_bool().ok_or("`jws`, detached: it takes true or false")?,
    };
    compact(arguments, &payload, None, detached).map(Given::of)
}

fn compact(
    arguments: &Arguments<'_, '_>,
    payload: &[u8],
    kind: Option<&str>,
    detached: bool,
) -> Result<String, String> {
    let algorithm = arguments.text_if(2)?.unwrap_or_else(|| "HS256".to_owned());
    let mut header = Map::from_iter([("alg".to_owned(), Value::from(algorithm.as_str()))]);
    header.extend(kind.map(|kind| ("typ".to_owned(), Value::from(kind))));
    match arguments.get(3).map(Given::json).transpose()?.as_deref() {
        None => {}
        Some(Value::Object(more)) => header.extend(more.clone()),
        Some(_) => {
            return Err(format!("`{}`, header: it takes an object, as in {{'kid': '1'}}", arguments.function.name));
        }
    }
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let head = encode(Value::Object(header).to_string().as_bytes());
    let signed = format!("{head}.{}", encode(payload));
    let signature = encode(&sign(&algorithm, &bytes(arguments, 1)?, signed.as_bytes())?);
    Ok(if detached { format!("{head}..{signature}") } else { format!("{signed}.{signature}") })
}

/// Signs as an algorithm of RFC 7518 or RFC 8037 does. Keys of the asymmetric ones are PEM files in PKCS #8.
fn sign(algorithm: &str, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let keyed = |algorithm| Ok(hmac::sign(&hmac::Key::new(algorithm, key), message).as_ref().to_vec());
    let private = || {
        PrivatePkcs8KeyDer::from_pem_slice(key).map_err(|_| {
            format!("{algorithm} signs with a private key: a PEM text that begins with -----BEGIN PRIVATE KEY-----")
        })
    };
    let unusable = |_| format!("the key cannot sign with {algorithm}: it is of another kind, or damaged");
    let random = SystemRandom::new();
    let rsa = |padding: &'static dyn signature::RsaEncoding| {
        let pair = signature::RsaKeyPair::from_pkcs8(private()?.secret_pkcs8_der()).map_err(unusable)?;
        let mut made = vec![0; pair.public().modulus_len()];
        pair.sign(padding, &random, message, &mut made).map_err(|_| format!("{algorithm} could not sign"))?;
        Ok(made)
    };
    let ecdsa = |curve: &'static signature::EcdsaSigningAlgorithm| {
        let pair =
            signature::EcdsaKeyPair::from_pkcs8(curve, private()?.secret_pkcs8_der(), &random).map_err(unusable)?;
        let made = pair.sign(&random, message).map_err(|_| format!("{algorithm} could not sign"))?;
        Ok(made.as_ref().to_vec())
    };
    match algorithm {
        "HS256" => keyed(hmac::HMAC_SHA256),
        "HS384" => keyed(hmac::HMAC_SHA384),
        "HS512" => keyed(hmac::HMAC_SHA512),
        "RS256" => rsa(&signature::RSA_PKCS1_SHA256),
        "RS512" => rsa(&signature::RSA_PKCS1_SHA512),
        "PS256" => rsa(&signature::RSA_PSS_SHA256),
        "ES256" => ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
        "ES384" => ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
        "EdDSA" => {
            let pair = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(private()?.secret_pkcs8_der())
                .map_err(unusable)?;
            Ok(pair.sign(message).as_ref().to_vec())
        }
        _ => Err(format!(
            "`{algorithm}` is not a way to sign; write HS256, HS384, HS512, RS256, RS512, PS256, ES256, ES384 or EdDSA"
        )),
    }
}
