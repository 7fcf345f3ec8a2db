//! What is accepted as a bank statement, and every documented way in which one fails.

use proviso::sandbox::Settings;

use crate::sandbox::client::{A_WHILE, Client, PDF, Part};

const PATH: &str = "/v2/user/bank/analyse";

/// A server whose calendar shows 1 September 2024 in India, though it is still August elsewhere.
async fn in_september() -> Client {
    let origin = "2024-08-31T19:00:00Z".parse().ok();
    let client = Client::with(Settings { origin, ..Settings::default() });
    client.create().await.expect("200 CUR-S-000");
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    client
}

/// Sends files to a bank and gives the error code of the analysis, empty for a success.
async fn analysed(client: &Client, bank: &str, files: &[Part<'_>]) -> (String, String) {
    let mut parts =
        vec![Part::Text("customerID", "CUST-1"), Part::Text("bankName", bank), Part::Text("uploadType", "PDF")];
    parts.extend(files.iter().map(|file| match file {
        Part::Text(name, text) => Part::Text(name, text),
        Part::File(name, file, content) => Part::File(name, file, content),
    }));
    let reference = client.form(PATH, &parts).await.expect("200 BANK-TBN-S-000").reference();
    tokio::time::sleep(A_WHILE).await;
    let reply = client.get(&format!("{PATH}?referenceID={reference}")).await;
    let details = if reply.body["data"]["status"] == "SUCCESS" {
        &reply.body["data"]
    } else {
        &reply.body["data"]["bankingDetails"]
    };
    let text = |key: &str| details[key].as_str().expect("a text").to_owned();
    (text("errorCode"), text("errorMessage"))
}

#[tokio::test(start_paused = true)]
async fn every_documented_error_is_reached() {
    let client = in_september().await;
    let named = |name: &'static str| Part::File("files", name, PDF);
    let rows: [(&str, Vec<Part<'_>>, &str, &str); 16] = [
        (
            "HDFC",
            vec![named("s_2024-03-01_2024-08-31.pdf")],
            "INVALID_DATE_FORMAT",
            "Invalid 'from_date' or 'to_date' format. Use 'DD/MM/YYYY'.",
        ),
        (
            "HDFC",
            vec![named("s_31-08-2024_01-03-2024.pdf")],
            "INVALID_DATE_RANGE",
            "from_date' can't be greater or equal to 'to_date'.",
        ),
        ("HDFC", vec![named("s_01-03-2024.pdf")], "MISSING_DATE_FIELD", "from_date' and 'to_date' are required."),
        ("hdfc", vec![named("s.pdf")], "INVALID_BANK_NAME", "Invalid bank identifier."),
        ("", vec![named("s.pdf")], "MISSING_BANK_NAME", "bank_name' is required with 'mode'."),
        ("AGRA UCB", vec![named("s.pdf")], "MODE_NOT_AVAILABLE", "Specified mode not available for this bank."),
        ("DEUTSCHE", vec![named("s.pdf")], "MODE_NOT_ENABLED", "Specified mode not enabled. Contact FinBox Admin."),
        (
            "HDFC",
            vec![named("trial-expired.pdf")],
            "TRIAL_PERIOD_EXPIRED",
            "Your trial period has expired. Please request FinBox to upgrade your plan",
        ),
        (
            "HDFC",
            vec![Part::Text("files", "%PDF-1.4")],
            "INVALID_FILE_OBJECT",
            "This field must be present as a form field. Send request with content type x-www-form-urlencoded or form-data",
        ),
        (
            "HDFC",
            vec![Part::File("files", "s.pdf", b"%PDF-1.4 /Subtype /Image")],
            "PDF_IS_IMAGE",
            "Scanned images are not supported",
        ),
        ("HDFC", vec![named("icici_statement.pdf")], "BANK_NAME_MISMATCH", "Not HDFC bank statement"),
        (
            "HDFC",
            vec![named("s_29-02-2024_31-08-2024.pdf")],
            "OUT_OF_DATE_RANGE",
            "No transactions in expected date range",
        ),
        (
            "HDFC",
            vec![named("a.pdf"), named("b.pdf")],
            "STATEMENT_DUPLICATE",
            "A duplicate statement has been detected",
        ),
        (
            "HDFC",
            vec![named("analyser-down.pdf")],
            "EXTERNAL_API_FAILURE",
            "External API failure, please try again later",
        ),
        ("HDFC", vec![named("Current-Account.pdf")], "VALIDATION_ERROR", "Savings account statement not used"),
        (
            "HDFC",
            vec![named("tampered.pdf")],
            "FRAUD",
            "We have detected an issue with your bank statement. Please try again with RBI regulated Account Aggregator or Netbanking.",
        ),
    ];
    for (bank, files, code, message) in rows {
        assert_eq!(analysed(&client, bank, &files).await, (code.to_owned(), message.to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn six_full_months_by_the_indian_calendar_are_accepted() {
    let client = in_september().await;
    let rows = [
        ("s_01-03-2024_31-08-2024.pdf", ""),
        ("hdfc-from-01-06-2024-to-30-06-2024.pdf", ""),
        ("s_01-03-2024_01-09-2024.pdf", "OUT_OF_DATE_RANGE"),
        ("s_31-02-2024_31-08-2024.pdf", "INVALID_DATE_FORMAT"),
        ("account-101-03-2024.pdf", ""),
    ];
    for (name, code) in rows {
        assert_eq!(analysed(&client, "HDFC", &[Part::File("files", name, PDF)]).await.0, code, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn several_statements_are_taken_at_once() {
    let client = in_september().await;
    let (first, second) = (b"%PDF-1.4 first", b"%PDF-1.4 second");
    let files = [Part::File("files", "march.pdf", first), Part::File("files", "april.pdf", second)];
    assert_eq!(analysed(&client, "HDFC", &files).await.0, "");
    let files = [Part::File("files", "march.pdf", first), Part::File("files", "tampered.pdf", second)];
    assert_eq!(analysed(&client, "HDFC", &files).await.0, "FRAUD");
}

#[tokio::test]
async fn a_protected_statement_needs_its_password() {
    let client = in_september().await;
    let send = async |name: &'static str, content: &'static [u8], password: Option<&'static str>| {
        let mut parts = vec![
            Part::Text("customerID", "CUST-1"),
            Part::Text("bankName", "HDFC"),
            Part::Text("uploadType", "PDF"),
            Part::File("files", name, content),
        ];
        parts.extend(password.map(|password| Part::Text("pdfPassword", password)));
        client.form(PATH, &parts).await
    };
    for (name, content) in [("locked.pdf", PDF), ("s.pdf", &b"%PDF-1.6 /Encrypt 5 0 R"[..])] {
        send(name, content, None).await.expect("400 FBX-E-013");
        send(name, content, Some("")).await.expect("400 FBX-E-013");
        send(name, content, Some("guess")).await.expect("400 FBX-E-013");
    }
    send("locked.pdf", PDF, Some("open-sesame")).await.expect("200 BANK-TBN-S-000");
}

#[tokio::test]
async fn a_statement_may_have_five_megabytes() {
    let client = in_september().await;
    let mut content = PDF.to_vec();
    content.resize(5 * 1024 * 1024 + 1, b' ');
    let send = async |content: &[u8]| {
        let parts = [
            Part::Text("customerID", "CUST-1"),
            Part::Text("bankName", "HDFC"),
            Part::Text("uploadType", "PDF"),
            Part::File("files", "s.pdf", content),
        ];
        client.form(PATH, &parts).await
    };
    send(&content).await.expect("400 FBX-E-013");
    content.pop();
    send(&content).await.expect("200 BANK-TBN-S-000");
}
