//! A response, held against the one variant it is meant to be.

mod codes;
mod evidence;

pub(super) use codes::elsewhere;

use super::choose::{Chosen, CodeCame, Meant, by_code, code_in, without_code};
use super::context::{Undocumented, ValidationContext, Violated};
use super::facts::{BodyCame, Judged, ResponseFacts};
use super::index::{BodyIndex, ResponseIndex};
use super::seen::Seen;
use super::words::{section, shown_text, status_name, status_path, statuses};
use super::{headers, media};
use crate::contract::{Contract, DocumentedResponse, Operation, ResponseStatus, StatusRange, Variant};
use crate::event::{FindingKind, Side, ThingKind, Touch};
use crate::source::Span;
use crate::text::either;
use serde_json::Value;

/// How much of a body that is not JSON is shown, in bytes.
const EXCERPT: usize = 80;

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
        match &self.response.body {
            BodyCame::Value(body) => self.value(&mut context, body),
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

    fn value(&self, context: &mut ValidationContext<'a>, body: &'a Value) {
        let (contract, operation) = (context.contract, context.operation);
        let came = code_in(contract, operation, body);
        // Without documented codes a member that is called like one is a member like any other.
        let coded = !contract.codes.is_empty() || !contract.variants.is_empty() || !operation.variants.is_empty();
        let came = came.filter(|_| coded);
        context.judged.code = came.map(|came| came.code.to_owned());
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
                    self.by_status(context, body);
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
            found: Some(format!("HTTP {status}")),
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
        let what = match (came, response.media.is_empty()) {
            (_, true) => format!("a body came, and none is documented with HTTP {status}"),
            (Some(came), false) => format!("the content type `{came}` is not documented, {listed} is"),
            (None, false) => format!("the body came without a content type, where {listed} is documented"),
        };
        context.find(Undocumented {
            detail: came,
            found: came.map(str::to_owned),
            ..Undocumented::new(FindingKind::UndocumentedMediaType, "content type", what, response.span)
        });
    }

    /// A body that no variant is for: held as the document's response for the status says.
    fn by_status(&self, context: &mut ValidationContext<'a>, body: &'a Value) {
        let Some((_, response)) = self.documented else { return };
        self.media(context);
        let came = media::of(self.response.headers);
        let exact = came.and_then(|came| media::find(&response.media, came));
        let Some((number, media)) = exact.or_else(|| media::json(&response.media)) else { return };
        let index = self.index(context);
        if let Some(index) = index {
            context.label = &index.name;
        }
        let index = index.and_then(|index| index.media.get(number));
        media::held(context, media, index, body);
    }

    fn not_json(&self, context: &mut ValidationContext<'a>, bytes: &[u8], why: &str) {
        let came = media::of(self.response.headers);
        let operation = context.operation;
        let response = self.documented.map(|(_, response)| response);
        let other = response.zip(came).and_then(|(response, came)| media::find(&response.media, came));
        self.media(context);
        let json = response.and_then(|response| media::json(&response.media)).map(|(_, media)| media.span);
        let json = json.or_else(|| (!operation.variants.is_empty()).then_some(operation.span));
        if let (None | Some((_, _)), Some(span)) = (other, json)
            && other.is_none_or(|(_, media)| media::is_json(&media.media_type))
        {
            context.judged.checks += 1;
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(EXCERPT)]);
            let dots = if bytes.len() > EXCERPT { "…" } else { "" };
            let found = format!("not JSON: {why}; it begins with {}{dots}", shown_text(&head));
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
