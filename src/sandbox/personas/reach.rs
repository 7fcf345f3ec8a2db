//! How each documented code is reached: by a row of the table, or by what a caller does.

use super::super::{code::Code, journey::BankingError};
use super::table::ROWS;
use super::{Row, rule::Rule};

/// Rows that one answer of [`ways_to`] names; the document has them all.
const NAMED: usize = 3;

/// How a caller gets the reference server to show documented words together: a status code, a status, a message, a banking
/// error, an HTTP status. Words that it does not know are passed over; nothing when it knows none of them.
#[must_use]
pub fn ways_to(words: &[&str]) -> Option<String> {
    let known: Vec<&str> = words.iter().copied().filter(|word| is_known(word)).collect();
    let first = known.first()?;
    let fault_action = Code::ALL.iter().find(|code| code.text() == *first).map(|code| deed_for(*code));
    let fault_action = fault_action.or_else(|| {
        let error = BankingError::ALL.iter().find(|error| error.code() == *first)?;
        Some(deed_for_error(*error))
    });
    let fault_action = fault_action.or_else(|| deed_for_status(first)).filter(|fault_action| !fault_action.is_empty());
    let leads_there = |row: &&Row| {
        let reached = row.rule.reaches();
        known.iter().all(|word| reached.contains(word))
    };
    let rows: Vec<&Row> = ROWS.iter().filter(leads_there).collect();
    let mut ways: Vec<String> = fault_action.map(str::to_owned).into_iter().collect();
    ways.extend(rows.iter().take(NAMED).map(|row| row.data()));
    if rows.len() > NAMED {
        ways.push("more in docs/personas.md".to_owned());
    }
    (!ways.is_empty()).then(|| ways.join("; "))
}

/// Whether a word is one that this server says, and not one that every stage says.
fn is_known(word: &str) -> bool {
    Code::ALL.iter().any(|code| code.text() == word)
        || BankingError::ALL.iter().any(|error| error.code() == word)
        || deed_for_status(word).is_some()
        || !rows_to(word).is_empty()
}

/// What a caller does to get an HTTP status that a documented operation may answer with.
fn deed_for_status(status: &str) -> Option<&'static str> {
    match status {
        "4XX" => Some("leave out `x-api-key`, or a mandatory member"),
        "5XX" => Some("have the server answer so: `--fault`, docs/reference-server.md"),
        "208" => Some("this server says 409 instead; have it answer so: `--fault`, docs/reference-server.md"),
        _ => None,
    }
}

impl Row {
    /// The test data of a row, in words.
    fn data(&self) -> String {
        match self.rule {
            Rule::Pan(..) => format!("persona `{}`", self.name),
            Rule::Mobile(mobile, _) => format!("mobile `{mobile}` in Create User"),
            Rule::Bank(bank, _) => format!("bank `{bank}` in Trigger Banking"),
            Rule::Statement(word, _) => format!("a statement with `{word}` in its file name"),
            Rule::Document(kind, word, _) => format!("a {} with `{word}` in its file name", kind.word()),
        }
    }
}

/// The names of the rows that lead to a documented code or word.
pub(super) fn rows_to(word: &str) -> Vec<&'static str> {
    ROWS.iter().filter(|row| row.rule.reaches().contains(&word)).map(|row| row.name).collect()
}

/// What a caller does to get a code, whatever the persona.
pub(super) fn deed_for(code: Code) -> &'static str {
    match code {
        Code::UserCreated => "create a customer",
        Code::MobileInvalid => "send a mobile number that is not ten digits beginning with 6 to 9",
        Code::UserExists => "create the same customer again",
        Code::DetailsUpdated => "send details, or later the mandate",
        Code::DetailsPayloadInvalid => "send details that are no JSON object, or members of the wrong kind",
        Code::DetailsInvalid => {
            "send a malformed PAN, date of birth, name, pincode, account number or IFSC, or leave out the consent BUREAU, TNC or INSURANCE"
        }
        Code::OffersTriggered => "trigger BRE after sending details",
        Code::OffersReady => "ask after the processing time",
        Code::OffersProcessing | Code::BankingProcessing | Code::KycPending => "ask before the processing time is over",
        Code::OfferAccepted => "accept an amount, tenure and interest of one slab of the latest offer",
        Code::OfferUnknown => "accept an offer that is another customer's, replaced, expired or made up",
        Code::OfferInputInvalid => "accept an amount, tenure or interest outside every slab, or of the wrong kind",
        Code::BankingTriggered => "send statements",
        Code::BankingDone => "ask after the processing time, with statements nothing is wrong with",
        Code::BankingFailed => "send statements that the table of banking errors lists",
        Code::BanksListed => {
            "ask for the bank list: the code itself has no place in the documented answer and is sent in an envelope only"
        }
        Code::KycTriggered => "trigger KYC after uploading AADHAAR_XML and SELFIE",
        Code::KycDone => "ask after the processing time",
        Code::AgreementTriggered => "trigger agreement signing after KYC, mandate and the upload of LOAN_AGREEMENT",
        Code::AgreementMissing => "the same without LOAN_AGREEMENT",
        Code::AgreementStatus => "ask how the signing went",
        Code::DisbursalTriggered => "trigger disbursal after the agreement is signed",
        Code::DisbursalStatus => "ask how the disbursal went",
        Code::SessionCreated => "open a session",
        Code::RequestInvalid => "send no JSON, a member of the wrong kind, an unknown path or a malformed form",
        Code::Unauthorised => "leave out `x-api-key`, or send an unknown one",
        Code::UserNotFound => "name a customer that was not created under this key",
        Code::ProgramInvalid => "send a program other than PERSONAL_LOAN or EDI",
        Code::ReferenceInvalid => "ask for a reference that was not issued under this key, or by another operation",
        Code::KeyMissing => "leave out a mandatory member, parameter or part, or write `customer_id` for `customerID`",
        Code::StateInvalid => "take a step before the one it needs",
        Code::UserDisqualified => "go on after a rejection",
        Code::FileInvalid => "send a file over 5 MB, of another format, or a protected statement without its password",
        Code::CustomerIdRequired => "leave out `customerID`",
        Code::AlreadyReported => "trigger a stage that is going on or has ended well, or accept the same offer twice",
        Code::TimedOut => "send a request too slowly",
        Code::DetailsNotProcessed
        | Code::PolicyInvalid
        | Code::OffersRejected
        | Code::OffersFailed
        | Code::KycFailed
        | Code::GenericFailure
        | Code::InternalIssue
        | Code::TooManyRequests
        | Code::LenderFailure => "",
    }
}

/// What a caller does to run into a banking error, where no row of the table is needed.
pub(super) fn deed_for_error(error: BankingError) -> &'static str {
    match error {
        BankingError::DateFormat => "a file name with a date not written `DD-MM-YYYY`, such as `2026-05-01`",
        BankingError::DateRange => "a file name whose first date is not before its second",
        BankingError::DateMissing => "a file name with only one date",
        BankingError::BankUnknown => "a `bankName` that is not in the bank list",
        BankingError::BankMissing => "an empty `bankName`",
        BankingError::ModeNotAvailable => "a bank whose `isPdfUpload_available` is false, such as `AGRA UCB`",
        BankingError::FileObject => "`files` sent as a text instead of a file",
        BankingError::Image => "a PDF that holds pictures and no font",
        BankingError::BankMismatch => {
            "a file name that begins with another bank's name, such as `icici_statement.pdf` for HDFC"
        }
        BankingError::OutOfRange => {
            "a file name whose dates reach outside the six full months before the current one in India"
        }
        BankingError::Duplicate => "the same content in two files of one request",
        BankingError::ModeNotEnabled
        | BankingError::TrialExpired
        | BankingError::ExternalFailure
        | BankingError::WrongAccount
        | BankingError::Fraud => "",
    }
}
