//! Around every request: a limit on its time, the fault it may meet, the counters and the log.

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{
    HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH},
};
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::{
    answer::SentCode, code::Code, faults::Fault, metrics::Answered, operation, problem::Problem, trace::Trace,
    world::World,
};

/// Answers a request and writes down that it did.
pub(super) async fn observe(State(world): State<World>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // What is not served is logged without its path: anything may stand in it.
    let path = path.unwrap_or_default();
    let trace = Trace::of(operation::name_of(&method, &path));
    request.extensions_mut().insert(trace.clone());
    let response = if head_size(&request) > LARGEST_HEAD {
        too_large()
    } else {
        timeout(world.settings().patience, next.run(request)).await.unwrap_or_else(|_| too_slow())
    };
    let code = response.extensions().get::<SentCode>().map_or("", |code| code.0);
    let fault = trace.fault();
    let discreet = world.settings().discreet;
    let response = tell(&world, &trace, fault.as_deref(), response).await;
    let response = match &fault {
        Some(fault) => fault.spoil(response, discreet).await,
        None => response,
    };
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let fault = fault.as_ref().map(|fault| fault.name());
    let counted = fault.filter(|_| !discreet);
    world.metrics().answered(&Answered { operation: trace.operation(), status, code, took, fault: counted });
    world.settings().log.write(|| {
        json!({
            "at": world.now().in_utc(),
            "operation": trace.operation(),
            "method": method.as_str(),
            "path": path,
            "status": status,
            "code": code,
            "milliseconds": took.as_secs_f64() * 1000.0,
            "customer": trace.customer().map(|customer| format!("{customer:016x}")),
            "fault": fault,
        })
    });
    response
}

/// Tells an answer wrongly, where a switch says so.
async fn tell(world: &World, trace: &Trace, fault: Option<&Fault>, response: Response) -> Response {
    let operation = trace.operation();
    let mut active = world.active_for_all(operation);
    active.add(fault.map(Fault::breaks).unwrap_or_default());
    if !active.lies_about(operation) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let content = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(mut value) = serde_json::from_slice(&content) else {
        return Response::from_parts(parts, Body::from(content));
    };
    active.tell(operation, &mut parts.status, &mut value, world.told(), trace.customer().unwrap_or_default());
    let content = serde_json::to_vec(&value).map_or(content, Bytes::from);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(content))
}

/// The greatest head of a request: its address and all its headers.
const LARGEST_HEAD: usize = 32 * 1024;

fn head_size(request: &Request) -> usize {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let headers = request.headers().iter();
    address + headers.map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>()
}

fn too_large() -> Response {
    let problem = Problem::new(Code::RequestInvalid, format!("the headers are larger than {LARGEST_HEAD} bytes"));
    problem.with_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE).into_response()
}

/// The refusal of a request that takes too long to arrive. The rest of it would only be in the way of the next one.
fn too_slow() -> Response {
    let mut response = Problem::new(Code::TimedOut, "the request took too long to arrive").into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
