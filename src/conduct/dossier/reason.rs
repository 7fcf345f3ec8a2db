//! Why a dossier is not a valid certificate: a closed list, so that scripts can rely on it.

/// How a dossier stands, from bad to good for the exit code of `certify verify`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Signed by a known key, whole, in force, and it says certified.
    Certified,
    /// Signed by a known key and whole, but it does not say certified, or no longer.
    NotCertified,
    /// It cannot be trusted.
    Untrusted,
    /// It is no dossier.
    NoDossier,
}

macro_rules! reason_codes {
    ($($name:ident $text:literal $standing:ident $says:literal;)*) => {
        /// A reason.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ReasonCode {
            $(#[doc = $says] $name,)*
        }

        impl ReasonCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it says.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }

            /// What it makes of the dossier.
            #[must_use]
            pub const fn standing(self) -> Standing {
                match self { $(Self::$name => Standing::$standing,)* }
            }
        }
    };
}

reason_codes! {
    DossierNone "dossier.none" NoDossier "This is no dossier of `proviso certify`.";
    DossierUnreadable "dossier.unreadable" NoDossier "The dossier cannot be read.";
    SignatureMissing "signature.missing" Untrusted "A signature is missing.";
    SignatureMismatch "signature.mismatch" Untrusted "A signature does not fit what is signed.";
    KeyUnknown "key.unknown" Untrusted "A signature was made by a key that was not given.";
    SubjectDigest "subject.digest" Untrusted "A file is not the one that was signed.";
    SubjectMissing "subject.missing" Untrusted "A file that was signed is missing.";
    SubjectExtra "subject.extra" Untrusted "There is a file that was not signed.";
    StatementType "statement.type" Untrusted "What is signed is no certification statement.";
    StatementForm "statement.form" Untrusted "The certificate file is not written as Proviso writes it.";
    CertificateNotYet "certificate.not-yet" Untrusted "The certificate is of a later time.";
    ProfileUnknown "profile.unknown" Untrusted "The profile is not the released one of its name and version.";
    CertificateExpired "certificate.expired" NotCertified "The certificate has expired.";
    CertificateRevoked "certificate.revoked" NotCertified "The certificate was revoked.";
    ModeRehearsal "mode.rehearsal" NotCertified "It was a rehearsal.";
    NotCertified "verdict.not-certified" NotCertified "The partner was found to break a rule.";
    NotKnown "verdict.not-known" NotCertified "It could not be told whether the partner keeps every rule.";
}

/// A reason, and about what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// Which.
    pub code: ReasonCode,
    /// About what, in words: a file, a key, a date.
    pub about: String,
}

impl Reason {
    pub(super) fn new(code: ReasonCode, about: impl Into<String>) -> Self {
        Self { code, about: about.into() }
    }
}
