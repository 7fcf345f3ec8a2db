//! Evidence of ambiguities in an answer as a whole; that of its members is found where they are.

use super::Answer;
use crate::contract::validate::choose::CodeCame;
use crate::contract::validate::context::ValidationContext;
use crate::contract::validate::seen::Key;
use crate::contract::validate::words::status_path;
use crate::contract::{Operation, ResponseStatus};
use crate::text::cut;
use serde_json::Value;

/// A code, or a value beside it, is cut after this many bytes.
const LONGEST: usize = 80;

impl Answer<'_> {
    /// Evidence of ambiguities that the operation, the variant or the response names.
    pub(super) fn touch(&self, context: &mut ValidationContext<'_>, came: Option<CodeCame<'_>>, body: &Value) {
        let Some((number, index)) = context.index else { return };
        let meant = context.meant;
        let own = || index.ambiguities.iter().chain(meant.into_iter().flat_map(|body| &body.ambiguities));
        let status = status_path(context.operation).and_then(|path| Some((path, body.pointer(path)?.as_str()?)));
        let told = Told { operation: context.operation, came, status, http: self.response.status };
        for ambiguity in own() {
            if context.seen.asks(*ambiguity, number) {
                context.record_evidence(*ambiguity, told.key(), || told.words());
            }
        }
        // An answer that could have come with several statuses speaks for the one it came with.
        let codes = came.and_then(|came| context.contract.codes.get(came.code));
        for (response, at) in context.operation.responses.iter().zip(&index.responses) {
            let here = self.documented.is_some_and(|(_, own)| own.status == response.status);
            let might = codes.is_some_and(|code| {
                matches!(response.status, ResponseStatus::Range(range) if code.statuses.len() > 1 && code.statuses.contains(&range))
            });
            let told_above = |ambiguity: &&u32| !own().any(|own| own == *ambiguity);
            for ambiguity in at.ambiguities.iter().filter(|_| here || might).filter(told_above) {
                if context.seen.asks(*ambiguity, number) {
                    let key = Key::new(b's').number(usize::from(self.response.status));
                    context.record_evidence(*ambiguity, key, || told.words());
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
        let code = cut(&code, LONGEST);
        let status = self.status.map(|(path, status)| format!(", {path} {}", cut(status, LONGEST)));
        format!("{} answered {code}{}, HTTP {}", self.operation.id, status.unwrap_or_default(), self.http)
    }
}
