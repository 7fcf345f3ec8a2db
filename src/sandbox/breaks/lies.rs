//! Answers told wrongly: each well shaped, each wrong.

use http::StatusCode;
use serde_json::{Value, json};

use super::Memory;

/// One answer, before it is sent.
pub(in crate::sandbox) struct Circumstance<'a> {
    /// The operation.
    pub(super) operation: &'a str,
    /// Its HTTP status.
    pub(super) status: &'a mut StatusCode,
    /// Its body.
    pub(super) body: &'a mut Value,
    /// What was told before.
    pub(super) memory: &'a Memory,
    /// The fingerprint of the customer; 0 where none is known.
    pub(super) customer: u64,
}

/// A reference that nobody was given.
const NOBODY: &str = "5ca1ab1e-0000-4000-8000-000000000000";

impl Circumstance<'_> {
    fn code(&self) -> &str {
        let member = |name: &str| self.body.get(name).and_then(Value::as_str);
        member("statusCode").filter(|code| !code.is_empty()).or_else(|| member("status")).unwrap_or_default()
    }

    fn is_status(&self, status: &str) -> bool {
        self.body.pointer("/data/status").and_then(Value::as_str) == Some(status)
    }

    /// Sets a value that is there.
    fn set(&mut self, pointer: &str, value: Value) {
        if let Some(place) = self.body.pointer_mut(pointer) {
            *place = value;
        }
    }

    /// Changes a number that is there.
    fn change(&mut self, pointer: &str, change: fn(f64) -> f64) {
        if let Some(number) = self.body.pointer(pointer).and_then(Value::as_f64) {
            self.set(pointer, super::super::answer::number(change(number)));
        }
    }

    fn each_offer(&mut self, mut change: impl FnMut(&mut Value)) {
        let offers = self.body.pointer_mut("/data/offers").and_then(Value::as_array_mut);
        offers.into_iter().flatten().for_each(&mut change);
    }

    fn each_slab(&mut self, mut change: impl FnMut(&mut Value)) {
        self.each_offer(|offer| {
            let slabs = offer.get_mut("slabs").and_then(Value::as_array_mut);
            slabs.into_iter().flatten().for_each(&mut change);
        });
    }

    fn each_identity(&mut self, pointer: &str, value: &Value) {
        let all = self.body.pointer_mut("/data/personalKYC").and_then(Value::as_array_mut);
        for identity in all.into_iter().flatten() {
            if let Some(place) = identity.pointer_mut(pointer) {
                place.clone_from(value);
            }
        }
    }

    /// Whether this was told to the customer before.
    fn again(&self, what: &str) -> bool {
        self.memory.count(self.customer, &format!("{} {what}", self.operation)) > 0
    }

    /// Another answer altogether.
    fn answer(&mut self, status: StatusCode, body: Value) {
        *self.status = status;
        *self.body = body;
    }

    /// Processing again, once the end was told.
    fn unsettle(&mut self, ends: &[&str], code: &str) {
        let status = self.body.pointer("/data/status").and_then(Value::as_str).unwrap_or_default().to_owned();
        if ends.contains(&status.as_str()) && self.again("an end") {
            let reference = self.body.pointer("/data/referenceID").cloned().unwrap_or_else(|| json!(NOBODY));
            let data = match self.operation {
                "getBre" => json!({
                    "dataRequired": null, "offers": null, "outputVariables": null, "rejectionReason": null,
                    "referenceID": reference, "status": "PROCESSING",
                }),
                "getKycDetails" => json!({ "action": "WAIT", "personalKYC": null, "status": "PROCESSING" }),
                "getAgreement" => json!({ "status": "PROCESSING", "agreementURL": null }),
                "getBankingResult" => json!({
                    "bankingDetails": { "errorCode": "", "errorMessage": "" },
                    "referenceID": reference, "status": "PROCESSING",
                }),
                _ => json!({ "customerID": "", "message": "", "referenceID": reference, "status": "PROCESSING" }),
            };
            self.answer(StatusCode::OK, json!({ "data": data, "error": "", "statusCode": code }));
        }
    }
}

/// The text with its first digit another one.
fn other(text: &str) -> String {
    let mut changed = false;
    let change = |c: char| match (changed, c.to_digit(16)) {
        (false, Some(digit)) if c.is_ascii_digit() || c.is_ascii_hexdigit() => {
            changed = true;
            char::from_digit((digit + 1) % 10, 10).unwrap_or(c)
        }
        _ => c,
    };
    text.chars().map(change).collect()
}

pub(super) fn other_customer(told: &mut Circumstance<'_>) {
    told.set("/data/customerID", json!("SOMEBODY-ELSE"));
}

pub(super) fn other_reference(told: &mut Circumstance<'_>) {
    told.set("/data/referenceID", json!(NOBODY));
}

pub(super) fn unknown_reference(told: &mut Circumstance<'_>) {
    if told.code() != "FBX-E-008" {
        return;
    }
    let (code, data) = match told.operation {
        "getBre" => (
            "GEO-S-001",
            json!({
                "dataRequired": null, "offers": null, "outputVariables": null, "rejectionReason": null,
                "referenceID": NOBODY, "status": "PROCESSING",
            }),
        ),
        "getBankingResult" => {
            let none = json!({ "errorCode": "", "errorMessage": "" });
            ("BANK-GBR-S-001", json!({ "bankingDetails": none, "referenceID": NOBODY, "status": "PROCESSING" }))
        }
        "getKycDetails" => ("GKD-S-001", json!({ "action": "WAIT", "personalKYC": null, "status": "PROCESSING" })),
        "getAgreement" => ("GAS-S-000", json!({ "status": "PROCESSING", "agreementURL": null })),
        _ => (
            "GDB-S-200",
            json!({ "customerID": "NOBODY", "message": "", "referenceID": NOBODY, "status": "PROCESSING" }),
        ),
    };
    told.answer(StatusCode::OK, json!({ "data": data, "error": "", "statusCode": code }));
}

fn forget(told: &mut Circumstance<'_>, code: &str) {
    if told.status.is_success() {
        told.answer(StatusCode::NOT_FOUND, json!({ "data": {}, "error": "not found", "statusCode": code }));
    }
}

pub(super) fn forgotten_reference(told: &mut Circumstance<'_>) {
    forget(told, "FBX-E-008");
}

pub(super) fn forgotten_customer(told: &mut Circumstance<'_>) {
    forget(told, "FBX-E-006");
}

pub(super) fn shared_reference(told: &mut Circumstance<'_>) {
    told.set("/data/referenceID", json!(NOBODY));
}

pub(super) fn error_on_success(told: &mut Circumstance<'_>) {
    if told.status.is_success() {
        told.set("/error", json!("something went wrong"));
    }
}

pub(super) fn slab_upside_down(told: &mut Circumstance<'_>) {
    told.each_slab(|slab| {
        let (least, most) = (slab["minAmount"].clone(), slab["maxAmount"].clone());
        slab["minAmount"] = most;
        slab["maxAmount"] = least;
    });
}

pub(super) fn negative_fee(told: &mut Circumstance<'_>) {
    told.each_slab(|slab| slab["processingFee"] = json!(-2.75));
}

pub(super) fn ends_before_it_begins(told: &mut Circumstance<'_>) {
    told.each_offer(|offer| {
        let (from, to) = (offer["createdAt"].clone(), offer["expiresAt"].clone());
        offer["createdAt"] = to;
        offer["expiresAt"] = from;
    });
}

pub(super) fn offer_from_the_future(told: &mut Circumstance<'_>) {
    told.each_offer(|offer| {
        offer["createdAt"] = json!("2093-01-01T00:00:00Z");
        offer["expiresAt"] = json!("2093-02-01T00:00:00Z");
    });
}

pub(super) fn active_after_its_end(told: &mut Circumstance<'_>) {
    told.each_offer(|offer| {
        offer["createdAt"] = json!("2020-01-01T00:00:00Z");
        offer["expiresAt"] = json!("2020-02-01T00:00:00Z");
        offer["status"] = json!("ACTIVE");
    });
}

pub(super) fn offer_in_indian_time(told: &mut Circumstance<'_>) {
    told.each_offer(|offer| {
        for name in ["createdAt", "expiresAt"] {
            let text = offer[name].as_str().unwrap_or_default().replace('Z', "+00:00");
            offer[name] = json!(text);
        }
    });
}

pub(super) fn shared_offer(told: &mut Circumstance<'_>) {
    told.each_offer(|offer| offer["offerID"] = json!(NOBODY));
}

pub(super) fn offer_twice(told: &mut Circumstance<'_>) {
    if let Some(offers) = told.body.pointer_mut("/data/offers").and_then(Value::as_array_mut) {
        let again = offers.clone();
        offers.extend(again);
    }
}

pub(super) fn offer_changes(told: &mut Circumstance<'_>) {
    if told.is_status("SUCCESS") && told.again("an offer") {
        told.each_offer(|offer| offer["offerID"] = json!(other(offer["offerID"].as_str().unwrap_or_default())));
    }
}

pub(super) fn lender_changes(told: &mut Circumstance<'_>) {
    if told.is_status("SUCCESS") && told.again("a lender") {
        told.each_offer(|offer| offer["lenderID"] = json!(other(offer["lenderID"].as_str().unwrap_or_default())));
    }
}

pub(super) fn amount_off_by_one(told: &mut Circumstance<'_>) {
    told.change("/data/disbursedAmount", |amount| amount - 1.0);
}

pub(super) fn count_off(told: &mut Circumstance<'_>) {
    told.change("/count", |count| count + 1.0);
}

pub(super) fn bank_twice(told: &mut Circumstance<'_>) {
    if let Some(banks) = told.body.pointer_mut("/banks").and_then(Value::as_array_mut) {
        let name = banks.first().map(|bank| bank["name"].clone());
        if let (Some(name), Some(last)) = (name, banks.last_mut()) {
            last["name"] = name;
        }
    }
}

pub(super) fn shared_npci_code(told: &mut Circumstance<'_>) {
    if let Some(banks) = told.body.pointer_mut("/banks").and_then(Value::as_array_mut) {
        let code = banks.first().map(|bank| bank["npciCode"].clone());
        if let (Some(code), Some(last)) = (code, banks.last_mut()) {
            last["npciCode"] = code;
        }
    }
}

pub(super) fn other_bank_in_message(told: &mut Circumstance<'_>) {
    if told.body.pointer("/data/bankingDetails/errorCode") == Some(&json!("BANK_NAME_MISMATCH")) {
        told.set("/data/bankingDetails/errorMessage", json!("Not Bank of Elsewhere bank statement"));
    }
}

pub(super) fn other_birthday(told: &mut Circumstance<'_>) {
    told.each_identity("/dob", &json!("1901-01-01"));
}

pub(super) fn other_name(told: &mut Circumstance<'_>) {
    told.each_identity("/name", &json!("Somebody Else"));
}

pub(super) fn other_pincode(told: &mut Circumstance<'_>) {
    told.each_identity("/address/pincode", &json!("999999"));
}

pub(super) fn rejected_with_all_checks_passed(told: &mut Circumstance<'_>) {
    if told.is_status("REJECTED") && told.operation == "getKycDetails" {
        told.set(
            "/data/results",
            json!({ "dobMatch": true, "faceLiveliness": true, "faceMatch": true, "nameMatch": true }),
        );
    }
}

pub(super) fn message_without_failed_check(told: &mut Circumstance<'_>) {
    let message = told.body["error"].as_str().unwrap_or_default().to_owned();
    let (failed, instead) = match message.as_str() {
        "PAN_DATA_MISMATCH" => ("dobMatch", "faceMatch"),
        "NAME_MISMATCH" => ("nameMatch", "faceMatch"),
        "FACE_MISMATCH" => ("faceMatch", "nameMatch"),
        "LIVENESS_REJECT" => ("faceLiveliness", "nameMatch"),
        _ => return,
    };
    told.set(&format!("/data/results/{failed}"), json!(true));
    told.set(&format!("/data/results/{instead}"), json!(false));
}

pub(super) fn no_agreement_url(told: &mut Circumstance<'_>) {
    if told.is_status("SUCCESS") {
        told.set("/data/agreementURL", json!(""));
    }
}

pub(super) fn paid_before_it_was_triggered(told: &mut Circumstance<'_>) {
    told.set("/data/disbursedAt", json!("2019-01-25T23:00:54.963518+05:30"));
}

pub(super) fn paid_in_the_future(told: &mut Circumstance<'_>) {
    told.set("/data/disbursedAt", json!("2093-01-25T23:00:54.963518+05:30"));
}

pub(super) fn paid_in_utc(told: &mut Circumstance<'_>) {
    let at = told.body.pointer("/data/disbursedAt").and_then(Value::as_str);
    let at = at.and_then(|text| text.parse::<jiff::Timestamp>().ok()).map(|at| format!("{at:.6}"));
    if let Some(at) = at {
        told.set("/data/disbursedAt", json!(at));
    }
}

pub(super) fn shared_utr(told: &mut Circumstance<'_>) {
    told.set("/data/utrNumber", json!("ABFL000000000001"));
}

pub(super) fn shared_account(told: &mut Circumstance<'_>) {
    told.set("/data/loanAccountNumber", json!("ABPL0000000001"));
}

pub(super) fn shared_session(told: &mut Circumstance<'_>) {
    told.set("/data/url", json!("https://sandbox.example/session/1"));
}

pub(super) fn offers_unsettled(told: &mut Circumstance<'_>) {
    told.unsettle(&["SUCCESS", "REJECTED", "FAILED"], "GEO-S-001");
}

pub(super) fn analysis_unsettled(told: &mut Circumstance<'_>) {
    told.unsettle(&["SUCCESS", "FAILED"], "BANK-GBR-S-001");
}

pub(super) fn kyc_unsettled(told: &mut Circumstance<'_>) {
    told.unsettle(&["APPROVED", "REJECTED", "FAILED", "SOFT_REJECTED"], "GKD-S-001");
}

pub(super) fn signing_unsettled(told: &mut Circumstance<'_>) {
    told.unsettle(&["SUCCESS", "REJECTED", "FAILED"], "GAS-S-000");
}

pub(super) fn payment_unsettled(told: &mut Circumstance<'_>) {
    told.unsettle(&["SUCCESS", "FAILED"], "GDB-S-200");
}

pub(super) fn utr_changes(told: &mut Circumstance<'_>) {
    if told.is_status("SUCCESS") && told.again("a UTR") {
        let changed = other(told.body.pointer("/data/utrNumber").and_then(Value::as_str).unwrap_or_default());
        told.set("/data/utrNumber", json!(format!("X{changed}")));
    }
}

pub(super) fn payment_time_changes(told: &mut Circumstance<'_>) {
    let at = told.body.pointer("/data/disbursedAt").and_then(Value::as_str).map(str::to_owned);
    if let Some(at) = at
        && told.again("a time of payment")
    {
        // The last digit of the microseconds: well within whatever else is asked of it.
        let flipped =
            |c: char| if c == '9' { '8' } else { char::from_digit(c.to_digit(10).unwrap_or(0) + 1, 10).unwrap_or(c) };
        let changed: String = at.char_indices().map(|(index, c)| if index == 25 { flipped(c) } else { c }).collect();
        told.set("/data/disbursedAt", json!(changed));
    }
}
