//! Two contracts side by side: small ones of every kind.
