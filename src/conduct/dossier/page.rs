//! `certificate.html`: one A4 page for people who were not there. It holds no script and asks for nothing from anywhere.

use super::digest;
use super::statement::{Issuer, Predicate};
use crate::conduct::record::{Breach, Mode, ModuleFound, ModuleState, Record, Verdict};
use crate::text::count;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

const STYLE: &str = include_str!("page.css");

/// Most failures that are told on the page; the evidence tells all of them.
const MOST_TOLD: usize = 6;

/// The page.
#[must_use]
pub fn page(record: &Record) -> String {
    let mut html = String::with_capacity(16 * 1024);
    let partner = &record.partner;
    let title = format!("{}: {}", partner.name, record.verdict.words());
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        style_digest(),
        escape(&title)
    );
    let kind =
        if record.issued.is_some() { "Certification of a partner's integration" } else { "Certification, not signed" };
    let _ = writeln!(html, "<header><strong>{kind}</strong><span>{}</span></header>", escape(&record.dossier));
    verdict(&mut html, record);
    facts(&mut html, record);
    modules(&mut html, record);
    why(&mut html, record);
    rests_on(&mut html, record);
    footer(&mut html, record);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn style_digest() -> String {
    STANDARD.encode(digest::raw(STYLE.as_bytes()))
}

fn verdict(html: &mut String, record: &Record) {
    let rehearsal = record.mode == Mode::Rehearsal;
    let class = match record.verdict {
        // Green is for what counts.
        Verdict::Certified if rehearsal || record.issued.is_none() => "not-known",
        Verdict::Certified => "certified",
        Verdict::NotCertified => "not-certified",
        Verdict::NotKnown => "not-known",
    };
    let scored = record.modules.len() - record.count(ModuleState::NotScored);
    let passed = record.count(ModuleState::Passed);
    let meaning = match record.verdict {
        Verdict::Certified if record.waived.is_empty() => {
            "The partner's own system called the service as documented, and did the right thing when the service answered badly.".to_owned()
        }
        Verdict::Certified => {
            format!("The partner's own system did what is documented, but for {} that a person answers for.", count(record.waived.len(), "known failure"))
        }
        Verdict::NotCertified if record.count(ModuleState::Failed) > 0 => {
            format!("The partner's own system broke {} of what is documented; see below.", count(broken_rules(record), "rule"))
        }
        Verdict::NotCertified => "The service itself did not answer this partner as documented; see below.".to_owned(),
        Verdict::NotKnown => "Nothing wrong was seen, but not everything was shown; see below.".to_owned(),
    };
    let title = match record.verdict {
        Verdict::Certified if rehearsal => "Rehearsed".to_owned(),
        Verdict::Certified if record.issued.is_none() => "Would be certified".to_owned(),
        verdict if rehearsal => format!("Rehearsed, {}", verdict.words()),
        verdict => capital(verdict.words()),
    };
    let mode = if rehearsal { " <strong>This was a rehearsal: it certifies nothing.</strong>" } else { "" };
    let _ = writeln!(
        html,
        "<section class=\"verdict {class}\"><h1>{}</h1><p>{passed} of {} shown. {meaning}{mode}</p></section>",
        title,
        count(scored, "module"),
    );
}

fn broken_rules(record: &Record) -> usize {
    let failed = record.modules.iter().filter(|module| module.state == ModuleState::Failed);
    let mut rules: Vec<&str> = failed.flat_map(breaches).map(|(rule, _)| rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.len()
}

fn facts(html: &mut String, record: &Record) {
    html.push_str("<dl>");
    let mut row = |name: &str, value: String| {
        let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
    };
    row("Partner", record.partner.name.clone());
    row("Issued", record.issued.as_ref().map_or_else(|| "not yet".to_owned(), |issued| day(&issued.at.to_string())));
    row("System, build", format!("{}, {}", record.partner.product, record.partner.build));
    row(
        "Valid until",
        record.issued.as_ref().map_or_else(|| "-".to_owned(), |issued| day(&issued.not_after.to_string())),
    );
    row("Archetype", record.archetype.clone());
    row("Issued by", record.issued.as_ref().map_or_else(|| "-".to_owned(), |issued| issued.by.clone()));
    row("Profile", format!("{} version {}", record.profile.id, record.profile.version));
    row("Contract", format!("{} version {}", record.contract.id, record.contract.version));
    let against = match &record.environment.upstream {
        Some(upstream) => format!("{upstream}, passed through unchanged"),
        None => "the reference server, with one documented fault in each module".to_owned(),
    };
    row("Tried against", against);
    let seen = &record.observed;
    let span = seen
        .from
        .zip(seen.to)
        .map(|(from, to)| format!(", {} to {}", minute(&from.to_string()), minute(&to.to_string())));
    row(
        "Observed",
        format!(
            "{}{}",
            count(usize::try_from(seen.exchanges).unwrap_or(usize::MAX), "exchange"),
            span.unwrap_or_default()
        ),
    );
    html.push_str("</dl>\n");
}

fn modules(html: &mut String, record: &Record) {
    html.push_str("<section><h2>What had to be shown</h2><ol class=\"modules\">");
    for module in &record.modules {
        let class = module.state.words().replace(' ', "-");
        let tries = module.attempts.iter().filter(|attempt| attempt.counts).count();
        let tries = if tries > 1 { format!(" ({tries} tries)") } else { String::new() };
        let _ = write!(
            html,
            "<li><b>{}</b><span>{}</span><span class=\"{class}\">{}{tries}</span></li>",
            escape(&module.id),
            escape(&module.title),
            module.state.words()
        );
    }
    html.push_str("</ol></section>\n");
}

/// The breaches of the attempt that decides a module.
fn breaches(module: &ModuleFound) -> impl Iterator<Item = (&str, (&str, &Breach))> {
    let latest = module.attempts.iter().rev().find(|attempt| attempt.counts);
    latest
        .into_iter()
        .flat_map(|attempt| &attempt.rules)
        .filter_map(|rule| rule.breaches.first().map(|breach| (rule.rule.as_str(), (rule.says.as_str(), breach))))
}

fn why(html: &mut String, record: &Record) {
    let failed: Vec<_> = record
        .modules
        .iter()
        .filter(|module| matches!(module.state, ModuleState::Failed | ModuleState::Waived))
        .collect();
    let told: Vec<(&ModuleFound, &str, &str, &Breach)> = failed
        .iter()
        .flat_map(|module| breaches(module).map(|(rule, (says, breach))| (*module, rule, says, breach)))
        .collect();
    let open: Vec<_> = record
        .modules
        .iter()
        .filter(|module| matches!(module.state, ModuleState::NotObserved | ModuleState::Review | ModuleState::Void))
        .collect();
    let provider = record.provider.as_ref().filter(|provider| provider.verdict != "passed");
    if told.is_empty() && open.is_empty() && provider.is_none() && record.waived.is_empty() {
        return;
    }
    html.push_str("<section><h2>Why</h2><ul class=\"why\">");
    for (module, rule, says, breach) in told.iter().take(MOST_TOLD) {
        let _ = write!(
            html,
            "<li><b>{} {}</b> {} <i>What came:</i> {}</li>",
            escape(&module.id),
            escape(rule),
            escape(says),
            escape(&breach.came)
        );
    }
    if told.len() > MOST_TOLD {
        let _ = write!(html, "<li>and {} more, in the evidence</li>", told.len() - MOST_TOLD);
    }
    for (state, what) in [
        (ModuleState::NotObserved, "not shown, or not to the end"),
        (ModuleState::Review, "waiting for a person's answer"),
        (ModuleState::Void, "spoilt by the referee, not by the partner"),
    ] {
        let ids: Vec<&str> =
            open.iter().filter(|module| module.state == state).map(|module| module.id.as_str()).collect();
        if !ids.is_empty() {
            let _ = write!(html, "<li>{}: {what}.</li>", escape(&ids.join(", ")));
        }
    }
    for waived in &record.waived {
        let _ = write!(
            html,
            "<li><b>{}</b> is waived until {}: {} ({})</li>",
            escape(&waived.id),
            escape(&waived.until),
            escape(&waived.reason),
            escape(&waived.owner)
        );
    }
    if let Some(provider) = provider {
        let _ = write!(
            html,
            "<li>The service ({}) {}: {}</li>",
            escape(&provider.environment),
            escape(&provider.verdict),
            escape(&provider.others.first().cloned().unwrap_or_default())
        );
    }
    html.push_str("</ul></section>\n");
}

fn rests_on(html: &mut String, record: &Record) {
    let mut says: Vec<String> = Vec::new();
    if let Some(provider) = record.provider.as_ref().filter(|provider| provider.verdict == "passed") {
        let cases = count(usize::try_from(provider.passed).unwrap_or(usize::MAX), "case");
        says.push(format!(
            "The other half: the service answered this partner as documented in {cases} ({}).",
            escape(&provider.environment)
        ));
    }
    if !record.attested.is_empty() {
        let by: Vec<String> = record
            .attested
            .iter()
            .map(|attested| {
                format!("{} ({}: {})", escape(&attested.rule), escape(&attested.by), escape(&attested.answer))
            })
            .collect();
        says.push(format!("Attested by people, not seen on the wire: {}.", by.join("; ")));
    }
    if !record.not_scored.is_empty() {
        let out: Vec<String> =
            record.not_scored.iter().map(|out| format!("{} ({})", escape(&out.module), escape(&out.reason))).collect();
        says.push(format!("Not scored in this version of the profile: {}.", out.join("; ")));
    }
    if !record.ambiguities_touched.is_empty() {
        says.push(format!(
            "Where the documentation can be read in two ways, the contract's reading was used: {}.",
            escape(&record.ambiguities_touched.join(", "))
        ));
    }
    says.push("Nothing is said about webhooks and callbacks: no document describes them. What happens on the service's own pages was not judged.".to_owned());
    html.push_str("<section class=\"small\"><h2>What this rests on</h2><ul>");
    for sentence in says {
        let _ = write!(html, "<li>{sentence}</li>");
    }
    html.push_str("</ul></section>\n");
}

fn footer(html: &mut String, record: &Record) {
    html.push_str("<footer class=\"small\"><h2>How to check this page</h2>");
    match Predicate::of(record).map(|predicate| predicate.issuer) {
        Some(Issuer { key_id, .. }) => {
            let _ = write!(
                html,
                "<p>The page is one file of the dossier <code>{}</code>. <code>proviso certify verify {0} --key KEY.pub</code> \
                 checks every file and the signature of the key <code>{}</code>; <code>sha256sum -c SHA256SUMS</code> and OpenSSL do it without Proviso.</p>",
                escape(&record.dossier),
                escape(&key_id)
            );
            html.push_str("<div class=\"sign\"><span>For the certification desk: date, name</span><span>For the board: date, name</span></div>");
        }
        None => html.push_str("<p>This page is not signed and proves nothing yet.</p>"),
    }
    let _ = writeln!(html, "</footer>");
}

/// `2026-11-30` of a time.
fn day(time: &str) -> String {
    time.get(..10).unwrap_or(time).to_owned()
}

/// `2026-11-30 10:42 UTC` of a time.
fn minute(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A text as HTML; what a partner wrote stays text.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter if letter.is_control() => html.push('\u{fffd}'),
            letter => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::super::testing::record;
    use super::*;

    #[test]
    fn what_a_partner_wrote_stays_text() {
        let mut record = record();
        record.partner.name = "<script>alert('x')</script>".to_owned();
        let html = page(&record);
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(!html.contains("<script"));
    }

    #[test]
    fn each_verdict_has_its_sentence_and_nothing_unsigned_looks_signed() {
        let mut record = record();
        assert!(page(&record).contains("<h1>Certified</h1><p>1 of 2 modules shown."));
        record.issued = None;
        assert!(page(&record).contains("<h1>Would be certified</h1>"));
        record.verdict = Verdict::NotKnown;
        let html = page(&record);
        assert!(html.contains("<h1>Not known</h1>") && html.contains("proves nothing yet"));
        record.verdict = Verdict::Certified;
        record.mode = Mode::Rehearsal;
        let html = page(&record);
        assert!(html.contains("<h1>Rehearsed</h1>") && html.contains("it certifies nothing"));
    }
}
