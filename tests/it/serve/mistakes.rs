//! What is wrong is said, with where and what next; nothing is served then.

use crate::serve::server::{Folder, Server, refused};

/// Runs the command, which must refuse with this exit code and say all of these.
#[track_caller]
fn refuses(args: &[&str], exit: i32, says: &[&str]) {
    let output = refused(args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{args:?}: {said}");
    assert!(output.stdout.is_empty(), "{args:?}");
    for words in says {
        assert!(said.contains(words), "{args:?} does not say {words}: {said}");
    }
}

#[test]
fn a_fault_file_is_told_by_its_line_with_advice() {
    let folder = Folder::new();
    let rows: [(&str, &[&str]); 6] = [
        ("faults:\n  - operation: createUsr\n    do: {}\n", &["faults.yaml:2", "did you mean `createUser`?"]),
        ("faults:\n  - do: { latancy: 2s }\n", &["faults.yaml:2:11", "did you mean `latency`?"]),
        ("faults:\n  - do: { latency: fast }\n", &["faults.yaml:2", "200ms"]),
        ("faults:\n  - when: { nth: 1, first: 2 }\n    do: {}\n", &["faults.yaml:2", "one of nth, first"]),
        ("faults: [\n", &["faults.yaml:2", "next:"]),
        ("", &["faults.yaml", "missing field `faults`", "next:"]),
    ];
    for (text, says) in rows {
        refuses(&["--fault", &folder.with("faults.yaml", text)], 3, says);
    }
}

#[test]
fn files_that_cannot_be_read_are_told_by_name() {
    let folder = Folder::new();
    let binary = folder.with("binary", b"\xff\xfe\x00");
    let (folder_path, missing) = (folder.path("."), folder.path("missing"));
    for flag in ["--fault", "--keys"] {
        refuses(&[flag, &missing], 3, &["there is no file", "missing"]);
        refuses(&[flag, &folder_path], 3, &["cannot be read"]);
        refuses(&[flag, &binary], 3, &["is not UTF-8"]);
    }
    refuses(&["--tls-cert", &missing, "--tls-key", &missing], 3, &["there is no file"]);
    refuses(&["--tls-cert", &binary, "--tls-key", &binary], 3, &["holds no certificate"]);
    refuses(&["--state", &folder_path], 3, &["is a folder"]);
    refuses(&["--state", &folder.path("no/state")], 3, &["there is no folder"]);
    refuses(&["--state", &folder.with("notes", "mine\n")], 3, &["is no state file"]);
    assert_eq!(std::fs::read_to_string(folder.path("notes")).unwrap(), "mine\n");
    refuses(&["--log", &folder_path], 3, &["cannot be read", "--log"]);
}

#[test]
fn keys_are_told_by_their_line_and_never_shown() {
    let folder = Folder::new();
    let rows = [
        ("# nobody\n\n", "holds no API key"),
        ("secret-one\nsecret two\n", "keys.txt:2"),
        ("secret-one\n# again\nsecret-one\n", "keys.txt:3"),
        ("s\u{e9}cret\n", "keys.txt:1"),
    ];
    for (text, says) in rows {
        let file = folder.with("keys.txt", text);
        refuses(&["--keys", &file], 3, &[says]);
        let said = String::from_utf8(refused(&["--keys", &file]).stderr).unwrap();
        assert!(!said.contains("cret-one") && !said.contains("cret two"), "{said}");
    }
}

#[test]
fn flags_are_told_with_what_is_near() {
    refuses(&["--persona", "aproved"], 2, &["there is approved"]);
    refuses(&["--persona", "kyc"], 2, &["kyc-otp"]);
    refuses(&["--persona", "nobody-knows"], 2, &["disbursal-failed"]);
    refuses(&["--time-scale", "0"], 2, &["0.001"]);
    refuses(&["--time-scale", "NaN"], 2, &["0.001"]);
    refuses(&["--rate", "0"], 2, &["--rate"]);
    refuses(&["--max-customers", "0"], 2, &["--max-customers"]);
    refuses(&["--tls-cert", "cert.pem"], 2, &["--tls-key"]);
    refuses(&["--processing", "soon"], 2, &["200ms"]);
}

#[test]
fn an_address_that_is_taken_is_error() {
    let server = Server::start(&[]);
    let address = &server.url["http://".len()..];
    refuses(&["--listen", address], 5, &["cannot listen", "another program"]);
}

#[test]
fn run_takes_faults_for_the_server_it_starts_and_for_no_other() {
    let folder = Folder::new();
    let suite = "suite: One\ncases:\n  - name: only\n    steps: [{ request: { method: GET, path: /healthz } }]\n";
    let (suite, wrong) = (folder.with("one.yaml", suite), folder.with("faults.yaml", "faults: 7\n"));
    let reports = folder.path("reports");
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_proviso"));
        let output = command.args(["run", &suite, "--reports", &reports]).args(more).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (exit, said) = run(&["--fault", &wrong]);
    assert_eq!(exit, Some(3), "{said}");
    assert!(said.contains("faults.yaml:1"), "{said}");
    for flags in [["--fault", wrong.as_str()], ["--persona", "bre-fails"]] {
        let (exit, said) = run(&["--base-url", "http://127.0.0.1:9", flags[0], flags[1]]);
        assert_eq!(exit, Some(2), "{said}");
        assert!(said.contains(&format!("{} is for the embedded reference server", flags[0])), "{said}");
    }
    assert!(!std::path::Path::new(&reports).exists());
}
