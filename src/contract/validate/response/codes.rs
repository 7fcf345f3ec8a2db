//! Codes, and the values beside them, that choose no variant.

use super::Answer;
use crate::contract::validate::choose::{Chosen, CodeCame, Meant, code_at, without_code};
use crate::contract::validate::context::{Undocumented, ValidationContext, Violated, in_place_of};
use crate::contract::validate::words::{code_members, shown, shown_text, status_path};
use crate::contract::{Operation, Respelling};
use crate::event::FindingKind;
use crate::text::{cut, either, nearest};
use serde_json::Value;

impl<'a> Answer<'a> {
    /// A code that is not documented here.
    pub(super) fn strange_code(&self, context: &mut ValidationContext<'a>, came: CodeCame<'_>) {
        let (contract, operation) = (context.contract, context.operation);
        let pointer = pointer_of(came.member);
        let codes: Vec<String> = contract.codes.keys().cloned().collect();
        if let Some(respelling) = contract.respelling(came.code, &codes) {
            return context.respelt(respelling, &pointer, Some(came.code), operation.span);
        }
        let own = contract.codes.iter().filter(|(_, code)| code.belongs_to(Some(&operation.id)));
        let near = nearest(came.code, own.map(|(code, _)| code.as_str()));
        let (what, near) = match contract.codes.get(came.code) {
            Some(code) => {
                let others = either(&code.operations);
                let (id, code, case) = (&operation.id, came.code, &code.case);
                (format!("the code `{code}` ({case}) of {id} is documented for {others} only"), None)
            }
            None => {
                (format!("the code `{}` of {} is not documented", came.code, operation.id), near.map(str::to_owned))
            }
        };
        // Where the only reading of such a body is a variant that rests on a ruling, the ruling is what to ask about.
        let rests = operation.variants.iter().find(|variant| variant.codes.is_empty());
        let ambiguity = rests.and_then(|variant| variant.ambiguities.first()).cloned();
        context.find(Undocumented {
            detail: Some(came.code),
            found: Some(shown_text(came.code)),
            near,
            ambiguity,
            ..Undocumented::new(FindingKind::UndocumentedCode, &pointer, what, operation.span)
        });
    }

    /// What is left to hold when the code says nothing: the variant that needs none, if it knows the code's member.
    pub(super) fn without_its_code(&self, context: &mut ValidationContext<'a>, came: CodeCame<'_>, body: &'a Value) {
        let operation = context.operation;
        if let Meant::Variant(chosen) | Meant::Fitting(chosen) = without_code(operation, body) {
            let shape = chosen.variant().schema.shape();
            let members = shape.nodes.first().map(|node| node.members.as_slice()).unwrap_or_default();
            if members.iter().any(|(name, _)| name == came.member) {
                return self.variant(context, chosen, None, body);
            }
        }
        if operation.variants.is_empty() { self.by_status(context, body) } else { self.media(context) }
    }

    /// A body that should have a status code.
    pub(super) fn no_code(&self, context: &mut ValidationContext<'a>, body: &Value) {
        let operation = context.operation;
        context.judged.checks += 1;
        let pointer = match operation.code_members.as_slice() {
            [only] => pointer_of(only),
            _ => String::new(),
        };
        let there = operation.code_members.iter().find_map(|member| code_at(body, member));
        let found = match (there, body) {
            (Some(there), _) => Some(shown(there)),
            (None, Value::Object(members)) => Some(other_members(members.keys().map(String::as_str))),
            (None, other) => Some(shown(other)),
        };
        let promised = format!("a status code in {}", code_members(operation));
        context.violate(Violated::new(&pointer, "code", promised, operation.span).found(found));
        self.media(context);
    }

    /// A known code, but none of its variants says so.
    pub(super) fn none_of(
        &self,
        context: &mut ValidationContext<'a>,
        among: &[Chosen<'a>],
        came: Option<CodeCame<'a>>,
        body: &'a Value,
    ) {
        let operation = context.operation;
        let path = status_path(operation).unwrap_or_default();
        let said = body.pointer(path);
        let text = said.and_then(Value::as_str);
        let documented: Vec<String> = among.iter().filter_map(|chosen| chosen.variant().data_status.clone()).collect();
        let respelling = text.and_then(|text| context.contract.respelling(text, &documented));
        if let Some(respelling) = respelling {
            return self.respelt(context, among, (respelling, path), came, body);
        }
        context.judged.checks += 1;
        let with = came.map(|came| format!(" with {}", came.code)).unwrap_or_default();
        // What no variant of this code says may be meant as what a variant of another code does.
        let all: Vec<String> = operation.variants.iter().filter_map(|variant| variant.data_status.clone()).collect();
        let respelt = text.and_then(|text| context.contract.respelling(text, &all));
        let meant = respelt.map(|respelling| respelling.documented.as_str()).or(text);
        let elsewhere = meant.and_then(|text| elsewhere(operation, text));
        let promised = format!("{}{with}{}", one_of(&documented), elsewhere.unwrap_or_default());
        let own = text.and_then(|text| nearest(text, documented.iter().map(String::as_str)));
        let near = respelt.map(|respelling| respelling.documented.as_str()).or(own);
        let span = among.first().map_or(operation.span, |chosen| chosen.variant().span);
        let rule = if said.is_some() { "enum" } else { "required" };
        let missing = missing(path, body);
        let shape = among.first().map(|chosen| chosen.variant().schema.shape());
        let instead = || in_place_of(shape?, missing, body);
        let promised = if missing == path { promised } else { format!("`{missing}`, in which {path} is {promised}") };
        let broken = Violated::new(missing, rule, promised, span).found(said.map(shown).or_else(instead));
        let ambiguity = respelt.and_then(|respelling| respelling.ambiguity.clone());
        context.violate(Violated {
            near: near.map(str::to_owned),
            ambiguity: ambiguity.or(broken.ambiguity),
            ..broken
        });
        self.media(context);
    }

    /// A respelt value means the variant of the documented one.
    fn respelt(
        &self,
        context: &mut ValidationContext<'a>,
        among: &[Chosen<'a>],
        (respelling, path): (&Respelling, &str),
        came: Option<CodeCame<'a>>,
        body: &'a Value,
    ) {
        let meant = |chosen: &&Chosen<'a>| chosen.variant().data_status.as_ref() == Some(&respelling.documented);
        match among.iter().find(meant) {
            Some(chosen) => self.variant(context, *chosen, came, body),
            None => context.respelt(respelling, path, Some(&respelling.written), context.operation.span),
        }
    }
}

/// A member in which a code may stand, as a pointer.
fn pointer_of(member: &str) -> String {
    if member.starts_with('/') { member.to_owned() } else { format!("/{}", crate::text::pointer_escaped(member)) }
}

/// As much of a path as a body does not have: the path up to the first member that is missing.
fn missing<'p>(path: &'p str, body: &Value) -> &'p str {
    let ends = path.match_indices('/').skip(1).map(|(end, _)| &path[..end]);
    ends.chain([path]).find(|pointer| body.pointer(pointer).is_none()).unwrap_or(path)
}

/// The code that a value at the second path is documented with, as the rest of a sentence.
pub(in crate::contract::validate) fn elsewhere(operation: &Operation, status: &str) -> Option<String> {
    let variant = operation.variants.iter().find(|variant| variant.data_status.as_deref() == Some(status))?;
    (!variant.codes.is_empty()).then(|| format!("; {status} comes with {}", either(&variant.codes)))
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
