//! The program as a person uses it: environments that say how connections are made, and the command line.

use crate::transport::server::{OK, hear, listen, saying};
use crate::transport::tls::{Authority, Clients, serving, version};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::sync::Barrier;

const SUITE: &str = "suite: S\ncases:\n  - name: c\n    steps:\n      - name: s\n        request: { method: GET, path: /a }\n        expect: { status: 200 }\n";

/// A system without authorities.
const BARE: [(&str, &str); 2] = [("SSL_CERT_FILE", "/nowhere/file"), ("SSL_CERT_DIR", "/nowhere")];

/// A folder with a suite and an environment `e`.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, environment: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("transport-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("suites/environments")).unwrap();
        let folder = Self(folder);
        folder.write("suites/s.yaml", SUITE);
        folder.write("suites/environments/e.yaml", environment);
        folder
    }

    fn write(&self, path: &str, content: &str) {
        std::fs::write(self.0.join(path), content).unwrap();
    }

    async fn proviso(&self, arguments: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proviso"));
        command.current_dir(&self.0).env_clear().envs(variables.iter().copied());
        command.args(arguments.split(' ')).output().await.unwrap()
    }

    /// The events of the latest run, of one kind.
    fn events(&self, kind: &str) -> Vec<Value> {
        let journal = std::fs::read_to_string(self.0.join("reports/latest/journal.jsonl")).unwrap();
        let events = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.filter_map(|event| event["kind"].get(kind).cloned()).collect()
    }
}

fn screen(output: &Output) -> String {
    [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat()
}

#[tokio::test]
async fn an_environment_names_its_authority_and_our_certificate() {
    let authority = Authority::new();
    let server = authority.issue("api.test", |_| {});
    let address = serving(&server, Clients::KnownTo(&authority), &[&version::TLS13]).await;
    let port = address.port();
    let environment = format!(
        "base_url: https://api.test:{port}\nconcurrency: 2\nvars: {{ who: me }}\n\
         tls: {{ ca: environments/ca.pem, cert: 'environments/{{{{ who }}}}.pem', key: environments/me.key }}\n"
    );
    let folder = Folder::new("mutual", &environment);
    let me = authority.issue("me", |_| {});
    folder.write("suites/environments/ca.pem", &authority.0.pem());
    folder.write("suites/environments/me.pem", &me.certificate.pem());
    folder.write("suites/environments/me.key", &me.key.serialize_pem());
    let output = folder.proviso(&format!("run --env e --resolve api.test:{port}:127.0.0.1"), &BARE).await;
    assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    let timing = &folder.events("attempt_finished")[0]["exchange"]["timing"];
    assert!(timing["dns_us"].is_u64() && timing["connect_us"].is_u64(), "{timing}");

    // The command line's authority takes the place of the environment's.
    folder.write("other.pem", &Authority::new().0.pem());
    let arguments = format!("run --env e --ca other.pem --resolve api.test:{port}:127.0.0.1");
    let output = folder.proviso(&arguments, &[]).await;
    assert_eq!(output.status.code(), Some(5), "{}", screen(&output));
    assert!(screen(&output).contains("was the authority renewed?"), "{}", screen(&output));
}

#[tokio::test]
async fn files_that_are_no_certificates_are_shown_in_their_line() {
    let environment = "base_url: https://api.test\ntls:\n  ca: environments/e.yaml\n  cert: ../me.pem\n  key: me.key\n";
    let folder = Folder::new("damaged", environment);
    let output = folder.proviso("check --env e", &[]).await;
    assert_eq!(output.status.code(), Some(3));
    let screen = screen(&output);
    for expected in [
        "suites/environments/e.yaml holds no certificate that can be used",
        "suites/environments/e.yaml:3:",
        "there is no `-----BEGIN CERTIFICATE-----` in it",
        "`../me.pem` leads out of the suites' folder",
    ] {
        assert!(screen.contains(expected), "no `{expected}` in\n{screen}");
    }
    folder.write("suites/environments/e.yaml", "base_url: https://api.test\ntls: { cert: me.pem }\n");
    let output = folder.proviso("check --env e", &[]).await;
    assert!(String::from_utf8_lossy(&output.stderr).contains("`cert` without `key`"), "{output:?}");
    let output = folder.proviso("check --env e --ca nowhere.pem", &[]).await;
    assert_eq!(output.status.code(), Some(3));
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_used_and_shown_without_its_password() {
    let (proxy, heard) = saying(OK).await;
    let environment =
        format!("base_url: http://api.invalid\nproxy: \"http://user:{{{{ secret('PROXY_PASSWORD') }}}}@{proxy}\"\n");
    let folder = Folder::new("proxy", &environment);
    let output = folder.proviso("run --env e", &[("PROXY_PASSWORD", "swordfish-9")]).await;
    assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    assert!(heard.lock().unwrap()[0].starts_with("GET http://api.invalid/a HTTP/1.1"));
    let target = folder.events("run_started")[0]["target"].clone();
    assert_eq!(target, format!("http://api.invalid through the proxy http://{proxy}"));
    let journal = std::fs::read_to_string(folder.0.join("reports/latest/journal.jsonl")).unwrap();
    assert!(!journal.contains("swordfish-9"));
}

#[tokio::test]
async fn the_systems_proxy_is_used_but_for_this_machine() {
    let (proxy, heard) = saying(OK).await;
    let (target, _) = saying(OK).await;
    let folder = Folder::new("system", "base_url: http://api.invalid\n");
    let variables = [("http_proxy", format!("http://{proxy}"))];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let output = folder.proviso("run --env e", &variables).await;
    assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    assert_eq!(heard.lock().unwrap().len(), 1);
    let output = folder.proviso(&format!("run --env e --base-url http://{target}"), &variables).await;
    assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    assert_eq!(heard.lock().unwrap().len(), 1);
    assert_eq!(folder.events("run_started")[0]["target"], format!("http://{target}"));

    let socks = [("ALL_PROXY", "socks5://127.0.0.1:1")];
    let output = folder.proviso(&format!("run --env e --base-url http://{target}"), &socks).await;
    assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    let output = folder.proviso("run --env e", &socks).await;
    assert_eq!(output.status.code(), Some(3), "{}", screen(&output));
    assert!(screen(&output).contains("the variable ALL_PROXY names no proxy"), "{}", screen(&output));
}

#[tokio::test]
async fn a_system_without_authorities_can_still_speak_plain_http() {
    let (target, _) = saying(OK).await;
    let folder = Folder::new("bare", &format!("base_url: http://{target}\n"));
    let output = folder.proviso("run --env e", &BARE).await;
    assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    let output = folder.proviso(&format!("run --env e --base-url https://{target}"), &BARE).await;
    assert_eq!(output.status.code(), Some(5), "{}", screen(&output));
    assert!(screen(&output).contains("this system has no authorities to trust"), "{}", screen(&output));
}

/// A server that answers nobody before so many requests have come together.
async fn answering_together(many: usize) -> SocketAddr {
    let together = Arc::new(Barrier::new(many));
    listen(move |_, mut stream| {
        let together = Arc::clone(&together);
        async move {
            while hear(&mut stream).await.is_some() {
                together.wait().await;
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await
}

#[tokio::test]
async fn an_environment_says_how_many_cases_are_at_work_unless_jobs_does() {
    // One more than are at work when nobody says.
    const MANY: usize = 9;
    let head = "suite: S\ncases:\n".to_owned();
    let case = |number| {
        format!(
            "  - name: c{number}\n    steps:\n      - name: s\n        request: {{ method: GET, path: /a }}\n        expect: {{ status: 200 }}\n"
        )
    };
    for (concurrency, jobs) in [(MANY, ""), (1, " --jobs 9")] {
        let address = answering_together(MANY).await;
        let environment = format!("base_url: http://{address}\nconcurrency: {concurrency}\n");
        let folder = Folder::new("concurrency", &environment);
        folder.write("suites/s.yaml", &(0..MANY).map(case).fold(head.clone(), |suite, case| suite + &case));
        let output = folder.proviso(&format!("run --env e{jobs}"), &[]).await;
        assert_eq!(output.status.code(), Some(0), "{}", screen(&output));
    }
    let folder = Folder::new("concurrency", "base_url: http://api.invalid\nconcurrency: 0\n");
    assert_eq!(folder.proviso("check --env e", &[]).await.status.code(), Some(3));
}

#[tokio::test]
async fn a_resolution_that_is_none_is_refused() {
    let folder = Folder::new("resolve", "base_url: http://api.invalid\n");
    let output = folder.proviso("run --env e --resolve api.invalid:80", &[]).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(screen(&output).contains("HOST:PORT:ADDRESS"), "{}", screen(&output));
}
