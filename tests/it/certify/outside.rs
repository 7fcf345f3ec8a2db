//! Dossiers on disk through the program: closed, signed, verified, flipped, zipped; and verified without the program.

use super::bench::{Bench, CONTRACT, PROFILES, RULES, judge};
use proviso::conduct::dossier::{Envelope, sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for each test, removed afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("proviso-certify-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the program in a folder and answers with its exit code and everything it said.
pub(crate) fn certify(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proviso"));
    command.args(["--color", "never", "certify"]).args(args).current_dir(folder).stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// A dossier of a certification of type 2 that the right partner went through, on virtual time, and that nobody closed yet.
pub(super) fn certified(folder: &Path) {
    certified_as(folder, 0);
}

/// The same of one of the profiles.
fn certified_as(folder: &Path, profile: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let journal = runtime.block_on(async {
        let bench = Bench::new(judge(PROFILES[profile].0));
        bench.serve(&bench.partner(None), &[]).await;
        tokio::time::sleep(std::time::Duration::from_secs(40 * 60)).await;
        bench.journal.text()
    });
    let case = folder.join("acme-20261130");
    std::fs::create_dir_all(&case).unwrap();
    for (name, content) in [
        ("journal.jsonl", journal.as_slice()),
        ("profile.yaml", PROFILES[profile].1.as_bytes()),
        ("rules.yaml", RULES.as_bytes()),
        ("contract.yaml", CONTRACT.as_bytes()),
    ] {
        std::fs::write(case.join(name), content).unwrap();
    }
}

const CASE: &str = "acme-20261130";

#[test]
fn a_dossier_is_closed_signed_and_verified_and_no_byte_of_it_can_be_changed() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    assert_eq!(certify(at, &["keygen", "desk"]).0, 0);
    assert_eq!(certify(at, &["keygen", "desk"]).0, 3, "a key is never overwritten");
    assert_eq!(certify(at, &["keygen", "partner"]).0, 0);
    let (exit, said) = certify(at, &["sign", CASE, "--key", "desk.key"]);
    assert_eq!(exit, 3, "an open one is not signed: {said}");
    let (exit, said) = certify(at, &["close", CASE]);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("8 modules: 8 passed"), "{said}");
    let (exit, said) = certify(at, &["verify", CASE, "--key", "desk.pub"]);
    assert_eq!(exit, 5, "an unsigned one is not trusted: {said}");
    let (exit, said) =
        certify(at, &["sign", CASE, "--key", "desk.key", "--at", "2026-12-01T12:00:00Z", "--zip", "acme.zip"]);
    assert_eq!(exit, 0, "{said}");
    let verify = ["verify", CASE, "--key", "desk.pub", "--at", "2026-12-24"];
    let (exit, said) = certify(at, &verify);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("certified") && said.contains("signed by desk"), "{said}");
    assert_eq!(certify(at, &["verify", "acme.zip", "--key", "desk.pub", "--at", "2026-12-24"]).0, 0);
    assert_eq!(certify(at, &["verify", CASE, "--key", "partner.pub", "--at", "2026-12-24"]).0, 5);
    assert_eq!(certify(at, &["verify", CASE, "--key", "desk.pub", "--at", "2028-01-01"]).0, 1);
    // The other commands leave it as it is.
    for command in ["status", "show"] {
        assert_eq!(certify(at, &[command, CASE]).0, 0, "{command}");
    }
    assert_eq!(certify(at, &["arm", CASE, "M01"]).0, 3);
    assert_eq!(certify(at, &["regrade", "."]).0, 0, "the journal comes to what the record says");
    assert_eq!(certify(at, &verify).0, 0);
    // Signing again changes nothing; a second signature is added, and then both keys are needed.
    let certificate = at.join(CASE).join("certificate.intoto.jsonl");
    let before = std::fs::read(&certificate).unwrap();
    assert_eq!(certify(at, &["sign", CASE, "--key", "desk.key"]).0, 0);
    assert_eq!(std::fs::read(&certificate).unwrap(), before);
    assert_eq!(certify(at, &["sign", CASE, "--key", "partner.key"]).0, 0);
    let both = [
        "verify",
        CASE,
        "--key",
        "desk.pub",
        "--key",
        "partner.pub",
        "--require",
        "desk,partner",
        "--at",
        "2026-12-24",
    ];
    let (exit, said) = certify(at, &both);
    assert_eq!(exit, 0, "{said}");
    // As many flips as PROVISO_FLIPS says, a few without it, each through the program's own reading of the folder.
    let flips: usize = std::env::var("PROVISO_FLIPS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let files = files_below(&at.join(CASE));
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..flips {
        let path = &files[random.usize(..files.len())];
        let content = std::fs::read(path).unwrap();
        let mut changed = content.clone();
        let place = random.usize(..changed.len());
        changed[place] ^= random.u8(1..);
        std::fs::write(path, &changed).unwrap();
        let (exit, said) = certify(at, &both);
        assert!(exit == 5 && said.contains("cannot be trusted"), "{} at {place}: {exit} {said}", path.display());
        std::fs::write(path, content).unwrap();
    }
    std::fs::write(at.join(CASE).join("note.txt"), "x").unwrap();
    let (exit, said) = certify(at, &both);
    assert!(exit == 5 && said.contains("subject.extra"), "{said}");
}

fn files_below(path: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn openssl_verifies_what_was_signed_and_sha256sum_the_files() {
    let have =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !(Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success())
        && have("sha256sum"))
    {
        // Both are on every machine that this is built on; on others there is nothing to try it with.
        return;
    }
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    assert_eq!(certify(at, &["keygen", "desk"]).0, 0);
    assert_eq!(certify(at, &["close", CASE]).0, 0);
    assert_eq!(certify(at, &["sign", CASE, "--key", "desk.key", "--at", "2026-12-01T12:00:00Z"]).0, 0);
    let text = std::fs::read(at.join(CASE).join("certificate.intoto.jsonl")).unwrap();
    let line = text.split(|byte| *byte == b'\n').next().unwrap();
    let envelope = Envelope::parse(line).unwrap();
    std::fs::write(at.join("pae.bin"), envelope.signed_bytes()).unwrap();
    std::fs::write(at.join("sig.bin"), &envelope.signatures[0].signature).unwrap();
    let verify = || {
        let args =
            ["pkeyutl", "-verify", "-pubin", "-inkey", "desk.pub", "-rawin", "-in", "pae.bin", "-sigfile", "sig.bin"];
        Command::new("openssl").args(args).current_dir(at).output().unwrap().status.success()
    };
    assert!(verify());
    let mut other = envelope.signed_bytes();
    other[60] ^= 1;
    std::fs::write(at.join("pae.bin"), other).unwrap();
    assert!(!verify());
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(at.join(CASE))
        .output()
        .unwrap();
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stderr));
    // The private key is one that OpenSSL reads, and makes the same public one of.
    let public = Command::new("openssl").args(["pkey", "-in", "desk.key", "-pubout"]).current_dir(at).output().unwrap();
    assert_eq!(public.stdout, std::fs::read(at.join("desk.pub")).unwrap());
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    certify(at, &["keygen", "desk"]);
    certify(at, &["close", CASE]);
    let mode = |mode| std::fs::set_permissions(at.join("desk.key"), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let (exit, said) = certify(at, &["sign", CASE, "--key", "desk.key"]);
    assert!(exit == 3 && said.contains("others can read the private key"), "{said}");
    mode(0o600);
    let (exit, said) = certify(at, &["sign", CASE, "--key", "desk.pub"]);
    assert!(exit == 3, "{said}");
}

#[test]
fn a_program_may_sign_in_place_of_a_key() {
    if !Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
        return;
    }
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    certify(at, &["keygen", "desk"]);
    certify(at, &["close", CASE]);
    std::fs::write(at.join("signer.sh"), "cat > in.bin\nopenssl pkeyutl -sign -inkey desk.key -rawin -in in.bin\n")
        .unwrap();
    let (exit, said) = certify(
        at,
        &["sign", CASE, "--signer", "sh signer.sh", "--public", "desk.pub", "--at", "2026-12-01T12:00:00Z"],
    );
    assert_eq!(exit, 0, "{said}");
    assert_eq!(certify(at, &["verify", CASE, "--key", "desk.pub", "--at", "2026-12-24"]).0, 0);
    std::fs::write(at.join("signer.sh"), "cat > in.bin\necho no card >&2\nexit 1\n").unwrap();
    certify(at, &["keygen", "other"]);
    let (exit, said) = certify(at, &["sign", CASE, "--signer", "sh signer.sh", "--public", "other.pub"]);
    assert!(exit == 3 && said.contains("the signer failed"), "{said}");
}

#[test]
fn a_certificate_can_be_revoked() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    certify(at, &["keygen", "desk"]);
    certify(at, &["close", CASE]);
    certify(at, &["sign", CASE, "--key", "desk.key", "--at", "2026-12-01T12:00:00Z"]);
    let (_, said) = certify(at, &["verify", CASE, "--key", "desk.pub", "--at", "2026-12-24", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    let id = value["certificate"].as_str().unwrap();
    std::fs::write(
        at.join("revoked.yaml"),
        format!("revocations:\n  - {{ certificate: '{id}', at: 2026-12-10T00:00:00Z, reason: it polls too fast }}\n"),
    )
    .unwrap();
    let (exit, said) =
        certify(at, &["verify", CASE, "--key", "desk.pub", "--at", "2026-12-24", "--revocations", "revoked.yaml"]);
    assert!(exit == 1 && said.contains("certificate.revoked"), "{said}");
    let (exit, _) =
        certify(at, &["verify", CASE, "--key", "desk.pub", "--at", "2026-12-05", "--revocations", "revoked.yaml"]);
    assert_eq!(exit, 0);
}

#[test]
fn a_new_contract_makes_the_modules_due_that_went_through_what_it_breaks() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    certify(at, &["close", CASE]);
    std::fs::write(at.join("old.yaml"), CONTRACT).unwrap();
    let (exit, said) = certify(at, &["due", "old.yaml", "old.yaml", CASE]);
    assert!(exit == 0 && said.contains("nothing is due"), "{said}");
    // The session's answer is of another code: whoever opens sessions has to show it again.
    let new = CONTRACT.replace("PSS-S-000", "PSS-S-200");
    assert_ne!(new, CONTRACT);
    std::fs::write(at.join("new.yaml"), new).unwrap();
    let (exit, said) = certify(at, &["due", "old.yaml", "new.yaml", "."]);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("createSession") && said.contains("8 modules to show again"), "{said}");
    let (exit, said) = certify(at, &["due", "old.yaml", "new.yaml", CASE, "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((exit, value["partners"][0]["modules"].as_array().unwrap().len()), (1, 8));
}

#[test]
fn the_other_half_gets_its_section_and_another_profile_another_verdict() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    let suites = concat!(env!("CARGO_MANIFEST_DIR"), "/suites");
    let (exit, said) = certify(at, &["provider", CASE, "--env", "sandbox", "--folder", suites]);
    assert!(exit == 0 && said.contains("the service (sandbox) passed"), "{said}");
    assert_eq!(certify(at, &["close", CASE]).0, 0);
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(at.join(CASE).join("case.json")).unwrap()).unwrap();
    assert_eq!(record["provider"]["verdict"], "passed");
    assert!(record["provider"]["passed"].as_u64().unwrap() >= 1);
    // A profile that asks for more than was shown: no longer certified.
    let more =
        PROFILES[0].1.replace("profile: type-2", "profile: stricter").replace("expect: [C26]", "expect: [C26, C23]");
    assert_ne!(more, PROFILES[0].1);
    std::fs::write(at.join("stricter.yaml"), more).unwrap();
    let (exit, said) = certify(at, &["regrade", ".", "--profile", "stricter.yaml"]);
    assert_eq!(exit, 1, "{said}");
    assert!(
        said.contains("Acme Lending not known, was certified") && said.contains("M02 not observed, was passed"),
        "{said}"
    );
    let (exit, said) = certify(at, &["regrade", ".", "--profile", "stricter.yaml", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((exit, value["changed"][0]["after"].as_str()), (1, Some("not-known")));
}

/// Makes it a certification by another profile from its beginning.
fn by_another_profile(at: &Path, text: &str) {
    let path = at.join(CASE).join("journal.jsonl");
    let journal = std::fs::read_to_string(&path).unwrap();
    let (first, rest) = journal.split_once('\n').unwrap();
    let mut first: serde_json::Value = serde_json::from_str(first).unwrap();
    let (exit, said) = certify(at, &["status", CASE]);
    assert_eq!(exit, 0, "{said}");
    std::fs::write(at.join(CASE).join("profile.yaml"), text).unwrap();
    let (exit, said) = certify(at, &["status", CASE]);
    assert!(exit == 3 && said.contains("not the file that the certification was opened with"), "{said}");
    let id = text.lines().find_map(|line| line.strip_prefix("profile: ")).unwrap();
    first["what"]["opened"]["profile"] =
        serde_json::json!({ "id": id, "version": "1", "sha256": sha256(text.as_bytes()) });
    std::fs::write(&path, format!("{first}\n{rest}")).unwrap();
}

#[test]
fn a_person_answers_what_cannot_be_seen_and_for_what_is_waived() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    let asks = PROFILES[0].1.replace(
        "    expect: [C26]\n",
        "    expect: [C26]\n    ask: [{ rule: Q01, question: Is the customer told? }]\n",
    );
    assert_ne!(asks, PROFILES[0].1);
    by_another_profile(at, &asks);
    std::fs::write(at.join("shot.png"), b"picture").unwrap();
    let (exit, said) = certify(at, &["status", CASE]);
    assert_eq!(exit, 5, "{said}");
    let attest = |rule: &str, answer: &str, file: &[&str]| {
        let args: Vec<&str> = ["attest", CASE, rule, "--as", "Asha Rao, desk", "--answer", answer]
            .into_iter()
            .chain(file.iter().copied())
            .collect();
        certify(at, &args)
    };
    let (exit, said) = attest("Q99", "yes", &[]);
    assert!(exit == 3 && said.contains("no module asks for `Q99`"), "{said}");
    assert_eq!(attest("Q01", "no", &[]).0, 0);
    assert_eq!(certify(at, &["status", CASE]).0, 1, "an answer of no fails the module");
    // Somebody answers for the failure until a day.
    let waivers = "waivers: [{ module: M02, owner: Asha Rao, reason: mended in 4.3, expires: 2099-12-31 }]\n";
    std::fs::write(at.join("waivers.yaml"), waivers).unwrap();
    std::fs::write(at.join("old.yaml"), waivers.replace("2099", "2019")).unwrap();
    let (exit, said) = certify(at, &["close", CASE, "--waivers", "old.yaml"]);
    assert!(exit == 3 && said.contains("expired on 2019-12-31"), "{said}");
    let (exit, said) = certify(at, &["close", CASE, "--waivers", "waivers.yaml"]);
    assert!(exit == 0 && said.contains("1 waived"), "{said}");
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(at.join(CASE).join("case.json")).unwrap()).unwrap();
    assert_eq!(record["waived"][0]["owner"], "Asha Rao");
    assert_eq!(record["attested"][0]["by"], "Asha Rao, desk");
    assert_eq!(attest("Q01", "yes", &["--file", "shot.png"]).0, 3, "it is closed");
}

#[test]
fn what_was_attested_with_is_part_of_the_dossier() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certified(at);
    let asks = PROFILES[0].1.replace("profile: type-2", "profile: asking").replace(
        "    expect: [C26]\n",
        "    expect: [C26]\n    ask: [{ rule: Q01, question: Is the customer told? }]\n",
    );
    by_another_profile(at, &asks);
    std::fs::write(at.join("shot.png"), b"picture").unwrap();
    certify(at, &["keygen", "desk"]);
    let (exit, said) =
        certify(at, &["attest", CASE, "Q01", "--as", "Asha Rao, desk", "--answer", "yes", "--file", "shot.png"]);
    assert_eq!(exit, 0, "{said}");
    assert_eq!(certify(at, &["close", CASE]).0, 0);
    let shot = at.join(CASE).join("attested/Q01-shot.png");
    assert_eq!(std::fs::read(&shot).unwrap(), b"picture");
    std::fs::write(&shot, b"another").unwrap();
    let (exit, said) = certify(at, &["sign", CASE, "--key", "desk.key"]);
    assert!(exit == 3 && said.contains("not the file that was attested with"), "{said}");
}

/// With PROVISO_DOSSIER a signed dossier of type 5 is left in that folder, for looking at its page.
#[test]
fn a_dossier_of_type_5_is_certified() {
    let kept = std::env::var_os("PROVISO_DOSSIER").map(PathBuf::from);
    let folder = Folder::new();
    let at = kept.as_deref().unwrap_or(&folder.0);
    certified_as(at, 3);
    certify(at, &["keygen", "desk"]);
    assert_eq!(certify(at, &["close", CASE]).0, 0);
    let (exit, said) = certify(at, &["sign", CASE, "--key", "desk.key", "--at", "2026-12-01T12:00:00Z"]);
    assert_eq!(exit, 0, "{said}");
    let (exit, said) = certify(at, &["verify", CASE, "--key", "desk.pub", "--at", "2026-12-24"]);
    assert!(exit == 0 && said.contains("profile type-5 version 1"), "{said}");
    assert_eq!(certify(at, &["regrade", "."]).0, 0);
}

#[test]
fn what_is_no_dossier_is_told_apart() {
    let folder = Folder::new();
    let at = folder.0.as_path();
    certify(at, &["keygen", "desk"]);
    std::fs::create_dir(at.join("empty")).unwrap();
    std::fs::write(at.join("cut.zip"), b"PK\x03\x04").unwrap();
    for case in ["empty", "cut.zip", "missing"] {
        let (exit, said) = certify(at, &["verify", case, "--key", "desk.pub"]);
        assert_eq!(exit, 3, "{case}: {said}");
    }
    for args in [
        vec!["status", "empty"],
        vec!["close", "empty"],
        vec!["sign", "empty", "--key", "desk.key"],
        vec!["regrade", "empty"],
    ] {
        let (exit, said) = certify(at, &args);
        assert!(exit == 3 && said.contains("no dossier"), "{args:?}: {said}");
    }
}
