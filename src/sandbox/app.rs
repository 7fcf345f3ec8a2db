//! The router: every documented operation at its documented path.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    response::Html,
    routing::{get, post},
};
use http::StatusCode;

use super::{
    code::Code,
    form::FILE_LIMIT,
    personas,
    problem::Problem,
    routes::{
        accept_offer, agreement, banking, bre, create_user, disbursal, kyc, list_banks, session, update_user_details,
        upload_document,
    },
    settings::Settings,
    world::World,
};

/// The whole server as a router, for a listener or to be called in process.
pub fn app(settings: Settings) -> Router {
    Router::new()
        .route("/", get(async || Html(personas::html())))
        .route("/v2/user/create", post(create_user::create_user))
        .route("/v2/user/details/update", post(update_user_details::update_user_details))
        .route("/v2/user/offers", post(bre::trigger).get(bre::look_up))
        .route("/user/acceptOffer", post(accept_offer::accept_offer))
        .route("/v2/user/acceptOffer", post(accept_offer::accept_offer))
        .route("/v2/user/bank/analyse", post(banking::trigger).get(banking::look_up))
        .route("/v2/bank/list", get(list_banks::list_banks))
        .route("/v2/document/upload", post(upload_document::upload_document))
        .route("/v2/kyc/ckyc", post(kyc::trigger))
        .route("/v2/kyc/details", get(kyc::look_up))
        .route("/v2/loan/agreement", post(agreement::trigger).get(agreement::look_up))
        .route("/v2/loan/disburse", post(disbursal::trigger).get(disbursal::look_up))
        .route("/v2/user/session", post(session::create))
        .route("/session/{id}", get(session::follow))
        .fallback(async || unserved(StatusCode::NOT_FOUND, "there is no such path"))
        .method_not_allowed_fallback(async || {
            unserved(StatusCode::METHOD_NOT_ALLOWED, "the path does not know this method")
        })
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(World::new(settings))
}

/// Six statements, one for each month that may be asked for, and some room for the rest of the form.
const LONGEST_BODY: usize = 6 * FILE_LIMIT + 1024 * 1024;

fn unserved(status: StatusCode, sentence: &str) -> Problem {
    Problem::new(Code::RequestInvalid, sentence).with_status(status)
}
