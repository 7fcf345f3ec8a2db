//! Bodies are read by the type they come with, in both directions.

use super::super::{BodyCame, BodySent, Part};
use super::Desk;
use serde_json::{Value, json};

const MEDIA: &str = r"
openapi: 3.1.0
info: { title: Media, version: '1' }
paths:
  /any:
    post:
      operationId: any
      requestBody: { content: { '*/*': { schema: { $ref: '#/components/schemas/Thing' } } } }
      responses: { '200': { description: d, content: { '*/*': { schema: { $ref: '#/components/schemas/Thing' } } } } }
  /text:
    post:
      operationId: text
      requestBody: { content: { text/plain: { schema: { type: string, enum: [UP, DOWN] } } } }
      responses:
        '200':
          description: d
          content:
            text/plain: { schema: { type: string, enum: [UP, DOWN] } }
            text/csv: { schema: { type: string, pattern: '^id,' } }
            application/octet-stream: { schema: { type: string, maxLength: 4 } }
            application/json: { schema: { type: object } }
  /number: { get: { operationId: number, responses: { '200': { description: d, content: { text/plain: { schema: { type: integer } } } } } } }
  /code: { get: { operationId: code, responses: { '200': { description: d, content: { text/plain: { schema: { type: string, minLength: 5 } } } } } } }
  /file: { get: { operationId: file, responses: { '200': { description: d, content: { '*/*': { schema: { type: string, format: binary } } } } } } }
  /csv: { get: { operationId: csv, responses: { '200': { description: d, content: { text/csv: { schema: { type: array, items: { type: object } } } } } } } }
  /lines:
    post:
      operationId: lines
      requestBody: { content: { application/x-ndjson: { schema: { $ref: '#/components/schemas/Thing' } } } }
      responses:
        '200':
          description: d
          content:
            application/x-ndjson: { schema: { $ref: '#/components/schemas/Thing' } }
            text/event-stream: { schema: { $ref: '#/components/schemas/Thing' } }
            application/jsonl: { schema: { type: array, maxItems: 1, items: { $ref: '#/components/schemas/Thing' } } }
  /xml:
    post:
      operationId: xml
      requestBody: { content: { application/xml: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses:
        '200': { description: d, content: { application/xml: { schema: { $ref: '#/components/schemas/Order' } } } }
        '201': { description: d, content: { application/xml: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '202': { description: d, content: { application/xml: { schema: { type: string } } } }
  /form:
    post:
      operationId: form
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              additionalProperties: false
              required: [name]
              properties:
                name: { type: string }
                ids: { type: array, items: { type: integer } }
                at: { type: object, properties: { city: { type: string } } }
                meta: { type: object, required: [k] }
            encoding: { ids: { explode: false }, at: { style: deepObject }, meta: { contentType: application/json } }
          multipart/form-data:
            schema: { type: object, required: [file], properties: { file: { type: string }, no: { type: integer }, tags: { type: array, items: { type: string } } } }
            encoding: { file: { contentType: 'image/png, image/jpeg' } }
      responses: { '200': { description: d } }
  /versions:
    get:
      operationId: versions
      responses:
        '200':
          description: d
          content:
            application/json;version=1: { schema: { type: object, required: [one] } }
            application/json; version=2: { schema: { type: object, required: [two] } }
            application/*+json: { schema: { type: object, required: [three] } }
components:
  schemas:
    Thing: { type: object, required: [a], properties: { a: { type: integer } } }
    Order:
      type: object
      required: [id, items]
      xml: { name: order }
      properties:
        id: { type: integer, xml: { attribute: true } }
        note: { type: string }
        items: { type: array, xml: { wrapped: true }, items: { type: object, required: [sku], properties: { sku: { type: string }, count: { type: integer } }, xml: { name: item } } }
        tags: { type: array, items: { type: string, xml: { name: tag } } }
";

impl Desk {
    /// What is said of a body that comes with a type, or without one.
    fn came(&self, operation: &str, status: u16, media_type: &str, body: &[u8]) -> String {
        let with = [("content-type", media_type)];
        let with = if media_type.is_empty() { &with[..0] } else { &with[..] };
        let judged = match serde_json::from_slice::<Value>(body) {
            Ok(value) => self.answered_with(operation, status, with, BodyCame::Json(&value, body)),
            Err(why) => self.answered_with(operation, status, with, BodyCame::NotJson(body, &why.to_string())),
        };
        ids(&judged)
    }

    /// What is said of a body that was written by hand.
    fn written(&self, operation: &str, media_type: &str, body: &[u8]) -> String {
        ids(&self.sent(operation, &format!("/{operation}"), &[("content-type", media_type)], BodySent::Bytes(body)))
    }
}

/// Violations and findings by their place and rule.
fn ids(judged: &super::Judged) -> String {
    let violations = judged.violations.iter().map(|(broken, _)| format!("{} {}", broken.place(), broken.rule));
    let findings = judged.findings.iter().map(|(finding, _)| format!("{} {}", finding.pointer, finding.kind.name()));
    violations.chain(findings).collect::<Vec<_>>().join("; ")
}

#[test]
fn text_is_text_whatever_it_looks_like() {
    let desk = Desk::of(MEDIA);
    assert_eq!(desk.came("text", 200, "text/plain; charset=utf-8", b"UP"), "");
    assert_eq!(desk.came("text", 200, "text/plain", b"BROKEN"), " enum");
    assert_eq!(desk.came("text", 200, "text/csv", b"1,a\n"), " pattern");
    assert_eq!(desk.came("text", 200, "application/octet-stream", b"\x00\x01\xfe\x00"), "");
    assert_eq!(desk.came("text", 200, "application/octet-stream", b"\x00\x01\xfe\x00\xff"), " maxLength");
    assert_eq!(desk.came("code", 200, "text/plain", b"12345"), "");
    assert_eq!(desk.came("code", 200, "text/plain", b"1234"), " minLength");
    assert_eq!(desk.came("code", 200, "text/plain", b"\"a\":1"), "");
    assert_eq!(desk.came("number", 200, "text/plain", b"12"), "");
    assert_eq!(desk.came("number", 200, "text/plain", b"many"), " type");
    assert_eq!(desk.written("text", "text/plain", b"DOWN"), "");
    assert_eq!(desk.written("text", "text/plain", b"BROKEN"), " enum");
}

#[test]
fn a_range_promises_its_schema_for_whatever_comes() {
    let desk = Desk::of(MEDIA);
    assert_eq!(desk.came("any", 200, "application/json", b"{\"a\":1}"), "");
    assert_eq!(desk.came("any", 200, "application/json", b"{\"a\":\"x\"}"), "/a type");
    assert_eq!(desk.came("any", 200, "text/html", b"<html></html>"), " type");
    assert_eq!(desk.came("any", 200, "application/pdf", b"%PDF"), " type");
    assert_eq!(desk.came("any", 200, "application/json", b"{"), " body");
    assert_eq!(desk.came("any", 200, "text/csv", b"a\n1\n"), " unjudged-body");
    assert_eq!(desk.came("any", 200, "", b"{\"a\":1}"), "content type undocumented-media-type");
    assert_eq!(desk.written("any", "text/html", b"<html></html>"), " type");
    // Text is promised, and JSON is text.
    assert_eq!(desk.came("file", 200, "application/pdf", b"%PDF"), "");
    assert_eq!(desk.came("file", 200, "application/json", b"{\"a\":1}"), " unjudged-body");
    assert_eq!(desk.came("file", 200, "", b"%PDF"), "content type undocumented-media-type");
}

#[test]
fn what_cannot_be_judged_is_told() {
    let desk = Desk::of(MEDIA);
    assert_eq!(desk.came("csv", 200, "text/csv", b"a\n1\n"), " unjudged-body");
    assert_eq!(desk.came("xml", 201, "application/xml", b"<r><a>1</a></r>"), " unjudged-body");
    assert_eq!(desk.came("xml", 202, "application/xml", b"<r/>"), "");
}

#[test]
fn lines_and_events_are_lists_of_items() {
    let desk = Desk::of(MEDIA);
    assert_eq!(desk.came("lines", 200, "application/x-ndjson", b"{\"a\":1}\n{\"a\":2}\n"), "");
    assert_eq!(
        desk.came("lines", 200, "application/x-ndjson", b"{\"a\":1}\n{\"b\":2}\n"),
        "/*/a required; /b undocumented-field"
    );
    assert_eq!(desk.came("lines", 200, "application/x-ndjson", b"{\"a\":1}\n{"), "/* body");
    assert_eq!(desk.came("lines", 200, "application/jsonl", b"{\"a\":1}\n{\"a\":2}\n"), " maxItems");
    assert_eq!(
        desk.came("lines", 200, "text/event-stream", b"data: {\"a\":1}\n\ndata: {\"a\":\"x\"}\n\n"),
        "/*/a type"
    );
    assert_eq!(desk.came("lines", 200, "text/event-stream", b"data: {\"a\":1}\n\ndata: [DONE]\n\n"), " unjudged-body");
    assert_eq!(desk.written("lines", "application/x-ndjson", b"{\"a\":1}\n{\"a\":2}\n"), "");
    assert_eq!(desk.written("lines", "application/x-ndjson", b"{\"a\":\"x\"}\n"), "/*/a type");
}

#[test]
fn xml_is_read_where_the_schema_speaks_of_it() {
    let desk = Desk::of(MEDIA);
    let xml = |body: &str| desk.came("xml", 200, "application/xml", body.as_bytes());
    let good = "<?xml version='1.0'?><o:order xmlns:o='u' id='7'><note>a &amp; b</note><items><item><sku>x</sku><count>2</count>\
        </item><item><sku>1</sku></item></items><tag>t</tag><tag>u</tag></o:order>";
    assert_eq!(xml(good), "");
    assert_eq!(xml(&good.replace("<count>2", "<count>two")), "/items/*/count type");
    assert_eq!(xml(&good.replace("id='7'", "")), "/id required");
    assert_eq!(xml(&good.replace("<note>", "<n/><note>")), "/n undocumented-field");
    assert_eq!(xml("<order id='7'><items/></order>"), "");
    assert_eq!(xml("<other id='7'><items/></other>"), " body");
    assert_eq!(xml("<order id='7'>"), " body");
    assert_eq!(desk.written("xml", "application/xml", b"<order id='x'><items/></order>"), "/id type");
}

#[test]
fn forms_are_written_as_their_encoding_says() {
    let desk = Desk::of(MEDIA);
    let form = |body: &str| desk.written("form", "application/x-www-form-urlencoded", body.as_bytes());
    assert_eq!(form("name=x&ids=1%2C2&at%5Bcity%5D=Pune&meta=%7B%22k%22%3A1%7D"), "");
    assert_eq!(form("name=x&ids=1,b"), "/ids/* type");
    assert_eq!(form("ids=1"), "/name required");
    assert_eq!(form("name=x&meta=%7B%7D"), "/meta/k required");
    assert_eq!(form("name=x&other=1"), "/other additionalProperties");
    assert_eq!(desk.written("form", "application/x-www-form-urlencoded", b"{\"name\":1}"), " body");
    let part = |name, media_type, content| Part { field: name, file_name: None, media_type, content };
    let sent = |parts| ids(&desk.sent("form", "/form", &[], BodySent::Multipart(parts)));
    assert_eq!(sent(vec![part("file", Some("image/png"), b"x"), part("no", None, b"7")]), "");
    assert_eq!(sent(vec![part("file", Some("text/plain"), b"x")]), "/file media-type");
    assert_eq!(sent(vec![part("file", None, b"x"), part("no", None, b"seven")]), "/no type");
    assert_eq!(sent(vec![part("file", None, b"x"), part("tags", None, b"a")]), "");
    let raw = b"--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--B\r\nContent-Disposition: form-data; name=\"no\"\r\n\r\ny\r\n--B--";
    assert_eq!(desk.written("form", "multipart/form-data; boundary=B", raw), "/no type");
    assert_eq!(desk.written("form", "multipart/form-data; boundary=B", b"nothing"), " body");
}

#[test]
fn types_that_differ_in_a_parameter_are_two() {
    let desk = Desk::of(MEDIA);
    assert_eq!(desk.came("versions", 200, "application/json; version=1", b"{\"one\":1}"), "");
    assert_eq!(desk.came("versions", 200, "application/json;version=2", b"{\"one\":1}"), "/two required");
    assert_eq!(desk.came("versions", 200, "application/hal+json", b"{\"one\":1}"), "/three required");
    let other = desk.came("versions", 200, "application/json; version=3", b"{\"one\":1}");
    assert_eq!(other, "content type undocumented-media-type");
}

#[test]
fn a_member_that_is_there_twice_is_told() {
    let desk = Desk::of(MEDIA);
    let twice = b"{\"a\":\"x\",\"a\":1}";
    assert_eq!(desk.came("any", 200, "application/json", twice), "/a duplicate-member");
    assert_eq!(desk.written("any", "application/json", twice), "/a duplicate-member");
    assert_eq!(desk.came("any", 200, "application/json", b"{\"a\":1}"), "");
}

#[test]
fn one_code_has_one_status() {
    let desk = Desk::of("
openapi: 3.1.0
info: { title: T, version: '1' }
x-envelope: { code: [/meta/code] }
x-codes:
  A-1: { case: A, status: ['200', '201'], generic: true }
  B-1: { case: B, status: ['400'], generic: true }
paths:
  /t: { get: { operationId: t, responses: { default: { description: d, content: { application/json: { schema: { type: object } } } } } } }
");
    let came = |status, code: &str| {
        let body = json!({ "meta": { "code": code } });
        let mut judged = desk.answered("t", status, &body);
        // What is judged is not known to the run before it is told.
        desk.first(std::mem::take(&mut judged.touches));
        ids(&judged)
    };
    assert_eq!((came(200, "A-1"), came(201, "A-1")), (String::new(), String::new()));
    assert_eq!(came(400, "B-1"), "");
    assert_eq!(came(402, "B-1"), "status status");
    assert_eq!(came(400, "B-1"), "");
    assert_eq!(came(200, "C-9"), "/meta/code undocumented-code");
    assert_eq!(came(409, "C-9"), "status one-code-many-statuses; /meta/code undocumented-code");
}
