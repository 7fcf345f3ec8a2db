//! Writing, masking, reading back.

use crate::diagnostic::{Style, render};
use crate::event::testing::{
    Story, captured, every_promise, everything_run, exchange, found, interrupted_run, killed_run, mixed_run,
    passing_run, place, start,
};
use crate::event::{
    CaseOutcome, Event, EventKind, Exchange, FORMAT, Failure, Promise, Seen, StepError, StepErrorKind, StepOutcome,
};
use crate::journal::{Ending, Journal, ReadError, read};
use crate::report::testing::told;
use crate::report::{Junit, Terminal, Verbosity};
use crate::secret::{MASK, Redactor};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

/// A journal of these events, and the events as the journal hands them on.
fn written(events: &[Event], secrets: &[&str]) -> (String, Vec<Event>) {
    let mut out = Vec::new();
    let mut journal = Journal::new(&mut out, Redactor::new(secrets.iter().copied()));
    let handed = events
        .iter()
        .map(|event| {
            let masked = journal.mask(event.clone()).unwrap();
            journal.write().unwrap();
            masked
        })
        .collect();
    journal.flush().unwrap();
    (String::from_utf8(out).unwrap(), handed)
}

fn events(journal: &str) -> (Vec<Event>, Ending) {
    let mut entries = read(journal.as_bytes());
    let events = entries.by_ref().map(Result::unwrap).collect();
    (events, entries.ending())
}

fn refusal(journal: &[u8]) -> String {
    let error = read(journal).find_map(Result::err).unwrap();
    render(&error.explain("reports/x/journal.jsonl"), Style::Plain)
}

#[test]
fn what_is_written_is_what_is_read() {
    for (run, ending) in [
        (passing_run(), Ending::Complete),
        (mixed_run(), Ending::Complete),
        (interrupted_run(), Ending::Complete),
        (everything_run(), Ending::Complete),
        (killed_run(), Ending::Killed),
    ] {
        let (journal, handed) = written(&run, &[]);
        assert_eq!(handed, run);
        assert_eq!(journal.lines().count(), run.len());
        assert_eq!(events(&journal), (run, ending));
    }
}

#[test]
fn a_line_that_was_cut_by_the_end_of_the_process_is_left_out() {
    let run = mixed_run();
    let (journal, _) = written(&run, &[]);
    let without_break = journal.trim_end();
    assert_eq!(events(without_break), (run.clone(), Ending::Complete));
    assert_eq!(events(&without_break[..without_break.len() - 3]), (run[..run.len() - 1].to_vec(), Ending::CutShort));
    assert_eq!(events(""), (Vec::new(), Ending::Killed));
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    let (journal, _) = written(&mixed_run(), &[]);
    let lines: Vec<&str> = journal.lines().collect();
    let broken = format!("{}\n{}\n{}\n", lines[0], &lines[1][..20], lines[2]);
    insta::assert_snapshot!(refusal(broken.as_bytes()));
    // A lone surrogate is no text, and neither are bytes that are not UTF-8.
    let surrogate =
        format!("{}\n{}\n", lines[0], r#"{"at":"2026-03-01T02:30:00Z","kind":{"interrupted":{"reason":"\ud800"}}}"#);
    assert!(refusal(surrogate.as_bytes()).contains("line 2 of the journal"));
    assert!(refusal(&[lines[0].as_bytes(), b"\n\xff\xfe\n"].concat()).contains("line 2 of the journal"));
    assert!(matches!(read(&b"<html>\n"[..]).next(), Some(Err(ReadError::NotAJournal))));
    assert!(matches!(read(format!("{}\n", lines[1]).as_bytes()).next(), Some(Err(ReadError::NotAJournal))));
    assert_eq!(read(broken.as_bytes()).count(), 2);
}

#[test]
fn a_later_format_is_refused_even_where_it_looks_like_nothing_we_know() {
    let (journal, _) = written(&passing_run(), &[]);
    let later = journal.replace(&format!("\"format\":{FORMAT}"), "\"format\":9");
    insta::assert_snapshot!(refusal(later.as_bytes()), @r"
    error[journal]: the journal reports/x/journal.jsonl was written by a later Proviso
     │
     ├ why: it has format 9, and this Proviso reads formats up to 3
     ╰ next: read it with the Proviso that wrote it, or a later one
    ");
    let foreign = b"{\"kind\":{\"run_started\":{\"format\":4,\"news\":[]}}}\n";
    assert!(matches!(read(&foreign[..]).next(), Some(Err(ReadError::Newer { format: 4 }))));
}

/// RFC 3986, once more and on purpose: the test does not trust what it tests.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The forms in which a secret may travel.
fn forms(secret: &str) -> Vec<String> {
    let quoted = serde_json::Value::from(secret).to_string();
    let escaped = quoted[1..quoted.len() - 1].to_owned();
    let percent = utf8_percent_encode(secret, RESERVED).to_string();
    vec![
        secret.to_owned(),
        escaped,
        percent.replace("%20", "+"),
        percent,
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

/// A run in which a text stands in every field that can hold one.
fn full_of(text: &str) -> Vec<Event> {
    let own = || text.to_owned();
    let mut story = Story::new(&[(text, text, &[text, "b", "c"])], 1);
    if let EventKind::RunStarted(run) = &mut story.events[0].kind {
        run.command.push(own());
        for field in [&mut run.environment, &mut run.target, &mut run.host, &mut run.run, &mut run.version] {
            *field = own();
        }
    }
    let mut place = place(3, 1, 4, text);
    place.file = own();
    let mut here: Exchange = exchange("POST", 400, text);
    here.sent.url = format!("http://h/{text}");
    here.sent.headers.extend([(own(), own()), ("x".into(), own())]);
    if let (Some(received), Some(body)) = (&mut here.received, &mut here.sent.body) {
        received.headers.push(("y".into(), own()));
        body.text = own();
    }
    let mut what = found(text, text, Some(text));
    what.why = Some(own());
    let history = vec![Seen { what: own(), times: 2, from_ms: 1, to_ms: 2 }];
    let promises = vec![
        Promise::Status { expected: own(), found: 400, section: Some(own()) },
        Promise::Code {
            expected: own(),
            meaning: Some(own()),
            found: Some(own()),
            found_meaning: Some(own()),
            error: Some(own()),
        },
        Promise::Body(what.clone()),
        Promise::Header(what.clone()),
        Promise::Json { content_type: Some(own()), why: own(), excerpt: own() },
        Promise::Capture { name: own(), found: what.clone() },
        Promise::GaveUp { within_ms: 5, attempts: 2, waiting_for: vec![what.clone()], history: history.clone() },
        Promise::Hopeless { because: own(), attempts: 2, history },
    ];
    let failures = promises.into_iter().map(|promise| Failure { place: place.clone(), promise }).collect();
    story.begin(0);
    story.step(0, 0, Some(here.clone()), StepOutcome::Failed(failures));
    story.finish_step(0, 1, 1, None, StepOutcome::Skipped { reason: own() });
    story.end(0, CaseOutcome::Failed);
    story.begin(1);
    let error = StepError { kind: StepErrorKind::TimedOut, message: own(), place: place.clone() };
    story.step(1, 0, Some(here), StepOutcome::Error(Box::new(error)));
    story.end(1, CaseOutcome::Error);
    story.skip(2, text);
    story.interrupt(text);
    let mut events = story.over();
    for event in &mut events {
        if let EventKind::StepFinished(step) = &mut event.kind {
            step.name = own();
            step.operation = Some(own());
            step.place = Some(place.clone());
            step.captured.push(captured(text, text));
        }
        if let EventKind::AttemptFinished(attempt) = &mut event.kind {
            attempt.seen = vec![what.clone()];
        }
    }
    events
}

#[test]
fn a_secret_reaches_no_report_in_any_encoding() {
    for secret in ["swordfish-77", "p@ss \"w0rd\"/+é?", "line\none", "back\\slash"] {
        for form in forms(secret) {
            let (journal, handed) = written(&full_of(&form), &[secret]);
            assert_eq!(events(&journal).0, handed);
            let mut terminal = Vec::new();
            told(&mut Terminal::new(&mut terminal, Style::Plain, Verbosity::Steps, 100), &handed);
            let mut junit = Vec::new();
            told(&mut Junit::new(&mut junit), &handed);
            for report in [journal, String::from_utf8(terminal).unwrap(), String::from_utf8(junit).unwrap()] {
                for form in forms(secret) {
                    assert!(!report.contains(&form), "{form:?} of {secret:?} in {report}");
                }
                assert!(report.contains(MASK));
            }
        }
    }
}

#[test]
fn a_secret_that_looks_like_the_format_neither_breaks_nor_loses_an_event() {
    // Digits that occur as numbers, names and words of the format, a part of every time, and half an escape.
    for secret in
        ["12000", "4200", "outcome", "passed", "run_started", "unreachable", "2026", "nline", "\",\"name", "true"]
    {
        let mut run = everything_run();
        run.extend(full_of(&format!("before {secret}\nline after")));
        let (journal, handed) = written(&run, &[secret]);
        assert_eq!(handed.len(), run.len());
        assert_eq!(events(&journal).0, handed);
        for (masked, event) in handed.iter().zip(&run) {
            assert_eq!(masked.at, event.at);
            assert_eq!(std::mem::discriminant(&masked.kind), std::mem::discriminant(&event.kind));
            if let (EventKind::StepFinished(masked), EventKind::StepFinished(event)) = (&masked.kind, &event.kind) {
                assert_eq!(std::mem::discriminant(&masked.outcome), std::mem::discriminant(&event.outcome));
                assert_eq!(masked.took_us, event.took_us);
                assert!(!masked.name.contains(secret), "{masked:?}");
            }
            if let (EventKind::CaseFinished(masked), EventKind::CaseFinished(event)) = (&masked.kind, &event.kind) {
                assert_eq!(std::mem::discriminant(&masked.outcome), std::mem::discriminant(&event.outcome));
            }
        }
    }
}

#[test]
fn credentials_are_masked_by_where_they_stand() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    if let EventKind::RunStarted(run) = &mut story.events[0].kind {
        run.target = "https://user:hunter2@host/v1".into();
        run.command.push("--base-url=https://user:hunter2@host/v1".into());
    }
    let mut here = exchange("GET", 200, "{}");
    here.sent.url = "https://user:hunter2@host/v1?mail=a@b".into();
    here.sent.headers = vec![("Authorization".into(), "Basic hunter2".into()), ("accept".into(), "*/*".into())];
    here.received.as_mut().unwrap().headers = vec![("set-cookie".into(), "sid=hunter2".into())];
    let promise = Promise::Header(found("Set-Cookie", "a text", Some("\"sid=hunter2\"")));
    story.fail(0, here, vec![promise]);
    let (journal, handed) = written(&story.over(), &[]);
    assert!(!journal.contains("hunter2"), "{journal}");
    assert!(journal.contains("https://[secret]@host/v1?mail=a@b") && journal.contains(r#"["accept","*/*"]"#));
    assert_eq!(events(&journal).0, handed);
}

/// Any event that has texts in it, with any texts.
fn any_event() -> impl Strategy<Value = Event> {
    let promise =
        (0..every_promise().len(), any::<String>(), any::<u16>()).prop_map(
            |(index, text, number)| match every_promise().swap_remove(index).2 {
                Promise::Body(_) => Promise::Body(found(&text, &text, Some(&text))),
                Promise::Status { .. } => Promise::Status { expected: text, found: number, section: None },
                Promise::Json { .. } => Promise::Json { content_type: None, why: text.clone(), excerpt: text },
                other => other,
            },
        );
    (promise, any::<String>(), 0..1_000_000_u32).prop_map(|(promise, text, number)| {
        let mut story = Story::new(&[(&text, &text, &[&text])], number);
        let failure = Failure { place: place(1, 1, 1, &text), promise };
        story.finish_step(
            0,
            number as usize,
            number,
            Some(exchange("PUT", 1, &text)),
            StepOutcome::Failed(vec![failure]),
        );
        let index = number as usize % story.events.len();
        Event { at: start(), ..story.events.swap_remove(index) }
    })
}

proptest! {
    #[test]
    fn any_event_survives_the_journal(event in any_event(), secret in ".{4,8}") {
        let first = passing_run().swap_remove(0);
        let (journal, handed) = written(&[first.clone(), event.clone()], &[]);
        prop_assert_eq!(&handed[1], &event);
        prop_assert_eq!(events(&journal).0, handed);
        let (journal, handed) = written(&[first, event], &[&secret]);
        prop_assert_eq!(events(&journal).0, handed);
    }
}

#[test]
fn a_verdict_that_somebody_wrote_into_a_journal_is_not_believed() {
    let (text, _) = written(&mixed_run(), &[]);
    let changed = text.replace(r#""case":2,"outcome":"failed""#, r#""case":2,"outcome":"passed""#);
    assert_ne!(changed, text);
    let problem = read(changed.as_bytes()).find_map(Result::err).unwrap();
    let said = render(&problem.explain("x"), Style::Plain);
    assert!(said.contains("it says that case 2 passed, and a step of it failed"), "{said}");
    let many = text.replacen(r#""rounds":1"#, r#""rounds":4294967295"#, 1);
    let problem = read(many.as_bytes()).next().unwrap().unwrap_err();
    assert!(render(&problem.explain("x"), Style::Plain).contains("cases to run"));
    assert!(read(text.as_bytes()).all(|entry| entry.is_ok()));
}
