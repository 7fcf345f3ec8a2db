//! The program as the desk and a partner's CI use it: `certify open` in a process of its own, called over a socket.

use super::bench::{Partner, partner};
use super::outside::{Folder, certify};
use bytes::Bytes;
use socket::Socket;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

const KEY: &str = "partner-key-of-acme";

/// A `certify open` that runs; dropping it kills it.
struct Open {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl Open {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proviso"));
        command
            .args(["--color", "never", "certify", "open", "--listen", "127.0.0.1:0", "--partner", "acme.yaml"])
            .args(args);
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        stdout.read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Self { child, stdout, url }
    }

    /// Waits until it ends by itself.
    fn ended(mut self) -> (i32, String) {
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code().unwrap(), said)
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[path = "../../partners/socket.rs"]
mod socket;

fn calling(url: &str, archetype: u8, scale: f64, mistake: Option<&str>) -> Partner {
    Partner {
        wire: Arc::new(Socket::new(url, scale)),
        key: KEY.to_owned(),
        archetype,
        mistake: mistake.map(str::to_owned),
    }
}

fn prepared() -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.0.join("acme.yaml"), "partner: Acme Lending\nproduct: los\nbuild: 4.2.0\nkeys: acme.keys\n")
        .unwrap();
    std::fs::write(folder.0.join("acme.keys"), format!("{KEY}\n")).unwrap();
    folder
}

/// All eight customers of the sheet of type 2, at once.
fn serve(url: &str, scale: f64, mistake: Option<&str>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut all = Vec::new();
        for number in 1..=8 {
            let partner = calling(url, 2, scale, mistake);
            all.push(tokio::spawn(async move {
                partner.serve(&format!("C{number}"), &format!("90002000{number:02}")).await;
            }));
        }
        for one in all {
            one.await.unwrap();
        }
    });
}

#[test]
fn a_rehearsal_over_a_socket_ends_by_itself_with_its_verdict_and_is_not_signed() {
    let folder = prepared();
    let args = ["--profile", "type-2", "--rehearsal", "--time-scale", "100", "--case", "acme", "--close-when-done"];
    let open = Open::start(&folder.0, &args);
    serve(&open.url, 100.0, None);
    let (exit, said) = open.ended();
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("REHEARSAL") && said.contains("8 modules: 8 passed"), "{said}");
    certify(&folder.0, &["keygen", "desk"]);
    let (exit, said) = certify(&folder.0, &["sign", "acme", "--key", "desk.key"]);
    assert!(exit == 3 && said.contains("mode.rehearsal"), "{said}");
}

#[test]
fn a_certification_survives_a_kill_and_can_be_spoken_to() {
    let folder = prepared();
    let args = ["--profile", "type-2", "--case", "acme"];
    let open = Open::start(&folder.0, &args);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let create = |url: &str, number: u8| {
        let partner = calling(url, 2, 1.0, None);
        let body = serde_json::json!({ "customerID": format!("C{number}"), "mobile": format!("90002000{number:02}") })
            .to_string();
        let builder =
            http::Request::post("/v2/user/create").header("x-api-key", KEY).header("content-type", "application/json");
        let request = builder.body(Bytes::from(body)).unwrap();
        runtime.block_on(async { partner.wire.send(request).await })
    };
    assert_eq!(create(&open.url, 1).unwrap().status(), 200);
    let (exit, said) = certify(&folder.0, &["arm", "acme", "M03"]);
    assert_eq!(exit, 0, "{said}");
    open.kill();
    let (exit, said) = certify(&folder.0, &["status", "acme"]);
    assert_eq!(exit, 5, "{said}");
    // It goes on where it was: the exchange that was answered is there, and the customer is known.
    let open = Open::start(&folder.0, &args);
    let again = create(&open.url, 1).unwrap();
    let body: serde_json::Value = serde_json::from_slice(again.body()).unwrap();
    assert_eq!(body["statusCode"], "CUR-E-002");
    let other = certify(&folder.0, &["open", "--profile", "type-3", "--partner", "acme.yaml", "--case", "acme"]);
    assert!(other.0 == 3 && other.1.contains("open already"), "{}", other.1);
    let (exit, said) = certify(&folder.0, &["close", "acme"]);
    assert_eq!(exit, 5, "{said}");
    let (exit, _) = open.ended();
    assert_eq!(exit, 5);
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.0.join("acme/case.json")).unwrap()).unwrap();
    assert_eq!(record["observed"]["exchanges"], 2);
    assert_eq!(record["verdict"], "not-known");
    let closed = certify(&folder.0, &["open", "--profile", "type-2", "--partner", "acme.yaml", "--case", "acme"]);
    assert!(closed.0 == 3 && closed.1.contains("is closed"), "{}", closed.1);
    // What is not known may be signed, and is authentic and no certificate.
    certify(&folder.0, &["keygen", "desk"]);
    assert_eq!(certify(&folder.0, &["sign", "acme", "--key", "desk.key"]).0, 0);
    let (exit, said) = certify(&folder.0, &["verify", "acme", "--key", "desk.pub"]);
    assert!(exit == 1 && said.contains("verdict.not-known"), "{said}");
}

#[test]
fn what_changes_what_is_shown_is_for_rehearsals() {
    let folder = prepared();
    let open = |args: &[&str]| {
        let all: Vec<&str> = ["open", "--partner", "acme.yaml", "--listen", "127.0.0.1:0"]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        certify(&folder.0, &all)
    };
    for flag in [["--time-scale", "2"], ["--only", "M01"]] {
        let (exit, said) = open(&["--profile", "type-2", flag[0], flag[1]]);
        assert!(exit == 3 && said.contains("is for rehearsals"), "{said}");
    }
    let (exit, said) = open(&["--profile", "type-7"]);
    assert!(exit == 3 && said.contains("there is no profile `type-7`"), "{said}");
    let (exit, said) = open(&["--profile", "type-2", "--rehearsal", "--only", "M77"]);
    assert!(exit == 3 && said.contains("no module `M77`"), "{said}");
    // A released profile with another byte is not that profile.
    let dirty = include_str!("../../../suites/profiles/type-2.yaml").replace("window: 60s", "window: 1s");
    std::fs::write(folder.0.join("type-2.yaml"), dirty).unwrap();
    let (exit, said) = open(&["--profile", "./type-2.yaml"]);
    assert!(exit == 3 && said.contains("not the released profile"), "{said}");
}

#[test]
fn a_plan_says_what_has_to_be_shown() {
    let folder = Folder::new();
    let (exit, said) = certify(&folder.0, &["plan", "--profile", "type-4"]);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("M11  a rule engine that fails for good") && said.contains("mobile 9000400011"), "{said}");
    let (exit, said) = certify(&folder.0, &["plan", "--profile", "type-6", "--format", "json"]);
    assert_eq!(exit, 0);
    let plan: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(plan["modules"].as_array().unwrap().len(), 28);
}

/// `proviso run` itself as the right partner: of type 2, and of all five with PROVISO_WHOLE.
#[test]
fn a_suite_is_the_right_partner_of_every_profile() {
    let whole = std::env::var_os("PROVISO_WHOLE").is_some();
    let types: &[u8] = if whole { &[2, 3, 4, 5, 6] } else { &[2] };
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/partners/suites");
    for archetype in types {
        let folder = prepared();
        let profile = format!("type-{archetype}");
        let args = ["--profile", &profile, "--rehearsal", "--time-scale", "20", "--case", "acme", "--close-when-done"];
        let open = Open::start(&folder.0, &args);
        let mut run = Command::new(env!("CARGO_BIN_EXE_proviso"));
        run.arg("run").args(
            [suites.join(format!("{profile}.yaml")), suites.join(format!("{profile}-status.yaml"))]
                .iter()
                .filter(|path| path.exists()),
        );
        run.args(["--env", "referee", "--jobs", "40", "--quiet", "--color", "never"])
            .arg("--reports")
            .arg(folder.0.join("reports"));
        run.env("REFEREE_URL", &open.url).env("REFEREE_KEY", KEY).current_dir(&folder.0).stdin(Stdio::null());
        let output = run.output().unwrap();
        assert!(
            output.status.success(),
            "{profile}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let (exit, said) = open.ended();
        assert_eq!(exit, 0, "{profile}: {said}");
    }
}

#[test]
fn in_front_of_another_service_both_sides_are_judged_and_nothing_is_changed() {
    let folder = prepared();
    let mut server = Command::new(env!("CARGO_BIN_EXE_proviso"));
    server.args(["serve", "--listen", "127.0.0.1:0", "--keys", "acme.keys"]).current_dir(&folder.0);
    let mut server = server.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let upstream = first.trim().to_owned();
    let args = ["--profile", "type-2", "--rehearsal", "--time-scale", "50", "--case", "acme", "--upstream", &upstream];
    let open = Open::start(&folder.0, &args);
    serve(&open.url, 50.0, None);
    let (exit, said) = certify(&folder.0, &["close", "acme"]);
    let _ = server.kill();
    let _ = server.wait();
    // Nothing goes wrong by itself there, so what needs that is not observed; nobody is blamed.
    assert_eq!(exit, 5, "{said}");
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.0.join("acme/case.json")).unwrap()).unwrap();
    let states: Vec<&str> =
        record["modules"].as_array().unwrap().iter().map(|module| module["state"].as_str().unwrap()).collect();
    assert_eq!(states[0], "passed", "{said}");
    assert!(states.iter().all(|state| ["passed", "not-observed"].contains(state)), "{states:?}");
    assert_eq!(record["environment"]["upstream"], upstream.as_str());
}
