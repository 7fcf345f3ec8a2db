//! A secret is in no file of a run and never on the screen, in whatever encoding it travels.

use crate::cli::place::{Ended, Place};
use crate::cli::server::{Answer, Request, Server};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

const SECRET: &str = "p@ss \"w0rd\"/+<&>é%41";

const SUITE: &str = "suite: Secrets
vars: { token: \"{{ secret('PARTNER_TOKEN') }}\" }
cases:
  - name: everywhere a secret can be sent
    steps:
      - name: In every place of a request
        request:
          method: POST
          path: \"/in-path/{{ token }}\"
          query: { key: \"{{ token }}\" }
          headers: { authorization: \"Bearer {{ secret('PLAIN_TOKEN') }}\", x-mine: \"{{ secret('PLAIN_TOKEN') }}\", x-basic: \"Basic {{ base64('user:' ~ secret('PLAIN_TOKEN')) }}\" }
          json: { key: \"{{ token }}\", inside: \"<{{ token }}>\", encoded: \"{{ base64(token) }}\" }
        capture: { echoed: $.key, header: { header: x-echo } }
      - name: In a form, and in what is expected
        request: { method: POST, path: /form, form: { key: \"{{ token }}\" } }
        expect: { body: { $.key: \"not {{ token }}\", $.other: { contains: \"{{ token }}\" } } }
  - name: in a multipart form
    steps:
      - request: { method: POST, path: /form, form: { key: \"{{ token }}\" }, files: { f: { content: \"{{ token }}\", name: \"{{ token }}\" } } }
        expect: { status: 404 }
  - name: in a poll
    steps:
      - request: { method: GET, path: /poll }
        poll: { until: { $.other: \"{{ token }}\" }, every: 1ms, within: 3ms }
  - name: in error
    steps:
      - request: { method: GET, path: \"http://127.0.0.1:1/\", query: { key: \"{{ token }}\" } }
  - name: in an error page
    steps:
      - request: { method: GET, path: /page }
        expect: { body: { $.a: 1 } }
";

/// Everything the secret may look like.
fn encodings(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_matches('"').to_owned();
    let percent: String = secret
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let unpadded = |text: String| text.trim_end_matches('=').to_owned();
    let mut all = vec![
        secret.to_owned(),
        json.clone(),
        serde_json::Value::from(json).to_string().trim_matches('"').to_owned(),
        percent.to_lowercase(),
        percent,
        proviso::text::percent_encoded(secret),
        xml,
        form,
        unpadded(STANDARD.encode(secret)),
        unpadded(URL_SAFE.encode(secret)),
    ];
    // Base64 of a longer text that holds the secret, whatever stands before it: the part that depends on it alone.
    for before in 1..3 {
        let encoded = STANDARD.encode(format!("{}{secret}", ":".repeat(before)));
        let whole = encoded.trim_end_matches('=');
        all.push(whole[4..whole.len() - 2].to_owned());
    }
    all.retain(|form| form.len() >= 4);
    all
}

fn ran() -> (Place, Ended) {
    let server = Server::start(|request: &Request| {
        let key = serde_json::Value::from(SECRET);
        let mut answer = Answer::json(&format!(
            "{{\"key\": {key}, \"plain\": \"plain-token-77\", \"nested\": \"{{\\\"key\\\": 1}}\"}}"
        ));
        answer.headers.push(("x-echo".to_owned(), "plain-token-77".to_owned()));
        answer.headers.push(("set-cookie".to_owned(), "session=plain-token-77".to_owned()));
        if request.line.contains("/page") {
            answer.body = format!("<html>{SECRET} plain-token-77</html>");
        }
        Some(answer)
    });
    let place = Place::with_suite(SUITE);
    let output = place
        .proviso(&["run", "suite.yaml", "--base-url", &server.url, "--show", "steps"])
        .env("PARTNER_TOKEN", SECRET)
        .env("PLAIN_TOKEN", "plain-token-77")
        .output();
    let ended = Ended::from(output.expect("the program can be started")).expect(1);
    (place, ended)
}

#[test]
fn a_secret_is_on_no_screen_and_in_no_file_in_any_encoding() {
    let (place, ended) = ran();
    let again = place.run(&["report", "--show", "steps"]).expect(1);
    let mut texts = vec![
        ("standard output".to_owned(), ended.out),
        ("standard error".to_owned(), ended.err),
        ("standard output of report".to_owned(), again.out),
        ("standard error of report".to_owned(), again.err),
    ];
    for name in place.names("reports/latest") {
        texts.push((name.clone(), place.read(&format!("reports/latest/{name}"))));
    }
    let mut leaks = Vec::new();
    for secret in [SECRET, "plain-token-77"] {
        for form in encodings(secret) {
            for (name, text) in texts.iter().filter(|(_, text)| text.contains(&form)) {
                let at = text.find(&form).expect("it is there");
                let start = text.floor_char_boundary(at.saturating_sub(60));
                leaks.push(format!("{name} has `{form}` after …{}", &text[start..at]));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(texts.iter().any(|(_, text)| text.contains("[secret]")), "something was masked");
}

#[test]
fn a_secret_that_has_no_value_is_found_before_anything_is_sent() {
    let place = Place::with_suite(SUITE);
    place.run(&["run", "suite.yaml"]).expect(3).complains("the secret `PARTNER_TOKEN` has no value");
}

#[test]
fn a_secret_that_is_cut_in_two_by_a_limit_is_not_half_shown() {
    // Wherever a long text is cut, some of these servers put the cut into the secret.
    for padding in [100, 150, 155, 190, 390, 395, 4085, 4090, 65_525, 65_530] {
        let server = Server::start(move |_| {
            let long = "x".repeat(padding);
            Some(Answer::json(&format!("{{\"a\": \"{long}plain-token-77{long}\"}}")))
        });
        let place = Place::with_suite(
            "suite: Cut\ncases:\n  - name: only\n    steps:\n      - request: { method: GET, path: /, headers: { authorization: \"{{ secret('PLAIN_TOKEN') }}\" } }\n        capture: { a: $.a }\n      - request: { method: GET, path: / }\n        expect: { body: { $.a: 1 } }\n",
        );
        let output = place
            .proviso(&["run", "suite.yaml", "--base-url", &server.url, "--show", "steps"])
            .env("PLAIN_TOKEN", "plain-token-77")
            .output();
        let ended = Ended::from(output.expect("the program can be started")).expect(1);
        for text in [ended.out, ended.err, place.journal(), place.read("reports/latest/junit.xml")] {
            let leak = text.find("xplain").map(|at| text[at..].chars().take(16).collect::<String>());
            assert_eq!(leak, None, "with {padding} characters before it");
        }
    }
}
