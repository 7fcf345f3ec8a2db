//! Get Bank List. Its answer is the one without an envelope.

use axum::response::Response;
use http::StatusCode;

use super::super::{answer::json_response, banks, extract::QueryRequest, problem::Problem};

pub(in crate::sandbox) async fn list_banks(request: QueryRequest) -> Result<Response, Problem> {
    request.caller.visit(request.customer_id()?, |_| Ok(()))?;
    Ok(json_response(StatusCode::OK, banks::list()))
}
