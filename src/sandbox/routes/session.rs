//! Session: a URL for the pages a partner does not build itself. Here the page is short: it sends the customer back.

use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, Uri, header::HOST};
use serde_json::json;

use super::super::{
    answer::Answer, code::Code, extract::JsonRequest, ids::Id, problem::Problem, serve::Secured, world::World,
};

pub(in crate::sandbox) async fn create(
    State(world): State<World>,
    secured: Option<Extension<Secured>>,
    headers: HeaderMap,
    request: JsonRequest,
) -> Result<Answer, Problem> {
    let body = request.body(Code::RequestInvalid)?;
    let customer = body.customer_id()?;
    let redirect = body.fields().text("redirectURL").and_then(accept_redirect).map(str::to_owned)?;
    let scheme = if secured.is_some() { "https" } else { "http" };
    let base = base_url(&world, scheme, &headers);
    request.caller.visit(customer, |visit| {
        let url = format!("{base}/session/{}", visit.open_session(&redirect));
        Ok(Answer::new(Code::SessionCreated, json!({ "url": url })).with_code_in_status())
    })
}

/// Where this server is reached: as it was told, or else as the caller reached it.
fn base_url(world: &World, scheme: &str, headers: &HeaderMap) -> String {
    let told = world.settings().public_url.as_deref();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    told.map_or_else(|| format!("{scheme}://{host}"), |url| url.trim_end_matches('/').to_owned())
}

/// Somewhere a browser can go.
fn accept_redirect(url: &str) -> Result<&str, Problem> {
    let uri: Option<Uri> = url.parse().ok();
    let web = uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    if web {
        Ok(url)
    } else {
        Err(Problem::new(Code::RequestInvalid, "redirectURL must be an absolute http or https URL"))
    }
}

/// Opening a session's URL sends the customer on to where the partner wants it back.
pub(in crate::sandbox) async fn follow(State(world): State<World>, Path(id): Path<String>) -> Response {
    let session = Id::parse(&id).and_then(|id| world.session(id));
    session.map_or_else(
        || Problem::unknown_reference().into_response(),
        |session| Redirect::to(&session.redirect).into_response(),
    )
}
