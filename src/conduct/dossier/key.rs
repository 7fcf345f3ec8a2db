//! Ed25519 keys in the two PEM forms that OpenSSL reads: PKCS#8 version 1 for the private key, SPKI for the public one.
//!
//! `ring` itself writes private keys as PKCS#8 version 2, which OpenSSL 3.0 cannot read; so the 48 bytes of version 1
//! (RFC 8410, section 7) are written here.

use super::digest::sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};

/// What stands before the 32 bytes of the seed in a version 1 key.
const PRIVATE: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// What stands before the 32 bytes of a public key.
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// Where the version of a private key stands, where its encoding is short, and what version 2 says there.
const VERSION: (usize, u8) = (4, 1);

/// Why a file is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// There is no PEM block of the kind.
    NoBlock,
    /// The block is encrypted.
    Encrypted,
    /// The private key is in the newer form.
    Version2,
    /// It is a key of another algorithm, or no key at all.
    NotEd25519,
    /// The system gives no random bytes.
    NoRandomness,
}

impl std::fmt::Display for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoBlock => "it holds no PEM block of a key",
            Self::Encrypted => "it is encrypted, and Proviso asks for no passwords",
            Self::Version2 => "it is PKCS#8 version 2, which OpenSSL 3.0 cannot read; version 1 is expected",
            Self::NotEd25519 => "it is no Ed25519 key",
            Self::NoRandomness => "the system gives no random bytes",
        })
    }
}

/// A private key. It shows nothing of itself.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.public.id())
    }
}

impl SigningKey {
    /// A new key, and its PEM text.
    ///
    /// # Errors
    ///
    /// If the system gives no random bytes.
    pub fn generate() -> Result<(Self, String), KeyError> {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).map_err(|_| KeyError::NoRandomness)?;
        let der = [PRIVATE.as_slice(), &seed].concat();
        Ok((Self::from_seed(&seed)?, block("PRIVATE KEY", &der)))
    }

    /// Reads a PKCS#8 version 1 PEM text.
    ///
    /// # Errors
    ///
    /// If it holds no such key.
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyError> {
        let key = PrivatePkcs8KeyDer::from_pem_slice(text).map_err(|error| {
            if contains(text, b"BEGIN ENCRYPTED PRIVATE KEY") { KeyError::Encrypted } else { missing(&error) }
        })?;
        let der = key.secret_pkcs8_der();
        match der.strip_prefix(PRIVATE.as_slice()) {
            Some(seed) => Self::from_seed(seed),
            None if der.get(VERSION.0) == Some(&VERSION.1) && contains(der, &PRIVATE[7..12]) => Err(KeyError::Version2),
            None => Err(KeyError::NotEd25519),
        }
    }

    fn from_seed(seed: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::NotEd25519)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::NotEd25519)?;
        Ok(Self { pair, public: PublicKey(public) })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of a message, 64 bytes; always the same for the same message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Reads an SPKI PEM text.
    ///
    /// # Errors
    ///
    /// If it holds no such key.
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyError> {
        let key = SubjectPublicKeyInfoDer::from_pem_slice(text).map_err(|error| missing(&error))?;
        let bytes = key.as_ref().strip_prefix(PUBLIC.as_slice()).ok_or(KeyError::NotEd25519)?;
        bytes.try_into().map(Self).map_err(|_| KeyError::NotEd25519)
    }

    fn der(&self) -> Vec<u8> {
        [PUBLIC.as_slice(), &self.0].concat()
    }

    /// Its PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        block("PUBLIC KEY", &self.der())
    }

    /// Its id: the SHA-256 of its DER form, as `openssl pkey -pubin -outform DER | sha256sum` says it.
    #[must_use]
    pub fn id(&self) -> String {
        sha256(&self.der())
    }

    /// Whether a signature of a message is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

fn missing(error: &pem::Error) -> KeyError {
    match error {
        pem::Error::NoItemsFound => KeyError::NoBlock,
        _ => KeyError::NotEd25519,
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn block(kind: &str, der: &[u8]) -> String {
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(der))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8410, section 10.3.
    const PUBLISHED: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const ITS_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    /// The same key in version 2, of the same section.
    const VERSION_2: &str = "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\noB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";

    #[test]
    fn the_published_key_is_read_and_its_public_half_is_the_published_one() {
        let key = SigningKey::from_pem(PUBLISHED.as_bytes()).unwrap();
        assert_eq!(key.public().to_pem(), ITS_PUBLIC);
        assert_eq!(&PublicKey::from_pem(ITS_PUBLIC.as_bytes()).unwrap(), key.public());
        let signature = key.sign(b"hello");
        assert!(key.public().verifies(b"hello", &signature));
        assert!(!key.public().verifies(b"hellp", &signature));
    }

    #[test]
    fn a_new_key_is_written_in_the_first_version_and_read_back() {
        let (key, pem) = SigningKey::generate().unwrap();
        assert_eq!(SigningKey::from_pem(pem.as_bytes()).unwrap().public(), key.public());
        assert_eq!(pem.lines().nth(1).unwrap().len(), 64, "48 bytes");
        assert!(!format!("{key:?}").contains(pem.lines().nth(1).unwrap()));
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let read = |text: &str| SigningKey::from_pem(text.as_bytes()).err();
        assert_eq!(read(VERSION_2), Some(KeyError::Version2));
        assert_eq!(read(ITS_PUBLIC), Some(KeyError::NoBlock));
        assert_eq!(read("hello"), Some(KeyError::NoBlock));
        assert_eq!(
            read(&PUBLISHED.replace("BEGIN ", "BEGIN ENCRYPTED ").replace("END ", "END ENCRYPTED ")),
            Some(KeyError::Encrypted)
        );
        assert_eq!(read(&PUBLISHED.replace("BQYDK2Vw", "BQYDK2Vx")), Some(KeyError::NotEd25519));
        assert_eq!(PublicKey::from_pem(PUBLISHED.as_bytes()).err(), Some(KeyError::NoBlock));
    }
}
