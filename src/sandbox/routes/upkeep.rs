//! For those who keep a server running: is it up, and what did it do so far.

use axum::{extract::State, response::IntoResponse};
use http::header::CONTENT_TYPE;
use serde_json::json;

use super::super::{answer::json_response, world::World};

pub(in crate::sandbox) async fn health(State(world): State<World>) -> impl IntoResponse {
    let body = json!({ "status": "ok", "customers": world.population() }).to_string();
    json_response(http::StatusCode::OK, body)
}

pub(in crate::sandbox) async fn metrics(State(world): State<World>) -> impl IntoResponse {
    let text = world.metrics().text(world.population());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
