//! Auth of other tools as headers of requests.

use super::holes::Holes;
use super::model::Request;
use super::node::{as_text, get, items, text};
use super::private::{is_secret_name, variable};
use crate::yaml::{Kind, Node};
use serde_json::Value;

/// Adds the headers of a Postman auth block.
///
/// # Errors
/// When it is a kind that suites have no word for.
pub fn apply(auth: &Node, request: &mut Request, holes: &mut Holes) -> Result<(), String> {
    let kind = text(auth, "type").unwrap_or_else(|| "noauth".into());
    // Version 2.1 lists attributes, version 2.0 has them as members.
    let attribute = |name: &str| -> Option<String> {
        let of = get(auth, &kind)?;
        match &of.kind {
            Kind::List(_) => items(of)
                .iter()
                .find(|one| text(one, "key").as_deref() == Some(name))
                .and_then(|one| get(one, "value"))
                .and_then(as_text),
            _ => text(of, name),
        }
    };
    match kind.as_str() {
        "noauth" | "inherit" | "none" => Ok(()),
        "bearer" => {
            bearer(request, &attribute("token").unwrap_or_default(), "token", holes);
            Ok(())
        }
        "basic" => {
            basic(
                request,
                &attribute("username").unwrap_or_default(),
                &attribute("password").unwrap_or_default(),
                holes,
            );
            Ok(())
        }
        "apikey" => {
            let name = attribute("key").unwrap_or_else(|| "x-api-key".into());
            api_key(
                request,
                &name,
                &attribute("value").unwrap_or_default(),
                attribute("in").as_deref() == Some("query"),
                holes,
            );
            Ok(())
        }
        "oauth2" => {
            let token = attribute("accessToken").unwrap_or_default();
            bearer(request, &token, "access_token", holes);
            match token.is_empty() {
                true => Err("OAuth 2: get a token by a step of its own, or give ACCESS_TOKEN as a secret".into()),
                false => Ok(()),
            }
        }
        other => Err(format!("auth of the kind `{other}`")),
    }
}

/// `Authorization: Bearer ...`
pub fn bearer(request: &mut Request, token: &str, name: &str, holes: &mut Holes) {
    put(request, "authorization", format!("Bearer {}", guarded(name, token, holes)));
}

/// `Authorization: Basic ...`
pub fn basic(request: &mut Request, user: &str, password: &str, holes: &mut Holes) {
    let user = expression("username", user, holes);
    let password = expression("password", password, holes);
    put(request, "authorization", format!("Basic {{{{ base64({user} ~ ':' ~ {password}) }}}}"));
}

/// A key in a header or in the query.
pub fn api_key(request: &mut Request, name: &str, value: &str, in_query: bool, holes: &mut Holes) {
    let value = guarded(name, value, holes);
    if in_query {
        request.query.push((name.to_owned(), value.into()));
    } else {
        put(request, &name.to_lowercase(), value);
    }
}

fn put(request: &mut Request, name: &str, value: String) {
    // What the request says itself wins.
    if !request.headers.iter().any(|(known, _)| known == name) {
        request.headers.push((name.to_owned(), value.into()));
    }
}

/// A credential as a template: what is no placeholder is a secret of the environment.
fn guarded(name: &str, value: &str, holes: &mut Holes) -> String {
    if value.contains("{{") {
        return holes.text(value);
    }
    format!("{{{{ secret('{}') }}}}", variable(name))
}

/// A text as an expression.
fn expression(name: &str, value: &str, holes: &mut Holes) -> String {
    let value = value.trim();
    if let Some(inner) =
        value.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).filter(|inner| !inner.contains("}}"))
        && let Some(made) = holes.expression(inner)
    {
        return made;
    }
    if is_secret_name(name) || value.contains("{{") || value.is_empty() {
        return format!("secret('{}')", variable(name));
    }
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A value that is a text.
#[must_use]
pub fn as_value(text: String) -> Value {
    Value::from(text)
}
