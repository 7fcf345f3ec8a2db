//! Dossiers on disk through the program: closed, signed, verified, flipped, zipped; and verified without the program.

use super::bench::{Bench, CONTRACT, PROFILES, RULES, judge};
use proviso::conduct::dossier::Envelope;
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
