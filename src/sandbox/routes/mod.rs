//! One file per documented operation, or per pair of triggering something and asking how it went.

pub(super) mod accept_offer;
pub(super) mod agreement;
pub(super) mod banking;
pub(super) mod bre;
pub(super) mod create_user;
pub(super) mod disbursal;
pub(super) mod kyc;
pub(super) mod list_banks;
pub(super) mod program;
pub(super) mod session;
pub(super) mod update_user_details;
pub(super) mod upkeep;
pub(super) mod upload_document;
