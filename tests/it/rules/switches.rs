//! Every switch in turn, and the rule that catches it.

use super::desk::Desk;
use proviso::sandbox::{BREAKS, Breaks, Settings};

/// Each switch and the rules that must name it; none where nothing that is documented forbids it.
const CAUGHT: &[(&str, &[&str])] = &[
    ("any-key", &["R11"]),
    ("no-key", &["R12"]),
    ("no-limit", &[]),
    ("no-customer", &["R16"]),
    ("unknown-customer", &["R13"]),
    ("duplicate-create", &["R14"]),
    ("any-mobile", &["R15"]),
    ("any-program", &["R17"]),
    ("customer-forgotten", &["R05"]),
    ("other-customer", &["R01"]),
    ("other-reference", &["R02"]),
    ("unknown-reference", &["R04"]),
    ("shared-reference", &["R03"]),
    ("offers-forgotten", &["R06"]),
    ("analysis-forgotten", &["R07"]),
    ("kyc-forgotten", &["R08"]),
    ("signing-forgotten", &["R09"]),
    ("payment-forgotten", &["R10"]),
    ("error-on-success", &["R18"]),
    ("bre-before-details", &["R35"]),
    ("slab-upside-down", &["R20"]),
    ("negative-fee", &["R21"]),
    ("ends-before-it-begins", &["R22"]),
    ("offer-from-the-future", &["R23"]),
    ("active-after-its-end", &["R24"]),
    ("offer-with-offset", &["R25"]),
    ("shared-offer", &["R26"]),
    ("offer-twice", &["R27"]),
    ("offer-changes", &["R28"]),
    ("lender-changes", &["R29"]),
    ("unknown-offer", &["J03.answer"]),
    ("expired-offer", &["R32"]),
    ("outside-slabs", &["R30"]),
    ("second-acceptance", &["R33"]),
    ("rejected-goes-on", &["R34", "R55"]),
    ("count-off", &["R40"]),
    ("bank-twice", &["R41"]),
    ("shared-npci-code", &["R42"]),
    ("other-bank-in-message", &["R43"]),
    ("kyc-before-documents", &["R56"]),
    ("other-birthday", &["R50"]),
    ("other-name", &["R51"]),
    ("other-pincode", &["R52"]),
    ("rejected-with-all-checks", &["R53"]),
    ("message-without-check", &["R54"]),
    ("agreement-before-kyc", &["R57"]),
    ("agreement-before-mandate", &["R58"]),
    ("agreement-not-uploaded", &["J08.answer"]),
    ("no-agreement-url", &["R60"]),
    ("unsigned-is-paid", &["R62", "R63"]),
    ("second-disbursal", &["R64"]),
    ("amount-off-by-one", &["R31"]),
    ("paid-before-triggered", &["R65"]),
    ("paid-in-the-future", &["R66"]),
    ("paid-in-utc", &["R67"]),
    ("shared-utr", &["R68"]),
    ("shared-account", &["R69"]),
    ("shared-session", &["R70"]),
    ("offers-unsettled", &["R80"]),
    ("analysis-unsettled", &["R81"]),
    ("kyc-unsettled", &["R82"]),
    ("signing-unsettled", &["R83"]),
    ("payment-unsettled", &["R84"]),
    ("utr-changes", &["R85"]),
    ("payment-time-changes", &["R86"]),
];

async fn broken(settings: Settings) -> (Vec<String>, Desk) {
    let mut desk = Desk::new(settings);
    desk.whole_journey("A").await;
    desk.whole_journey("B").await;
    desk.everything_else().await;
    (desk.of_the_server(), desk)
}

#[tokio::test(start_paused = true)]
async fn a_server_that_behaves_breaks_no_rule_and_keeps_nearly_all() {
    for seed in 0..5 {
        let (broken, mut desk) = broken(Settings { seed, ..Settings::default() }).await;
        let told: Vec<String> = desk.broken.iter().map(|one| format!("{}: {}", one.rule.id, one.came)).collect();
        assert!(broken.is_empty(), "{broken:?}\n{}", told.join("\n"));
        // What only a refusal of the rarer kind makes due.
        let never: Vec<String> =
            desk.kept().into_iter().filter(|(id, kept)| *kept == 0 && id.starts_with('R')).map(|(id, _)| id).collect();
        assert_eq!(never, ["R90"]);
    }
}

#[tokio::test(start_paused = true)]
async fn every_switch_is_caught_by_name_of_the_rule() {
    let mut wrong = Vec::new();
    for switch in BREAKS {
        let breaks = Breaks::new(vec![switch]);
        let (broken, _) = broken(Settings { breaks, ..Settings::default() }).await;
        let expected = CAUGHT.iter().find(|(name, _)| *name == switch.name).map(|(_, rules)| *rules);
        match expected {
            None => wrong.push(format!("{}: no row; broken are {broken:?}", switch.name)),
            Some(rules) if rules.iter().any(|rule| !broken.iter().any(|own| own == rule)) => {
                wrong.push(format!("{}: {rules:?} expected, broken are {broken:?}", switch.name));
            }
            Some([]) if !broken.is_empty() => wrong.push(format!("{}: broken are {broken:?}", switch.name)),
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which suites fail without any rule, measured by `proviso run --break NAME --snapshots off` with every rule waived.
const SUITES: &[(&str, &str)] = &[
    ("any-key", "operations/accept-offer, operations/create-session, operations/create-user and 13 more"),
    ("no-key", "operations/accept-offer, operations/create-session, operations/create-user and 13 more"),
    ("no-limit", "none"),
    ("no-customer", "operations/create-user, operations/accept-offer, operations/create-session and 5 more"),
    ("unknown-customer", "operations/accept-offer, operations/create-session, operations/get-bank-list and 7 more"),
    ("duplicate-create", "journeys/hybrid-basic, journeys/low-code-advance"),
    ("any-mobile", "operations/create-user"),
    ("any-program", "operations/trigger-agreement, operations/trigger-disbursal, operations/trigger-kyc and 2 more"),
    ("customer-forgotten", "journeys/hybrid-advance, journeys/deep, journeys/hybrid-basic and 5 more"),
    ("other-customer", "operations/get-kyc-details, operations/get-disbursal"),
    ("other-reference", "operations/get-banking-result, journeys/hybrid-advance, journeys/hybrid-basic and 5 more"),
    ("unknown-reference", "operations/get-banking-result, operations/get-agreement, operations/get-bre and 2 more"),
    ("shared-reference", "operations/get-banking-result, operations/get-kyc-details, journeys/deep and 15 more"),
    ("offers-forgotten", "operations/get-kyc-details, journeys/deep, operations/accept-offer and 14 more"),
    ("analysis-forgotten", "operations/get-banking-result, journeys/hybrid-advance, journeys/answers and 3 more"),
    ("kyc-forgotten", "operations/get-kyc-details, journeys/deep, operations/get-agreement and 7 more"),
    ("signing-forgotten", "journeys/deep, operations/get-agreement, operations/get-disbursal and 4 more"),
    ("payment-forgotten", "journeys/deep, operations/get-disbursal, journeys/answers and 3 more"),
    (
        "error-on-success",
        "operations/get-banking-result, operations/update-user-details, operations/get-kyc-details and 21 more",
    ),
    ("bre-before-details", "operations/trigger-banking, operations/trigger-bre"),
    ("slab-upside-down", "operations/accept-offer"),
    ("negative-fee", "operations/get-bre"),
    ("ends-before-it-begins", "operations/get-bre"),
    ("offer-from-the-future", "none"),
    ("active-after-its-end", "operations/get-bre"),
];

#[test]
fn the_tables_of_the_documentation_are_true() {
    let mut switches =
        String::from("| Switch | The server | Caught by | Suites that fail without rules |\n|---|---|---|---|\n");
    for switch in BREAKS {
        let rules = CAUGHT.iter().find(|(name, _)| *name == switch.name).map(|(_, rules)| rules.join(", "));
        let rules =
            rules.filter(|rules| !rules.is_empty()).unwrap_or_else(|| "nothing documented forbids it".to_owned());
        let suites = SUITES.iter().find(|(name, _)| *name == switch.name).map_or("not measured", |(_, suites)| *suites);
        switches.push_str(&format!("| `{}` | {} | {rules} | {suites} |\n", switch.name, switch.about));
    }
    let mut rules = String::from("| Rule | Binds | Form | Says | From |\n|---|---|---|---|---|\n");
    for rule in super::desk::lender().1.all {
        let from = match &rule.section {
            Some(section) => format!("{}, {section}", rule.origin.name()),
            None => rule.origin.name().to_owned(),
        };
        let warning = if rule.is_only_a_warning() { " (a warning)" } else { "" };
        rules.push_str(&format!(
            "| `{}` | {} | {} | {}{warning} | {from} |\n",
            rule.id,
            rule.binds.name(),
            rule.form.name(),
            rule.says
        ));
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let written = std::fs::read_to_string(&path).expect("docs/rules.md is there");
    let mut made = written.clone();
    for (name, table) in [("switches", switches), ("rules", rules)] {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let from = made.find(&begin).expect("the table has its place") + begin.len();
        let to = made.find(&end).expect("the table has its end");
        made.replace_range(from..to, &table);
    }
    if std::env::var_os("PROVISO_WRITE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("docs/rules.md can be written");
    }
    assert!(
        made == written || std::env::var_os("PROVISO_WRITE_DOCS").is_some(),
        "write the tables again: PROVISO_WRITE_DOCS=1 cargo test --test it the_tables_of"
    );
}
