//! Signing and verifying whole dossiers, and everything that must not be believed.

use super::super::record::{Mode, Pinned, Verdict};
use super::testing::{record, time};
use super::*;

/// A signed dossier and its key.
fn signed_by(keys: &[&SigningKey], change: impl FnOnce(&mut super::super::record::Record)) -> Files {
    let mut record = record();
    change(&mut record);
    let mut files = Files::from([
        (JOURNAL.to_owned(), b"{\"opened\":{}}\n".to_vec()),
        (CASE.to_owned(), record.to_json().unwrap().into_bytes()),
        (PAGE.to_owned(), page(&record).into_bytes()),
        (PROFILE.to_owned(), b"profile: type-4\n".to_vec()),
        (CONTRACT.to_owned(), b"openapi: 3.1.0\n".to_vec()),
        ("report/index.html".to_owned(), b"<!doctype html>".to_vec()),
    ]);
    for key in keys {
        sign(&mut files, Predicate::of(&record).unwrap(), key.public(), |bytes| Ok(key.sign(bytes))).unwrap();
    }
    files
}

fn key() -> SigningKey {
    SigningKey::generate().unwrap().0
}

fn named(name: &str, key: &SigningKey) -> NamedKey {
    NamedKey { name: name.to_owned(), key: key.public().clone() }
}

fn verify_at(files: &Files, keys: &[NamedKey], at: &str) -> (Standing, Vec<&'static str>) {
    let revocations = Revocations::default();
    let verifier = Verifier { keys, require: &[], at: time(at), revocations: &revocations, released: &[] };
    let found = verifier.verify(files);
    let mut codes: Vec<&str> = found.reasons.iter().map(|reason| reason.code.name()).collect();
    codes.dedup();
    (found.standing, codes)
}

fn verify(files: &Files, keys: &[NamedKey]) -> (Standing, Vec<&'static str>) {
    verify_at(files, keys, "2026-12-24T00:00:00Z")
}

#[test]
fn a_dossier_is_certified_until_its_last_day() {
    let desk = key();
    let files = signed_by(&[&desk], |_| {});
    let keys = [named("desk", &desk)];
    assert_eq!(verify(&files, &keys), (Standing::Certified, vec![]));
    assert_eq!(verify_at(&files, &keys, "2026-11-30T11:59:59Z"), (Standing::Untrusted, vec!["certificate.not-yet"]));
    assert_eq!(verify_at(&files, &keys, "2027-11-30T12:00:01Z"), (Standing::NotCertified, vec!["certificate.expired"]));
}

#[test]
fn signing_twice_gives_the_same_bytes() {
    let desk = key();
    let once = signed_by(&[&desk], |_| {});
    assert_eq!(signed_by(&[&desk], |_| {}), once);
    assert_eq!(signed_by(&[&desk, &desk], |_| {}), once);
}

#[test]
fn two_may_have_to_sign_and_both_must_be_known() {
    let (desk, partner) = (key(), key());
    let both = signed_by(&[&desk, &partner], |_| {});
    let keys = [named("desk", &desk), named("partner", &partner)];
    assert_eq!(verify(&both, &keys), (Standing::Certified, vec![]));
    assert_eq!(verify(&both, &keys[..1]), (Standing::Untrusted, vec!["key.unknown"]));
    let one = signed_by(&[&desk], |_| {});
    let revocations = Revocations::default();
    let require = ["desk".to_owned(), "partner".to_owned()];
    let at = time("2026-12-24T00:00:00Z");
    let verifier = Verifier { keys: &keys, require: &require, at, revocations: &revocations, released: &[] };
    let found = verifier.verify(&one);
    assert_eq!(found.reasons, [Reason::new(ReasonCode::SignatureMissing, "`partner` has to sign")]);
    assert_eq!(verifier.verify(&both).standing, Standing::Certified);
}

#[test]
fn a_verdict_that_is_not_the_best_is_authentic_all_the_same() {
    let desk = key();
    let keys = [named("desk", &desk)];
    let files = signed_by(&[&desk], |record| record.verdict = Verdict::NotCertified);
    assert_eq!(verify(&files, &keys), (Standing::NotCertified, vec!["verdict.not-certified"]));
    let files = signed_by(&[&desk], |record| record.verdict = Verdict::NotKnown);
    assert_eq!(verify(&files, &keys), (Standing::NotCertified, vec!["verdict.not-known"]));
    let files = signed_by(&[&desk], |record| record.mode = Mode::Rehearsal);
    assert_eq!(verify(&files, &keys), (Standing::NotCertified, vec!["mode.rehearsal"]));
    let files = signed_by(&[&desk], |record| record.environment.time_scale = 60.into());
    assert_eq!(verify(&files, &keys), (Standing::NotCertified, vec!["mode.rehearsal"]));
}

#[test]
fn a_released_profile_must_be_the_released_one() {
    let desk = key();
    let files = signed_by(&[&desk], |_| {});
    let keys = [named("desk", &desk)];
    let revocations = Revocations::default();
    let at = time("2026-12-24T00:00:00Z");
    let standing = |released: &[Pinned]| {
        Verifier { keys: &keys, require: &[], at, revocations: &revocations, released }.verify(&files).standing
    };
    let pinned =
        |id: &str, digit: &str| Pinned { id: id.to_owned(), version: "1".to_owned(), sha256: digit.repeat(64) };
    assert_eq!(standing(&[pinned("type-4", "0")]), Standing::Certified);
    assert_eq!(standing(&[pinned("type-4", "1")]), Standing::Untrusted);
    assert_eq!(standing(&[pinned("type-5", "1")]), Standing::Certified);
}

#[test]
fn what_was_revoked_is_not_certified() {
    let desk = key();
    let files = signed_by(&[&desk], |_| {});
    let keys = [named("desk", &desk)];
    let none = Revocations::default();
    let at = time("2026-12-24T00:00:00Z");
    let with = |revocations: &Revocations| {
        Verifier { keys: &keys, require: &[], at, revocations, released: &[] }.verify(&files)
    };
    let id = with(&none).certificate.unwrap();
    let list = format!("revocations: [{{ certificate: '{id}', at: 2026-12-01T00:00:00Z, reason: it polls too fast }}]");
    let found = with(&Revocations::parse(&list).unwrap());
    assert_eq!(found.standing, Standing::NotCertified);
    assert_eq!(found.reasons[0].about, "at 2026-12-01T00:00:00.000000Z: it polls too fast");
}

#[test]
fn another_key_says_nothing() {
    let (desk, other) = (key(), key());
    let files = signed_by(&[&desk], |_| {});
    assert_eq!(
        verify(&files, &[named("desk", &other)]),
        (Standing::Untrusted, vec!["signature.missing", "key.unknown"])
    );
    assert_eq!(verify(&files, &[]).0, Standing::Untrusted);
}

#[test]
fn no_byte_of_any_file_can_be_changed() {
    // tests/it/certify flips as many as it is told, through the program's own reading of files.
    let (desk, partner) = (key(), key());
    let keys = [named("desk", &desk), named("partner", &partner)];
    let files = signed_by(&[&desk, &partner], |_| {});
    let names: Vec<&String> = files.keys().collect();
    let mut random = fastrand::Rng::with_seed(16);
    for _ in 0..300 {
        let name = names[random.usize(..names.len())];
        let mut changed = files.clone();
        let content = changed.get_mut(name).unwrap();
        let place = random.usize(..content.len());
        let other = random.u8(1..);
        content[place] ^= other;
        let (standing, reasons) = verify(&changed, &keys);
        assert_eq!(standing, Standing::Untrusted, "{name} at {place} ^ {other}: {reasons:?}");
        assert!(!reasons.is_empty());
    }
}

#[test]
fn the_other_alphabet_and_spaces_count_as_changes() {
    // Not at random: the other alphabet of base64, a space, an end of line, each at many places and at all of the last.
    let desk = key();
    let keys = [named("desk", &desk)];
    let files = signed_by(&[&desk], |_| {});
    let certificate = files[CERTIFICATE].clone();
    for place in (0..certificate.len()).filter(|place| place % 37 == 0 || certificate.len() - place < 100) {
        for other in [b'-', b'_', b'+', b'/', b'=', b'A', b' ', b'\n', b'\r'] {
            if certificate[place] == other {
                continue;
            }
            let mut changed = files.clone();
            changed.get_mut(CERTIFICATE).unwrap()[place] = other;
            assert_ne!(verify(&changed, &keys).0, Standing::Certified, "{place} {}", char::from(other));
        }
    }
}

#[test]
fn no_line_and_no_file_can_be_removed_or_added() {
    let desk = key();
    let keys = [named("desk", &desk)];
    let files = signed_by(&[&desk], |_| {});
    for name in files.keys() {
        let mut changed = files.clone();
        changed.remove(name);
        assert_eq!(verify(&changed, &keys).0, Standing::Untrusted, "without {name}");
    }
    let mut added = files.clone();
    added.insert("report/extra.txt".to_owned(), Vec::new());
    assert_eq!(verify(&added, &keys), (Standing::Untrusted, vec!["subject.extra"]));
    let text = String::from_utf8(files[CERTIFICATE].clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    for changed in [
        format!("{}\n", lines[0]),
        format!("{}\n", lines[1]),
        format!("{}\n{}\n", lines[1], lines[0]),
        format!("{}\n{}\n{}\n", lines[0], lines[1], lines[1]),
        text.replace('\n', "\r\n"),
        String::new(),
        text.trim_end().to_owned(),
    ] {
        let mut files = files.clone();
        files.insert(CERTIFICATE.to_owned(), changed.clone().into_bytes());
        assert_eq!(verify(&files, &keys).0, Standing::Untrusted, "{changed}");
    }
}

#[test]
fn a_statement_with_a_member_twice_is_none() {
    let desk = key();
    let mut files = signed_by(&[&desk], |_| {});
    let text = files[CERTIFICATE].split(|byte| *byte == b'\n').next().unwrap().to_vec();
    let mut envelope = Envelope::parse(&text).unwrap();
    let payload = String::from_utf8(envelope.payload).unwrap();
    envelope.payload = payload.replacen("\"verdict\":", "\"verdict\":\"certified\",\"verdict\":", 1).into_bytes();
    envelope.signatures[0].signature = desk.sign(&envelope.signed_bytes());
    files.insert(CERTIFICATE.to_owned(), (envelope.line().unwrap() + "\n").into_bytes());
    assert_eq!(verify(&files, &[named("desk", &desk)]), (Standing::Untrusted, vec!["statement.type"]));
}

#[test]
fn other_folders_are_no_dossiers_and_an_unsigned_one_is_not_trusted() {
    assert_eq!(verify(&Files::new(), &[]), (Standing::NoDossier, vec!["dossier.none"]));
    let other = Files::from([("README.md".to_owned(), Vec::new())]);
    assert_eq!(verify(&other, &[]), (Standing::NoDossier, vec!["dossier.none"]));
    assert_eq!(verify(&signed_by(&[], |_| {}), &[]), (Standing::Untrusted, vec!["signature.missing"]));
}

#[test]
fn a_signer_that_signs_something_else_is_found_out() {
    let (desk, other) = (key(), key());
    let record = record();
    let mut files = Files::from([(CASE.to_owned(), record.to_json().unwrap().into_bytes())]);
    let before = files.clone();
    let predicate = Predicate::of(&record).unwrap();
    let signed = sign(&mut files, predicate.clone(), desk.public(), |bytes| Ok(other.sign(bytes)));
    assert_eq!(signed, Err(SignError::Mismatch));
    let signed = sign(&mut files, predicate, desk.public(), |_| Err("no card".to_owned()));
    assert_eq!(signed, Err(SignError::Signer("no card".to_owned())));
    assert_eq!(files, before);
}

#[test]
fn a_zip_file_holds_the_same_files_and_a_hostile_one_is_refused() {
    let desk = key();
    let files = signed_by(&[&desk], |_| {});
    let zipped = write_zip("acme-20261130", &files).unwrap();
    assert_eq!(write_zip("acme-20261130", &files).unwrap(), zipped, "the same bytes again");
    assert_eq!(read_zip(&zipped).unwrap(), files);
    for length in [0, 1, 30, zipped.len() / 2, zipped.len() - 1] {
        assert!(read_zip(&zipped[..length]).is_err(), "cut after {length}");
    }
    for name in ["../evil", "a/../../evil", "/etc/passwd", "a\\..\\b"] {
        let hostile = write_zip("x", &Files::from([("a".repeat(name.len() - 2), Vec::new())])).unwrap();
        let inside = format!("x/{}", "a".repeat(name.len() - 2));
        let hostile = replaced(&hostile, inside.as_bytes(), name.as_bytes());
        let error = read_zip(&hostile).unwrap_err();
        assert!(error.contains("not allowed"), "{name}: {error}");
    }
}

/// Bytes with every occurrence of some replaced by as many others.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = bytes.to_vec();
    for place in 0..=bytes.len() - old.len() {
        if bytes[place..].starts_with(old) {
            bytes[place..place + old.len()].copy_from_slice(new);
        }
    }
    bytes
}
