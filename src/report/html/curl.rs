//! A request as a command that sends it again.
//!
//! Secrets are not in a journal; where one was, the command names a variable of the shell.

use super::shell::{VARIABLE, quoted};
use crate::event::{Body, FormPart, Sent};
use crate::text::visible_line;

/// Headers that curl makes itself.
const OWN: [&str; 3] = ["content-length", "accept-encoding", "transfer-encoding"];

/// The command that sends a request again; options stand on lines of their own.
#[must_use]
pub fn curl(sent: &Sent) -> String {
    let mut lines = vec![match sent.method.as_str() {
        "HEAD" => format!("curl --head --url {}", quoted(&sent.url, VARIABLE)),
        method => format!("curl -X {} --url {}", quoted(method, VARIABLE), quoted(&sent.url, VARIABLE)),
    }];
    let header = |wanted: &str| sent.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    // Journals of formats 1 and 2 have a form's parts in words.
    let words =
        header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data")) && sent.form.is_empty();
    let form = words || !sent.form.is_empty();
    if header("accept-encoding").is_some() {
        lines.push("--compressed".to_owned());
    }
    for (name, value) in &sent.headers {
        if OWN.contains(&name.as_str()) || (form && name == "content-type") {
            continue;
        }
        // `name;` is how curl is told to send a header without a value.
        let line = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        lines.push(format!("-H {}", quoted(&line, &variable(name))));
    }
    let mut remarks = Vec::new();
    for part in &sent.form {
        lines.push(form_part(part));
        remarks.extend(lost_part(part));
    }
    match &sent.body {
        Some(body) if words => lines.extend(body.text.lines().map(part)),
        Some(body) => {
            remarks.extend(lost(body));
            lines.push(format!("--data-raw {}", quoted(&body.text, VARIABLE)));
        }
        None => {}
    }
    let remarks: String = remarks.into_iter().map(|remark| format!("# {remark}\n")).collect();
    format!("{remarks}{}", lines.join(" \\\n  "))
}

/// What the command cannot repeat.
fn lost(body: &Body) -> Option<String> {
    body.cut.then(|| format!("the journal has not the whole body, which was {} bytes long", body.bytes))
}

/// What the command cannot repeat of a form's part.
fn lost_part(part: &FormPart) -> Option<String> {
    let FormPart { field, file_name, content, .. } = part;
    content.cut.then(|| match file_name {
        Some(name) => {
            format!(
                "the journal has not the contents of {}, {} bytes: curl reads them from a file here",
                visible_line(name),
                content.bytes
            )
        }
        None => format!(
            "the journal has not the whole of `{}`, which was {} bytes long",
            visible_line(field),
            content.bytes
        ),
    })
}

/// A part of a form as curl takes it: a field is sent literally; a file's contents are read from a file of its name where
/// the journal has not all of them.
fn form_part(part: &FormPart) -> String {
    let FormPart { field, file_name, media_type, content } = part;
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let kind = media_type.as_ref().map_or_else(String::new, |kind| format!(";type={kind}"));
    match file_name {
        None if media_type.is_none() => {
            format!("--form-string {}", quoted(&format!("{field}={}", content.text), VARIABLE))
        }
        None => format!("-F {}", quoted(&format!("{field}=\"{}\"{kind}", escaped(&content.text)), VARIABLE)),
        Some(name) if content.cut => {
            format!("-F {}", quoted(&format!("{field}=@\"{}\"{kind}", escaped(name)), VARIABLE))
        }
        Some(name) => {
            let (text, name) = (escaped(&content.text), escaped(name));
            format!("-F {}", quoted(&format!("{field}=\"{text}\";filename=\"{name}\"{kind}"), VARIABLE))
        }
    }
}

/// A part of a form, from the words of the journal: `field: value`, `field: file NAME (TYPE, 7 bytes)`.
fn part(line: &str) -> String {
    let (field, value) = line.split_once(": ").unwrap_or((line, ""));
    match value.strip_prefix("file ").and_then(|rest| rest.rsplit_once(" (")) {
        Some((name, kind)) => {
            let kind = kind.split(", ").next().filter(|kind| kind.contains('/'));
            let kind = kind.map_or_else(String::new, |kind| format!(";type={kind}"));
            format!("-F {}", quoted(&format!("{field}=@\"{}\"{kind}", name.replace(['"', '\\'], "_")), VARIABLE))
        }
        None => format!("--form-string {}", quoted(&format!("{field}={value}"), VARIABLE)),
    }
}

/// The shell variable for a header's secret: `X_API_KEY`.
fn variable(header: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name: String = header.chars().map(letter).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::exchange;

    fn sent(headers: &[(&str, &str)], body: Option<&str>) -> Sent {
        let body = body.map(|text| Body { bytes: text.len(), text: text.to_owned(), cut: false });
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Sent { headers, body, ..exchange("POST", 200, "").sent }
    }

    #[test]
    fn a_request_is_sent_again_with_secrets_from_the_shell() {
        insta::assert_snapshot!(curl(&exchange("POST", 200, "").sent), @r#"
        curl -X POST --url 'http://127.0.0.1:4010/v1/bre?referenceID=R-1' \
          -H 'x-api-key: '"$X_API_KEY" \
          -H 'content-type: application/json' \
          --data-raw '{"customerID":"CUST-1","mobile":"99"}'
        "#);
    }

    #[test]
    fn whatever_is_sent_stays_one_word() {
        let nasty = "it's $(reboot) `id` \"x\" \\ !! \u{1b}[31m\n\u{202e}";
        insta::assert_snapshot!(curl(&sent(&[("x-a", "it's; $(id)"), ("x-empty", "")], Some(nasty))), @r#"
        curl -X POST --url 'http://127.0.0.1:4010/v1/bre?referenceID=R-1' \
          -H 'x-a: it'\''s; $(id)' \
          -H 'x-empty;' \
          --data-raw $'it\'s $(reboot) `id` "x" \\ !! \x1b[31m\n\xe2\x80\xae'
        "#);
        insta::assert_snapshot!(curl(&sent(&[("authorization", "[secret]")], Some(r#"{"otp":"[secret]","a":1}"#))), @r#"
        curl -X POST --url 'http://127.0.0.1:4010/v1/bre?referenceID=R-1' \
          -H 'authorization: '"$AUTHORIZATION" \
          --data-raw '{"otp":"'"$SECRET"'","a":1}'
        "#);
    }

    #[test]
    fn a_form_is_sent_part_by_part() {
        let words = "customerID: CUST-1\nfile: file pan.pdf (application/pdf, 812 bytes)\nfile: file x (no media type, 1 bytes)";
        let headers = [("content-type", "multipart/form-data; boundary=x"), ("content-length", "9")];
        insta::assert_snapshot!(curl(&sent(&headers, Some(words))), @r#"
        curl -X POST --url 'http://127.0.0.1:4010/v1/bre?referenceID=R-1' \
          --form-string 'customerID=CUST-1' \
          -F 'file=@"pan.pdf";type=application/pdf' \
          -F 'file=@"x"'
        "#);
    }

    #[test]
    fn a_form_of_the_journal_is_sent_as_it_was() {
        let whole = |text: &str| Body { bytes: text.len(), text: text.to_owned(), cut: false };
        let part = |field: &str, name: Option<&str>, kind: Option<&str>, content| FormPart {
            field: field.to_owned(),
            file_name: name.map(str::to_owned),
            media_type: kind.map(str::to_owned),
            content,
        };
        let scan = Body { bytes: 812, text: "(812 bytes that are not text)".into(), cut: true };
        let form = vec![
            part("note", None, None, whole("file x (text/plain, 3 bytes)")),
            part("two", None, None, whole("a\nb: @c")),
            part("f", Some("a \"1\".txt"), Some("text/plain"), whole("hi; \"there\"")),
            part("pan", Some("pan.pdf"), Some("application/pdf"), scan),
        ];
        insta::assert_snapshot!(curl(&Sent { form, ..sent(&[], None) }), @r##"
        # the journal has not the contents of pan.pdf, 812 bytes: curl reads them from a file here
        curl -X POST --url 'http://127.0.0.1:4010/v1/bre?referenceID=R-1' \
          --form-string 'note=file x (text/plain, 3 bytes)' \
          --form-string $'two=a\nb: @c' \
          -F 'f="hi; \"there\"";filename="a \"1\".txt";type=text/plain' \
          -F 'pan=@"pan.pdf";type=application/pdf'
        "##);
    }

    #[test]
    fn a_cut_body_is_said_to_be_one() {
        let mut sent = sent(&[], Some("{\"a\":…"));
        sent.body.as_mut().unwrap().cut = true;
        assert!(curl(&sent).starts_with("# the journal has not the whole body, which was 8 bytes long\ncurl -X POST"));
    }
}
