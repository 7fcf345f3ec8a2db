//! A response, held against the one variant it is meant to be.

mod codes;
mod evidence;

pub(super) use codes::elsewhere;

use super::body::{self, Body};
use super::choose::{Chosen, CodeCame, Meant, by_code, code_in, without_code};
use super::context::{Undocumented, ValidationContext, Violated};
use super::facts::{BodyCame, Judged, ResponseFacts};
use super::index::{BodyIndex, ResponseIndex};
use super::seen::Seen;
use super::words::{section, status_name, status_path, statuses};
use super::{headers, media};
use crate::contract::{Contract, DocumentedResponse, Operation, ResponseStatus, StatusRange, Variant};
use crate::event::{FindingKind, Side, ThingKind, Touch};
use crate::source::Span;
use crate::text::either;
use serde_json::Value;

pub(super) fn hold(contract: &Contract, operation: &Operation, response: &ResponseFacts<'_>, seen: &Seen) -> Judged {
    let context = ValidationContext::new(contract, operation, seen, Side::Response);
    let documented = response_for(operation, response.status).map(|place| (place, &operation.responses[place]));
    let answer = Answer { response, documented };
    answer.hold(context)
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
    fn hold(&self, mut context: ValidationContext<'a>) -> Judged {
        let index = self.index(&context);
        if let Some(index) = index {
            context.mark(index.status, Touch::Seen);
        }
        let came = media::of(self.response.headers);
        // What is documented as JSON, or said to be it, is; a contract with variants speaks of nothing else.
        let variants = !context.operation.variants.is_empty();
        let documented = |came| self.documented.and_then(|(_, response)| media::find(&response.media, came));
        let as_json = variants
            || came.is_none_or(|came| {
                media::is_json(came) || documented(came).is_none_or(|found| media::is_json(&found.media.media_type))
            });
        match &self.response.body {
            BodyCame::Json(body, text) => {
                if as_json {
                    let span = self.documented.map_or(context.operation.span, |(_, response)| response.span);
                    context.duplicates(text, span);
                    self.value(&mut context, body, Some(text));
                } else {
                    self.by_type(&mut context, Ok(body), Some(text));
                }
            }
            BodyCame::Value(body) if as_json => self.value(&mut context, body, None),
            BodyCame::Value(body) => self.by_type(&mut context, Ok(body), None),
            BodyCame::NotJson(bytes, why) if !bytes.is_empty() => self.not_json(&mut context, bytes, why),
            BodyCame::None | BodyCame::NotJson(..) => self.nothing(&mut context),
        }
        self.undocumented_status(&mut context);
        headers::held(&mut context, self.response.headers, self.documented);
        context.judged
    }

    fn index<'h>(&self, context: &ValidationContext<'h>) -> Option<&'h ResponseIndex> {
        context.index?.1.responses.get(self.documented?.0)
    }

    fn value(&self, context: &mut ValidationContext<'a>, body: &'a Value, text: Option<&'a [u8]>) {
        let (contract, operation) = (context.contract, context.operation);
        let came = code_in(contract, operation, body);
        // Without documented codes a member that is called like one is a member like any other.
        let coded = !contract.codes.is_empty() || !contract.variants.is_empty() || !operation.variants.is_empty();
        let came = came.filter(|_| coded);
        context.judged.code = came.map(|came| came.code.to_owned());
        if let Some(came) = came {
            self.one_status(context, came);
        }
        if let Some(came) = came {
            self.code(context, came, body);
        } else {
            match without_code(operation, body) {
                Meant::Variant(chosen) => self.variant(context, chosen, None, body),
                Meant::Fitting(chosen) => self.fitting(context, chosen, None, body),
                Meant::Among(among) => self.none_of(context, &among, None, body),
                // Where a code is optional, the document's response for the status is the next best.
                Meant::Nothing
                    if operation.variants.is_empty() || (operation.code_optional && self.documented.is_some()) =>
                {
                    self.by_text(context, Ok(body), text);
                }
                Meant::Nothing => self.no_code(context, body),
            }
        }
        self.touch(context, came, body);
    }

    /// A body with a status code.
    fn code(&self, context: &mut ValidationContext<'a>, came: CodeCame<'a>, body: &'a Value) {
        let (contract, operation) = (context.contract, context.operation);
        let known = contract.codes.get(came.code);
        if known.is_some() {
            let thing = context.seen.catalogue.number(ThingKind::Code, None, came.code);
            context.mark(thing, Touch::Seen);
        }
        match by_code(contract, operation, came, body) {
            Meant::Variant(chosen) => return self.variant(context, chosen, Some(came), body),
            Meant::Fitting(chosen) => return self.fitting(context, chosen, Some(came), body),
            Meant::Among(among) => return self.none_of(context, &among, Some(came), body),
            Meant::Nothing => {}
        }
        match known {
            // The document says more of its codes than of its variants.
            Some(code) if code.belongs_to(Some(&operation.id)) => {
                self.status(context, &code.statuses, operation.span);
                if operation.variants.is_empty() {
                    self.by_status(context, body);
                } else {
                    self.media(context);
                }
            }
            _ => {
                self.strange_code(context, came);
                self.without_its_code(context, came, body);
            }
        }
    }

    /// One code has one HTTP status, unless more are documented for it.
    fn one_status(&self, context: &mut ValidationContext<'a>, came: CodeCame<'a>) {
        let status = self.response.status;
        let documented = context.contract.codes.get(came.code).map(|code| code.statuses.as_slice()).unwrap_or_default();
        let exactly = |one: u16| documented.contains(&StatusRange::Exactly(one));
        // What is documented for the code is not found against it; another one is told where it comes.
        let told = exactly(status) || !documented.is_empty() && !documented.iter().any(|range| range.holds(status));
        let other = context.seen.status_of(came.code, status, &mut context.judged.touches).filter(|_| !told);
        let Some(other) = other else { return };
        let what = format!("the code `{}` came with HTTP {status} and with HTTP {other} in this run", came.code);
        context.find(Undocumented {
            detail: Some(came.code),
            ..Undocumented::new(FindingKind::OneCodeManyStatuses, "status", what, context.operation.span)
        });
    }

    /// The one variant that was meant.
    fn variant(
        &self,
        context: &mut ValidationContext<'a>,
        chosen: Chosen<'a>,
        came: Option<CodeCame<'a>>,
        body: &'a Value,
    ) {
        let index = self.meant(context, chosen, came);
        let schema = &chosen.variant().schema;
        context.schema(schema, body, "");
        context.walk(schema, index, body);
    }

    /// The one variant that was meant, whose schema is kept.
    fn fitting(
        &self,
        context: &mut ValidationContext<'a>,
        chosen: Chosen<'a>,
        came: Option<CodeCame<'a>>,
        body: &'a Value,
    ) {
        let index = self.meant(context, chosen, came);
        context.judged.checks += 1;
        context.walk(&chosen.variant().schema, index, body);
    }

    /// What a variant promises besides its body.
    fn meant(
        &self,
        context: &mut ValidationContext<'a>,
        chosen: Chosen<'a>,
        came: Option<CodeCame<'a>>,
    ) -> Option<&'a BodyIndex> {
        let variant = chosen.variant();
        let index = variant_index(context, chosen);
        context.variant = Some(&variant.name);
        context.label = &variant.name;
        context.section = section(Some(variant), context.operation);
        context.judged.variant = Some(variant.name.clone());
        if let Some(index) = index {
            context.mark(index.variant, Touch::Seen);
            context.meant = Some(index);
        }
        if !variant.documented {
            let what = not_stated(context.operation, variant, came);
            context.find(Undocumented {
                ambiguity: variant.ambiguities.first().cloned(),
                ..Undocumented::new(FindingKind::UndocumentedVariant, "", what, variant.span)
            });
        }
        self.status(context, &variant.statuses, variant.span);
        self.media(context);
        index
    }

    /// The HTTP status, where something promises which.
    fn status(&self, context: &mut ValidationContext<'a>, ranges: &[StatusRange], span: Span) {
        let status = self.response.status;
        context.judged.checks += 1;
        if !ranges.is_empty() && !ranges.iter().any(|range| range.holds(status)) {
            let broken = Violated::new("status", "status", statuses(ranges), span);
            context.violate(broken.found(format!("HTTP {status}")));
            context.mark(self.index(context).and_then(|index| index.status), Touch::Violated);
        }
    }

    fn undocumented_status(&self, context: &mut ValidationContext<'a>) {
        let (status, operation) = (self.response.status, context.operation);
        let told = context.judged.violations.iter().any(|(violation, _)| violation.rule == "status");
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
        context.find(Undocumented {
            detail: Some(&name),
            found: self.documented.is_none().then(|| format!("HTTP {status}")),
            ambiguity: self.documented.and_then(|(_, response)| response.ambiguities.first()).cloned(),
            ..Undocumented::new(FindingKind::UndocumentedStatus, "status", what, operation.span)
        });
    }

    /// The content type of a body that is there.
    fn media(&self, context: &mut ValidationContext<'a>) {
        let Some((_, response)) = self.documented else { return };
        context.judged.checks += 1;
        let came = media::of(self.response.headers);
        if came.is_some_and(|came| media::find(&response.media, came).is_some()) {
            return;
        }
        let status = status_name(response.status);
        let listed = media::listed(&response.media);
        let (kind, pointer, what) = match (came, response.media.is_empty()) {
            (_, true) => {
                (FindingKind::UndocumentedField, "", format!("a body came, and none is documented with HTTP {status}"))
            }
            (Some(came), false) => {
                let what = format!("the content type `{came}` is not documented, {listed} is");
                (FindingKind::UndocumentedMediaType, "content type", what)
            }
            (None, false) => {
                let what = format!("the body came without a content type, where {listed} is documented");
                (FindingKind::UndocumentedMediaType, "content type", what)
            }
        };
        context.find(Undocumented {
            detail: came.map(media::essence),
            found: came.map(str::to_owned),
            ..Undocumented::new(kind, pointer, what, response.span)
        });
    }

    /// A body that no variant is for: validated as the document's response for the status says.
    fn by_status(&self, context: &mut ValidationContext<'a>, body: &'a Value) {
        self.by_text(context, Ok(body), None);
    }

    /// A body whose type is not JSON: it has no status code, whatever it looks like.
    fn by_type(&self, context: &mut ValidationContext<'a>, json: Result<&'a Value, &'a str>, text: Option<&'a [u8]>) {
        self.by_text(context, json, text);
        self.touch(context, None, &Value::Null);
    }

    fn by_text(&self, context: &mut ValidationContext<'a>, json: Result<&'a Value, &'a str>, text: Option<&'a [u8]>) {
        let Some((_, response)) = self.documented else { return };
        self.media(context);
        let came = media::of(self.response.headers);
        // What came as a type that nobody documents is told; as JSON it can be judged all the same.
        let found = match came {
            Some(came) => media::find(&response.media, came)
                .or_else(|| media::json(&response.media).filter(|_| json.is_ok() || media::is_json(came))),
            None => media::without_type(&response.media),
        };
        let Some(found) = found else { return };
        let documented = came.is_some_and(|came| media::find(&response.media, came).is_some());
        let media_type = came.filter(|_| documented);
        let index = self.index(context);
        if let Some(index) = index {
            context.label = &index.name;
        }
        let index = index.and_then(|index| index.media.get(found.number));
        body::validate(context, &found, index, &Body { bytes: text, json, media_type });
    }

    fn not_json(&self, context: &mut ValidationContext<'a>, bytes: &'a [u8], why: &'a str) {
        let came = media::of(self.response.headers);
        let operation = context.operation;
        let response = self.documented.map(|(_, response)| response);
        let known = response.zip(came).is_some_and(|(response, came)| media::find(&response.media, came).is_some());
        let typeless =
            came.is_none() && response.is_some_and(|response| media::without_type(&response.media).is_some());
        if operation.variants.is_empty() && (known || typeless) {
            return self.by_type(context, Err(why), Some(bytes));
        }
        self.media(context);
        let json = response.and_then(|response| media::json(&response.media)).map(|found| found.media.span);
        let json = json.or_else(|| (!operation.variants.is_empty()).then_some(operation.span));
        let other = known && !came.is_some_and(media::is_json) && operation.variants.is_empty();
        if let Some(span) = json.filter(|_| !other) {
            context.judged.checks += 1;
            let found = format!("not JSON: {why}; it begins with {}", body::head(bytes));
            context.violate(Violated::new("", "body", "a JSON body".into(), span).found(found));
        }
        self.touch(context, None, &Value::Null);
    }

    fn nothing(&self, context: &mut ValidationContext<'a>) {
        let operation = context.operation;
        // RFC 9110, sections 9.3.2, 15.3.5, 15.3.6 and 15.4.5: these never have a body.
        if operation.method == "HEAD" || matches!(self.response.status, 204 | 205 | 304) {
            return;
        }
        let promised = match self.documented {
            Some((_, response)) => (!response.media.is_empty()).then_some(response.span),
            None => (!operation.variants.is_empty()).then_some(operation.span),
        };
        if let Some(span) = promised {
            context.judged.checks += 1;
            context.violate(Violated::new("", "body", "a body".into(), span));
        }
        self.touch(context, None, &Value::Null);
    }
}

fn variant_index<'h>(context: &ValidationContext<'h>, chosen: Chosen<'_>) -> Option<&'h BodyIndex> {
    match chosen {
        Chosen::Own(number, _) => context.index?.1.variants.get(number),
        Chosen::Root(number, _) => context.seen.index.variants.get(number),
    }
}

fn not_stated(operation: &Operation, variant: &Variant, came: Option<CodeCame<'_>>) -> String {
    let code = came.map_or_else(|| "no status code".to_owned(), |came| format!("{} in `{}`", came.code, came.member));
    let path = status_path(operation).unwrap_or_default();
    let status = variant.data_status.as_ref().map(|status| format!(" and {path} {status}"));
    let status = status.unwrap_or_default();
    format!("the documentation does not state that {} answers {code}{status} (`{}`)", operation.id, variant.name)
}
