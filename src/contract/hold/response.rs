//! A response, held against the one variant it is meant to be.

use super::choose::{Chosen, CodeCame, Meant, by_code, code_in, without_code};
use super::facts::{BodyCame, Judged, ResponseFacts};
use super::holding::{Broken, Holding, Strange};
use super::index::{BodyIndex, ResponseIndex};
use super::seen::{Key, Seen};
use super::words::{code_members, section, shown, shown_text, status_name, status_path, statuses};
use super::{headers, media};
use crate::contract::{Contract, DocumentedResponse, Operation, Respelling, ResponseStatus, StatusRange, Variant};
use crate::event::{FindingKind, Side, ThingKind, Touch};
use crate::source::Span;
use crate::text::{cut, either, nearest};
use serde_json::Value;

/// How much of a body that is not JSON is shown, in bytes.
const EXCERPT: usize = 80;

pub(super) fn hold(contract: &Contract, operation: &Operation, response: &ResponseFacts<'_>, seen: &Seen) -> Judged {
    let holding = Holding::new(contract, operation, seen, Side::Response);
    let documented = response_for(operation, response.status).map(|place| (place, &operation.responses[place]));
    let answer = Answer { response, documented };
    answer.hold(holding)
}

/// The place of the response that the document has for a status: an exact one, then a class, then the default.
pub(super) fn response_for(operation: &Operation, status: u16) -> Option<usize> {
    let find =
        |fits: &dyn Fn(ResponseStatus) -> bool| operation.responses.iter().position(|response| fits(response.status));
    find(&|own| own == ResponseStatus::Range(StatusRange::Exactly(status)))
        .or_else(|| find(&|own| matches!(own, ResponseStatus::Range(range) if range.holds(status))))
        .or_else(|| find(&|own| own == ResponseStatus::Default))
}

struct Answer<'a> {
    response: &'a ResponseFacts<'a>,
    documented: Option<(usize, &'a DocumentedResponse)>,
}

impl<'a> Answer<'a> {
    fn hold(&self, mut holding: Holding<'a>) -> Judged {
        let index = self.index(&holding);
        if let Some(index) = index {
            holding.mark(index.status, Touch::Seen);
        }
        match &self.response.body {
            BodyCame::Value(body) => self.value(&mut holding, body),
            BodyCame::NotJson(bytes, why) if !bytes.is_empty() => self.not_json(&mut holding, bytes, why),
            BodyCame::None | BodyCame::NotJson(..) => self.nothing(&mut holding),
        }
        headers::held(&mut holding, self.response.headers, self.documented);
        holding.judged
    }

    fn index<'h>(&self, holding: &Holding<'h>) -> Option<&'h ResponseIndex> {
        holding.index?.1.responses.get(self.documented?.0)
    }

    fn value(&self, holding: &mut Holding<'a>, body: &'a Value) {
        let (contract, operation) = (holding.contract, holding.operation);
        let came = code_in(contract, operation, body);
        // Without documented codes a member that is called like one is a member like any other.
        let coded = !contract.codes.is_empty() || !contract.variants.is_empty() || !operation.variants.is_empty();
        let came = came.filter(|_| coded);
        holding.judged.code = came.map(|came| came.code.to_owned());
        if let Some(came) = came {
            self.code(holding, came, body);
        } else {
            match without_code(operation, body) {
                Meant::Variant(chosen) => self.variant(holding, chosen, None, body),
                Meant::Among(among) => self.none_of(holding, &among, None, body),
                Meant::Nothing if operation.variants.is_empty() || operation.code_optional => {
                    self.by_status(holding, body);
                }
                Meant::Nothing => self.no_code(holding, body),
            }
        }
        self.touch(holding, came, body);
    }

    /// A body with a status code.
    fn code(&self, holding: &mut Holding<'a>, came: CodeCame<'a>, body: &'a Value) {
        let (contract, operation) = (holding.contract, holding.operation);
        let known = contract.codes.get(came.code);
        if known.is_some() {
            let thing = holding.seen.catalogue.number(ThingKind::Code, None, came.code);
            holding.mark(thing, Touch::Seen);
        }
        match by_code(contract, operation, came, body) {
            Meant::Variant(chosen) => return self.variant(holding, chosen, Some(came), body),
            Meant::Among(among) => return self.none_of(holding, &among, Some(came), body),
            Meant::Nothing => {}
        }
        match known {
            // The document says more of its codes than of its variants.
            Some(code) if code.belongs_to(Some(&operation.id)) => {
                self.status(holding, &code.statuses, operation.span);
                if operation.variants.is_empty() {
                    self.by_status(holding, body);
                } else {
                    self.media(holding);
                }
            }
            _ => {
                self.strange_code(holding, came);
                self.without_its_code(holding, came, body);
            }
        }
    }

    /// A code that is not documented here.
    fn strange_code(&self, holding: &mut Holding<'a>, came: CodeCame<'_>) {
        let (contract, operation) = (holding.contract, holding.operation);
        let pointer = format!("/{}", came.member);
        let codes: Vec<String> = contract.codes.keys().cloned().collect();
        if let Some(respelling) = contract.respelling(came.code, &codes) {
            return holding.respelt(respelling, &pointer, operation.span);
        }
        let own = contract.codes.iter().filter(|(_, code)| code.belongs_to(Some(&operation.id)));
        let near = nearest(came.code, own.map(|(code, _)| code.as_str()));
        let near = near.or_else(|| nearest(came.code, codes.iter().map(String::as_str)));
        let (what, near) = match contract.codes.get(came.code) {
            Some(code) => {
                let others = either(&code.operations);
                (format!("the code `{}` ({}) is documented for {others} only", came.code, code.case), None)
            }
            None => (format!("the code `{}` is not documented", came.code), near.map(str::to_owned)),
        };
        // Where the only reading of such a body is a variant that rests on a ruling, the ruling is what to ask about.
        let rests = operation.variants.iter().find(|variant| variant.codes.is_empty());
        let ambiguity = rests.and_then(|variant| variant.ambiguities.first()).cloned();
        holding.find(Strange {
            detail: Some(came.code),
            found: Some(shown_text(came.code)),
            near,
            ambiguity,
            ..Strange::new(FindingKind::UndocumentedCode, &pointer, what, operation.span)
        });
    }

    /// What is left to hold when the code says nothing: the variant that needs none, if it knows the code's member.
    fn without_its_code(&self, holding: &mut Holding<'a>, came: CodeCame<'_>, body: &'a Value) {
        let operation = holding.operation;
        if let Meant::Variant(chosen) = without_code(operation, body) {
            let shape = chosen.variant().schema.shape();
            let members = shape.nodes.first().map(|node| node.members.as_slice()).unwrap_or_default();
            if members.iter().any(|(name, _)| name == came.member) {
                return self.variant(holding, chosen, None, body);
            }
        }
        if operation.variants.is_empty() { self.by_status(holding, body) } else { self.media(holding) }
    }

    /// A body that should have a status code.
    fn no_code(&self, holding: &mut Holding<'a>, body: &Value) {
        let operation = holding.operation;
        holding.judged.checks += 1;
        let pointer = match operation.code_members.as_slice() {
            [only] => format!("/{only}"),
            _ => String::new(),
        };
        let there = operation.code_members.iter().find_map(|member| body.get(member));
        let found = match (there, body) {
            (Some(there), _) => Some(shown(there)),
            (None, Value::Object(members)) => Some(other_members(members.keys().map(String::as_str))),
            (None, other) => Some(shown(other)),
        };
        let promised = format!("a status code in {}", code_members(operation));
        holding.violate(Broken::new(&pointer, "code", promised, operation.span).found(found));
        self.media(holding);
    }

    /// A known code, but none of its variants says so.
    fn none_of(&self, holding: &mut Holding<'a>, among: &[Chosen<'a>], came: Option<CodeCame<'a>>, body: &'a Value) {
        let operation = holding.operation;
        let path = status_path(operation).unwrap_or_default();
        let said = body.pointer(path);
        let text = said.and_then(Value::as_str);
        let documented: Vec<String> = among.iter().filter_map(|chosen| chosen.variant().data_status.clone()).collect();
        let respelling = text.and_then(|text| holding.contract.respelling(text, &documented));
        if let Some(respelling) = respelling {
            return self.respelt(holding, among, (respelling, path), came, body);
        }
        holding.judged.checks += 1;
        let with = came.map(|came| format!(" with {}", came.code)).unwrap_or_default();
        let elsewhere = text
            .and_then(|text| operation.variants.iter().find(|variant| variant.data_status.as_deref() == Some(text)));
        let elsewhere =
            elsewhere.map(|variant| format!("; {} comes with {}", text.unwrap_or_default(), either(&variant.codes)));
        let promised = format!("{}{with}{}", one_of(&documented), elsewhere.unwrap_or_default());
        let near = text.and_then(|text| nearest(text, documented.iter().map(String::as_str)));
        let span = among.first().map_or(operation.span, |chosen| chosen.variant().span);
        let rule = if said.is_some() { "enum" } else { "required" };
        let broken = Broken::new(path, rule, promised, span).found(said.map(shown));
        holding.violate(Broken { near: near.map(str::to_owned), ..broken });
        self.media(holding);
    }

    /// A respelt value means the variant of the documented one.
    fn respelt(
        &self,
        holding: &mut Holding<'a>,
        among: &[Chosen<'a>],
        (respelling, path): (&Respelling, &str),
        came: Option<CodeCame<'a>>,
        body: &'a Value,
    ) {
        let meant = |chosen: &&Chosen<'a>| chosen.variant().data_status.as_ref() == Some(&respelling.documented);
        match among.iter().find(meant) {
            Some(chosen) => self.variant(holding, *chosen, came, body),
            None => holding.respelt(respelling, path, holding.operation.span),
        }
    }

    /// The one variant that was meant.
    fn variant(&self, holding: &mut Holding<'a>, chosen: Chosen<'a>, came: Option<CodeCame<'a>>, body: &'a Value) {
        let variant = chosen.variant();
        let index = variant_index(holding, chosen);
        holding.variant = Some(&variant.name);
        holding.label = &variant.name;
        holding.section = section(Some(variant), holding.operation);
        holding.judged.variant = Some(variant.name.clone());
        if let Some(index) = index {
            holding.mark(index.variant, Touch::Seen);
            holding.meant = Some(index);
        }
        if !variant.documented {
            let what = not_stated(holding.operation, variant, came);
            holding.find(Strange {
                ambiguity: variant.ambiguities.first().cloned(),
                ..Strange::new(FindingKind::UndocumentedVariant, "", what, variant.span)
            });
        }
        self.status(holding, &variant.statuses, variant.span);
        self.media(holding);
        holding.schema(&variant.schema, body, "");
        holding.walk(&variant.schema, index, body);
    }

    /// The HTTP status, where something promises which.
    fn status(&self, holding: &mut Holding<'a>, ranges: &[StatusRange], span: Span) {
        let status = self.response.status;
        holding.judged.checks += 1;
        if ranges.is_empty() {
            return self.undocumented_status(holding);
        }
        if !ranges.iter().any(|range| range.holds(status)) {
            let broken = Broken::new("status", "status", statuses(ranges), span);
            holding.violate(broken.found(format!("HTTP {status}")));
        }
    }

    fn undocumented_status(&self, holding: &mut Holding<'a>) {
        let (status, operation) = (self.response.status, holding.operation);
        let told = holding.judged.violations.iter().any(|(violation, _)| violation.rule == "status");
        if told || operation.responses.is_empty() {
            return;
        }
        let name = status.to_string();
        let what = match self.documented {
            Some((_, response)) if response.documented => return,
            Some(_) => format!("the documentation does not state HTTP {status} for {}", operation.id),
            None => {
                let known = operation.responses.iter().map(|response| status_name(response.status));
                let known = either(&known.collect::<Vec<_>>());
                format!("HTTP {status} is not documented for {}, only {known}", operation.id)
            }
        };
        holding.find(Strange {
            detail: Some(&name),
            found: Some(format!("HTTP {status}")),
            ..Strange::new(FindingKind::UndocumentedStatus, "status", what, operation.span)
        });
    }

    /// The content type of a body that is there.
    fn media(&self, holding: &mut Holding<'a>) {
        let Some((_, response)) = self.documented else { return self.undocumented_status(holding) };
        holding.judged.checks += 1;
        let came = media::of(self.response.headers);
        if came.is_some_and(|came| media::find(&response.media, came).is_some()) {
            return;
        }
        let status = status_name(response.status);
        let listed = media::listed(&response.media);
        let what = match (came, response.media.is_empty()) {
            (_, true) => format!("a body came, and none is documented with HTTP {status}"),
            (Some(came), false) => format!("the content type `{came}` is not documented, {listed} is"),
            (None, false) => format!("the body came without a content type, where {listed} is documented"),
        };
        holding.find(Strange {
            detail: came,
            found: came.map(str::to_owned),
            ..Strange::new(FindingKind::UndocumentedMediaType, "content type", what, response.span)
        });
    }

    /// A body that no variant is for: held as the document's response for the status says.
    fn by_status(&self, holding: &mut Holding<'a>, body: &'a Value) {
        self.undocumented_status(holding);
        let Some((_, response)) = self.documented else { return };
        self.media(holding);
        let came = media::of(self.response.headers);
        let exact = came.and_then(|came| media::find(&response.media, came));
        let Some((number, media)) = exact.or_else(|| media::json(&response.media)) else { return };
        let index = self.index(holding);
        if let Some(index) = index {
            holding.label = &index.name;
        }
        let index = index.and_then(|index| index.media.get(number));
        let Some((choice, schema)) = media::chosen(media, body) else { return };
        let index = index.and_then(|index| match choice {
            Some(choice) => index.choices.get(choice),
            None => Some(&index.body),
        });
        holding.schema(schema, body, "");
        holding.walk(schema, index, body);
    }

    fn not_json(&self, holding: &mut Holding<'a>, bytes: &[u8], why: &str) {
        let came = media::of(self.response.headers);
        let operation = holding.operation;
        let response = self.documented.map(|(_, response)| response);
        let other = response.zip(came).and_then(|(response, came)| media::find(&response.media, came));
        self.undocumented_status(holding);
        self.media(holding);
        let json = response.and_then(|response| media::json(&response.media)).map(|(_, media)| media.span);
        let json = json.or_else(|| (!operation.variants.is_empty()).then_some(operation.span));
        if let (None | Some((_, _)), Some(span)) = (other, json)
            && other.is_none_or(|(_, media)| media::is_json(&media.media_type))
        {
            holding.judged.checks += 1;
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(EXCERPT)]);
            let dots = if bytes.len() > EXCERPT { "…" } else { "" };
            let found = format!("not JSON: {why}; it begins with {}{dots}", shown_text(&head));
            holding.violate(Broken::new("", "body", "a JSON body".into(), span).found(found));
        }
        self.touch(holding, None, &Value::Null);
    }

    fn nothing(&self, holding: &mut Holding<'a>) {
        let operation = holding.operation;
        self.undocumented_status(holding);
        // RFC 9110, sections 9.3.2, 15.3.5, 15.3.6 and 15.4.5: these never have a body.
        if operation.method == "HEAD" || matches!(self.response.status, 204 | 205 | 304) {
            return;
        }
        let promised = match self.documented {
            Some((_, response)) => (!response.media.is_empty()).then_some(response.span),
            None => (!operation.variants.is_empty()).then_some(operation.span),
        };
        if let Some(span) = promised {
            holding.judged.checks += 1;
            holding.violate(Broken::new("", "body", "a body".into(), span));
        }
        self.touch(holding, None, &Value::Null);
    }

    /// Evidence of ambiguities that the operation, the variant or the response names.
    fn touch(&self, holding: &mut Holding<'a>, came: Option<CodeCame<'_>>, body: &Value) {
        let Some((number, index)) = holding.index else { return };
        let meant = holding.meant.into_iter().flat_map(|body| &body.ambiguities);
        let own = index.ambiguities.iter().chain(meant);
        let status = status_path(holding.operation).and_then(|path| Some((path, body.pointer(path)?.as_str()?)));
        let told = Told { operation: holding.operation, came, status, http: self.response.status };
        for ambiguity in own {
            if holding.seen.asks(*ambiguity, number) {
                holding.testify(*ambiguity, told.key(), || told.words());
            }
        }
        // An answer that could have come with several statuses speaks for the one it came with.
        let codes = came.and_then(|came| holding.contract.codes.get(came.code));
        for (response, at) in holding.operation.responses.iter().zip(&index.responses) {
            let here = self.documented.is_some_and(|(_, own)| own.status == response.status);
            let might = codes.is_some_and(|code| {
                matches!(response.status, ResponseStatus::Range(range) if code.statuses.len() > 1 && code.statuses.contains(&range))
            });
            for ambiguity in at.ambiguities.iter().filter(|_| here || might) {
                if holding.seen.asks(*ambiguity, number) {
                    let key = Key::new(b's').number(usize::from(self.response.status));
                    holding.testify(*ambiguity, key, || told.words());
                }
            }
        }
    }
}

/// What an answer was, as evidence.
struct Told<'t> {
    operation: &'t Operation,
    came: Option<CodeCame<'t>>,
    status: Option<(&'t str, &'t str)>,
    http: u16,
}

impl Told<'_> {
    fn key(&self) -> Key {
        let key = Key::new(b'a').with(&self.operation.id).number(usize::from(self.http));
        let key = self.came.map_or(key, |came| key.with(came.code).with(came.member));
        self.status.map_or(key, |(_, status)| key.with(status))
    }

    fn words(&self) -> String {
        let code = match self.came {
            Some(came) if self.operation.code_members.len() > 1 => format!("{} in `{}`", came.code, came.member),
            Some(came) => came.code.to_owned(),
            None => "no status code".to_owned(),
        };
        let code = cut(&code, EXCERPT);
        let status = self.status.map(|(path, status)| format!(", {path} {}", cut(status, EXCERPT)));
        format!("{} answered {code}{}, HTTP {}", self.operation.id, status.unwrap_or_default(), self.http)
    }
}

fn variant_index<'h>(holding: &Holding<'h>, chosen: Chosen<'_>) -> Option<&'h BodyIndex> {
    match chosen {
        Chosen::Own(number, _) => holding.index?.1.variants.get(number),
        Chosen::Root(number, _) => holding.seen.index.variants.get(number),
    }
}

fn not_stated(operation: &Operation, variant: &Variant, came: Option<CodeCame<'_>>) -> String {
    let code = came.map_or_else(|| "no status code".to_owned(), |came| format!("{} in `{}`", came.code, came.member));
    let path = status_path(operation).unwrap_or_default();
    let status = variant.data_status.as_ref().map(|status| format!(" and {path} {status}"));
    let status = status.unwrap_or_default();
    format!("the documentation does not state that {} answers {code}{status} (`{}`)", operation.id, variant.name)
}

fn one_of(values: &[String]) -> String {
    match values {
        [only] => only.clone(),
        values => format!("one of {}", values.join(", ")),
    }
}

fn other_members<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.is_empty() {
        true => "an empty object".to_owned(),
        false => cut(&format!("an object of {}", names.join(", ")), 200),
    }
}
