//! What a person sees of many failures, and that no report is lost or old.

use crate::cli::place::{Ended, PATIENCE, Place, end_of, eventually, signal};
use crate::cli::server::{Answer, Request, Server};
use serde_json::Value;
use std::io::Read as _;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::channel;

/// Eight cases in which one and the same promise is broken.
const ONE_PROBLEM: &str = "suite: Many
cases:
  - name: \"customer {{ who }}\"
    each: [{ who: a }, { who: b }, { who: c }, { who: d }, { who: e }, { who: f }, { who: g }, { who: h }]
    steps: [{ request: { method: GET, path: /thing }, expect: { body: { $.a: 1 } } }]
";

const ONE: &str = "suite: One
cases:
  - name: good
    steps: [{ request: { method: GET, path: /good }, expect: { body: { $.a: 2 } } }]
";

fn server() -> Server {
    Server::start(|_: &Request| Some(Answer::json("{\"a\": 2}")))
}

fn run(place: &Place, server: &Server, more: &[&str]) -> Ended {
    place.run(&[&["run", "suite.yaml", "--base-url", &server.url, "--jobs", "1"], more].concat())
}

#[test]
fn one_broken_promise_is_one_story_and_each_is_told_on_request() {
    let (server, place) = (server(), Place::with_suite(ONE_PROBLEM));
    let once = run(&place, &server, &[]).expect(1);
    assert_eq!(once.out.matches("error[").count(), 1, "{}", once.out);
    let once = once.says("8 cases, the first is suite › customer a").says("by suite: suite 8");
    assert!(once.out.lines().count() < 40, "{}", once.out);
    let each = run(&place, &server, &["--show", "failures=all"]).expect(1);
    assert_eq!(each.out.matches("error[").count(), 8, "{}", each.out);
    let cases = run(&place, &server, &["--show", "cases"]).expect(1);
    assert_eq!(cases.out.matches("error[").count(), 1, "{}", cases.out);
    cases.says("✗ suite › customer h · failed at step 1 of 1");
    let junit = place.read("reports/latest/junit.xml");
    assert_eq!(junit.matches("<failure ").count(), 8, "every case keeps its own message");
    assert!(junit.contains("one problem in 8 cases: "), "{junit}");
}

#[test]
fn what_changed_since_the_run_before_comes_first() {
    let state = std::sync::Arc::new(Mutex::new("{\"a\": 1}".to_owned()));
    let served = std::sync::Arc::clone(&state);
    let server = Server::start(move |_: &Request| Some(Answer::json(&served.lock().expect("a lock"))));
    let place = Place::with_suite(ONE_PROBLEM);
    run(&place, &server, &[]).expect(0);
    *state.lock().expect("a lock") = "{\"a\": 2}".to_owned();
    run(&place, &server, &[]).expect(1).says("8 cases newly fail");
    run(&place, &server, &["--report", "markdown"]).expect(1).says("8 cases still fail").says("failing since ");
    assert!(place.read("reports/latest/summary.md").contains("8 cases still fail"));
    *state.lock().expect("a lock") = "{\"a\": 1}".to_owned();
    run(&place, &server, &[]).expect(0).says("8 cases pass again");
}

#[test]
fn names_are_printed_whole_in_a_pipe() {
    let name = "a customer whose name is longer than any line of any terminal that anybody has ever sat in front of, and then some";
    let place = Place::with_suite(&ONE.replace("name: good", &format!("name: {name}")));
    let ended = run(&place, &server(), &["--show", "cases"]).expect(0);
    ended.says(&format!("✓ suite › {name} · 1 step"));
}

#[cfg(unix)]
#[test]
fn a_report_goes_through_a_link_and_a_pipe() {
    let (server, place) = (server(), Place::with_suite(ONE));
    place.write("target.json", "keep");
    std::os::unix::fs::symlink("target.json", place.path("link.json")).expect("a link can be made");
    let made = Command::new("mkfifo").arg(place.path("pipe")).status().expect("mkfifo can be started");
    assert!(made.success());
    let pipe = place.path("pipe");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        std::fs::File::open(pipe).and_then(|mut pipe| pipe.read_to_string(&mut text)).expect("the pipe can be read");
        text
    });
    run(&place, &server, &["--report", "json=link.json", "--report", "tap=pipe", "--report", "ctrf=/dev/null"])
        .expect(0);
    assert!(place.path("link.json").is_symlink(), "the link is still one");
    assert!(place.read("target.json").contains("\"verdict\": \"passed\""));
    assert!(reader.join().expect("the reader ends").starts_with("TAP version 14"));
    assert!(!std::fs::metadata("/dev/null").expect("it is there").is_file());
}

#[test]
fn a_report_whose_folder_vanished_is_exit_6_with_its_name() {
    let place = Place::with_suite(ONE);
    let folder = place.path("out");
    let server = Server::start(move |_: &Request| {
        // The run is under way now.
        let _ = std::fs::remove_dir_all(&folder);
        Some(Answer::json("{\"a\": 2}"))
    });
    let ended = run(&place, &server, &["--report", "junit=out/j.xml"]).expect(6);
    let ended = ended.complains("out/j.xml could not be written");
    assert!(!ended.out.contains("out/j.xml"), "what is not there is not listed: {}", ended.out);
}

#[test]
fn latest_is_never_an_older_run() {
    let (server, place) = (server(), Place::with_suite(ONE));
    run(&place, &server, &[]).expect(0);
    assert!(place.path("reports/latest").exists());
    place.write("suite.yaml", format!("{ONE}    nonsense: 1\n"));
    run(&place, &server, &[]).expect(3);
    assert!(!place.path("reports/latest").is_symlink(), "it led to yesterday's green run");
    place.run(&["report"]).expect(3).complains("reports/latest");
}

#[test]
fn latest_leads_to_a_run_as_soon_as_it_begins() {
    let (sender, asked) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start(move |_: &Request| {
        let _ = sender.lock().expect("a lock").send(());
        None
    });
    let place = Place::with_suite(ONE);
    let child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    asked.recv_timeout(PATIENCE).expect("the case asks");
    assert!(place.path("reports/latest/journal.jsonl").exists());
    signal(child.id(), "KILL");
    end_of(child);
    let folder = place.only_run().expect("the run left its folder");
    let parts = || {
        std::fs::read_dir(&folder)
            .expect("a folder")
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "part"))
            .count()
    };
    assert_ne!(parts(), 0, "a killed run leaves drafts");
    let server = self::server();
    run(&place, &server, &[]).expect(0);
    assert_eq!(parts(), 0, "the next run removes them");
}

#[test]
fn a_hangup_ends_a_run_like_ctrl_c() {
    let (sender, asked) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start(move |_: &Request| {
        let _ = sender.lock().expect("a lock").send(());
        Some(Answer::json("{\"status\": \"PROCESSING\"}"))
    });
    let place = Place::with_suite(
        "suite: Long\ncases:\n  - name: waits\n    steps:\n      - request: { method: GET, path: /poll }\n        poll: { until: { $.status: DONE }, every: 1h, within: 9h }\n",
    );
    let child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    asked.recv_timeout(PATIENCE).expect("the case asks");
    signal(child.id(), "HUP");
    end_of(child).expect(130).says("SIGHUP");
    assert!(place.read("reports/latest/junit.xml").contains("SIGHUP"));
}

#[test]
fn a_second_ctrl_c_and_the_end_of_the_time_still_leave_every_report() {
    let (sender, asked) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start(move |_: &Request| {
        let _ = sender.lock().expect("a lock").send(());
        None
    });
    let place = Place::with_suite(&ONE.replace("expect:", "timeout: 9h, expect:"));
    let mut child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    asked.recv_timeout(PATIENCE).expect("a case asks and gets no answer");
    eventually("the program stops", || {
        signal(child.id(), "INT");
        child.try_wait().expect("a child can be looked at").is_some()
    });
    end_of(child).expect(130);
    assert!(place.read("reports/latest/junit.xml").contains("no result"), "JUnit is there");
    place.run(&["history"]).expect(0);
    // What is under way when the time is up is cut off, and told.
    let ended = place.run(&["run", "suite.yaml", "--base-url", &server.url, "--within", "50ms"]).expect(5);
    ended.says("the run's time is up");
    assert!(place.read("reports/latest/junit.xml").contains("<testcase"));
}

#[test]
fn old_runs_are_removed_with_their_history() {
    let (server, place) = (server(), Place::with_suite(ONE));
    for _ in 0..3 {
        run(&place, &server, &[]).expect(0);
    }
    let runs = || place.names("reports").into_iter().filter(|name| name.starts_with("20")).count();
    place.run(&["prune", "--keep", "1", "--dry-run"]).expect(0).says("2 run folders would be removed");
    assert_eq!(runs(), 3);
    place.run(&["prune", "--keep", "1"]).expect(0).says("2 run folders removed, 2 runs forgotten in the history");
    assert_eq!(runs(), 1);
    place.run(&["report"]).expect(0);
    place.run(&["prune", "--older-than", "30d"]).expect(0).says("0 run folders removed");
    place.run(&["prune"]).expect(2);
    let ended = place.run(&["history", "--format", "json"]).expect(0);
    let history: Value = serde_json::from_str(&ended.out).expect("the history is JSON");
    assert_eq!(history["runs"].as_array().map(Vec::len), Some(1));
}

/// The `curl` lines of a report, put together as the page does it.
fn curl_lines(page: &str) -> Vec<String> {
    let data = |id: &str| -> Option<Value> {
        let (_, rest) = page.split_once(&format!("<script type=\"application/json\" id=\"{id}\">"))?;
        serde_json::from_str(rest.split_once("</script>")?.0).ok()
    };
    let run = data("run").expect("the page has its run");
    let packed = data("c0").expect("the page has its case");
    let mut seen: Vec<String> = Vec::new();
    let mut unpack = |parts: &Value| -> Value {
        let parts = parts.as_array().expect("a packed text is a list");
        let template = &run["templates"][usize::try_from(parts[0].as_u64().expect("a number")).expect("small")];
        let mut pieces = template.as_str().expect("a template is a text").split('\u{1}');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for (part, piece) in parts[1..].iter().zip(pieces) {
            match (part.as_i64(), part.as_str()) {
                (Some(place), _) if place < 0 => text.push_str(&seen[usize::try_from(-place - 1).expect("small")]),
                (Some(number), _) => text.push_str(&number.to_string()),
                (None, one) => {
                    let one = one.expect("a number or a text");
                    seen.extend((one.len() >= 4).then(|| one.to_owned()));
                    text.push_str(one);
                }
            }
            text.push_str(piece);
        }
        serde_json::from_str(&text).expect("what was packed is JSON")
    };
    unpack(&packed[0]);
    let mut lines = Vec::new();
    for time in packed[1].as_array().expect("times") {
        unpack(&time[0]);
        for step in time[1].as_array().expect("steps") {
            lines.extend(unpack(step)["curl"].as_str().map(str::to_owned));
        }
    }
    lines
}

#[test]
fn curl_lines_work_when_pasted() {
    if Command::new("curl").arg("--version").output().is_err() {
        // There is no curl here that a person could paste them to.
        return;
    }
    let (sender, came) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start(move |request: &Request| {
        let _ = sender.lock().expect("a lock").send((request.line.clone(), request.rest.clone()));
        Some(Answer::json("{\"a\": 2}"))
    });
    let place = Place::new();
    place.write("suites/files/pan.txt", "ABCDE1234F");
    place.write(
        "suites/one.yaml",
        "suite: One
cases:
  - name: sends everything
    steps:
      - request: { method: POST, path: \"/json?q=a%20b&c='d'\", headers: { x-note: \"it's $HOME `id`\" }, json: { a: \"q'\\\"\\\\ $x\", n: 1.10 } }
      - request: { method: POST, path: /form, form: { field: \"a b&c\" } }
      - request: { method: POST, path: /parts, form: { note: \"it's; type=x\" }, files: { pan: files/pan.txt } }
      - request: { method: GET, path: /get }
",
    );
    place.run(&["run", "suites", "--base-url", &server.url]).expect(0);
    let sent: Vec<(String, String)> = came.try_iter().collect();
    let lines = curl_lines(&place.read("reports/latest/report.html"));
    assert_eq!((lines.len(), sent.len()), (4, 4));
    for (line, (target, before)) in lines.iter().zip(&sent) {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(place.path("suites/files")).env("HOME", "/nowhere");
        let done = shell.output().expect("a shell can be started");
        assert!(done.status.success(), "{line}\n{}", String::from_utf8_lossy(&done.stderr));
        let (again, after) = came.recv_timeout(PATIENCE).expect("curl sent a request");
        assert_eq!(again, *target, "{line}");
        let body = |text: &str| text.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned());
        // The boundary of a form is another every time.
        let parts = |text: &str| {
            let body = body(text);
            let lines = body.lines().filter(|line| !line.starts_with("--")).map(str::to_lowercase);
            let mut lines: Vec<String> = lines.map(|line| line.replace("; charset=utf-8", "")).collect();
            lines.sort();
            lines
        };
        assert_eq!(parts(&after), parts(before), "{line}");
        if target.contains("/json") {
            assert!(after.contains("x-note: it's $HOME `id`"), "{after}");
        }
    }
}
