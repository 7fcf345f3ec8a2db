//! Get Bank List. Its answer is the one without an envelope, but for the customers meant to see one.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::super::{
    answer::{Answer, json_response},
    banks,
    code::Code,
    extract::QueryRequest,
    personas::Plot,
    problem::Problem,
};

pub(in crate::sandbox) async fn list_banks(request: QueryRequest) -> Result<Response, Problem> {
    match request.caller.visit(request.customer_id()?, |visit| Ok(visit.plot()))? {
        Plot::BanksInEnvelope => Ok(Answer::new(Code::BanksListed, banks::as_data()).into_response()),
        _ => Ok(json_response(StatusCode::OK, banks::list())),
    }
}
