//! The documented errors of statement analysis.

use serde::{Deserialize, Serialize};

macro_rules! banking_errors {
    ($($name:ident $code:literal $message:literal;)*) => {
        /// Why statements cannot be used.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub(in crate::sandbox) enum BankingError {
            $(#[doc = $message] $name,)*
        }

        impl BankingError {
            /// All of them, as documented.
            pub(in crate::sandbox) const ALL: &[Self] = &[$(Self::$name),*];

            /// The documented code.
            pub(in crate::sandbox) fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The documented message about a bank.
            pub(in crate::sandbox) fn message(self, bank: &str) -> String {
                match self { $(Self::$name => $message.replace("{selected_bank_name}", bank),)* }
            }
        }
    };
}

banking_errors! {
    DateFormat "INVALID_DATE_FORMAT" "Invalid 'from_date' or 'to_date' format. Use 'DD/MM/YYYY'.";
    DateRange "INVALID_DATE_RANGE" "from_date' can't be greater or equal to 'to_date'.";
    DateMissing "MISSING_DATE_FIELD" "from_date' and 'to_date' are required.";
    BankUnknown "INVALID_BANK_NAME" "Invalid bank identifier.";
    BankMissing "MISSING_BANK_NAME" "bank_name' is required with 'mode'.";
    ModeNotAvailable "MODE_NOT_AVAILABLE" "Specified mode not available for this bank.";
    ModeNotEnabled "MODE_NOT_ENABLED" "Specified mode not enabled. Contact FinBox Admin.";
    TrialExpired "TRIAL_PERIOD_EXPIRED" "Your trial period has expired. Please request FinBox to upgrade your plan";
    FileObject "INVALID_FILE_OBJECT" "This field must be present as a form field. Send request with content type x-www-form-urlencoded or form-data";
    Image "PDF_IS_IMAGE" "Scanned images are not supported";
    BankMismatch "BANK_NAME_MISMATCH" "Not {selected_bank_name} bank statement";
    OutOfRange "OUT_OF_DATE_RANGE" "No transactions in expected date range";
    Duplicate "STATEMENT_DUPLICATE" "A duplicate statement has been detected";
    ExternalFailure "EXTERNAL_API_FAILURE" "External API failure, please try again later";
    WrongAccount "VALIDATION_ERROR" "Savings account statement not used";
    Fraud "FRAUD" "We have detected an issue with your bank statement. Please try again with RBI regulated Account Aggregator or Netbanking.";
}
