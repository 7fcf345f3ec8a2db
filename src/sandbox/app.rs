//! The router: every documented operation at its documented path.

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    middleware::from_fn_with_state,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;

use super::{
    code::Code,
    form::FILE_LIMIT,
    observe::observe,
    personas,
    problem::Problem,
    routes::{
        accept_offer, agreement, banking, bre, create_user, disbursal, kyc, list_banks, session, update_user_details,
        upkeep, upload_document,
    },
    settings::Settings,
    world::World,
};

/// The whole server as a router, for a listener or to be called in process.
pub fn app(settings: Settings) -> Router {
    let world = World::new(settings);
    // One statement for each of the six months that may be asked for.
    let statements = post(banking::trigger).layer(form_of(6));
    let documents = post(upload_document::upload_document).layer(form_of(1));
    Router::new()
        .route("/", get(front))
        .route("/v2/user/create", post(create_user::create_user))
        .route("/v2/user/details/update", post(update_user_details::update_user_details))
        .route("/v2/user/offers", post(bre::trigger).get(bre::look_up))
        .route("/user/acceptOffer", post(accept_offer::accept_offer))
        .route("/v2/user/acceptOffer", post(accept_offer::accept_offer))
        .route("/v2/user/bank/analyse", statements.get(banking::look_up))
        .route("/v2/bank/list", get(list_banks::list_banks))
        .route("/v2/document/upload", documents)
        .route("/v2/kyc/ckyc", post(kyc::trigger))
        .route("/v2/kyc/details", get(kyc::look_up))
        .route("/v2/loan/agreement", post(agreement::trigger).get(agreement::look_up))
        .route("/v2/loan/disburse", post(disbursal::trigger).get(disbursal::look_up))
        .route("/v2/user/session", post(session::create))
        .route("/session/{id}", get(session::follow))
        .route("/healthz", get(upkeep::health))
        .route("/metrics", get(upkeep::metrics))
        .fallback(async || unserved(StatusCode::NOT_FOUND, "there is no such path"))
        .method_not_allowed_fallback(async || {
            unserved(StatusCode::METHOD_NOT_ALLOWED, "the path does not know this method")
        })
        .layer(DefaultBodyLimit::max(LONGEST_JSON))
        .layer(from_fn_with_state(world.clone(), observe))
        .with_state(world)
}

/// The page of test data, unless nothing may tell what a customer's data brings about.
async fn front(State(world): State<World>) -> Response {
    match world.settings().discreet {
        true => unserved(StatusCode::NOT_FOUND, "there is no such path").into_response(),
        false => Html(personas::html()).into_response(),
    }
}

/// The greatest body that is not a form.
const LONGEST_JSON: usize = 256 * 1024;

/// Room in a form for everything but its files.
const LONGEST_TEXTS: usize = 1024 * 1024;

/// A form with so many files of the greatest size. Base64 makes four bytes of three.
fn form_of(files: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(files * FILE_LIMIT / 3 * 4 + LONGEST_TEXTS)
}

fn unserved(status: StatusCode, sentence: &str) -> Problem {
    Problem::new(Code::RequestInvalid, sentence).with_status(status)
}
