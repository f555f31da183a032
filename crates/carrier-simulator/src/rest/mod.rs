//! The carrier's REST API of 2010: messages and calls of the account.

mod account;
mod calls;
mod messages;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::accept::LostAnswer;
use crate::fault_plan::RequestFault;
use crate::rest_error::RestError;
use crate::state::SimulatorState;

/// Builds the routes.
pub(crate) fn router() -> Router<Arc<SimulatorState>> {
    let account = "/2010-04-01/Accounts/{account}";
    let path = |rest: &str| format!("{account}/{rest}");
    Router::new()
        .route(
            &path("Messages.json"),
            post(messages::create).get(messages::list),
        )
        .route(&path("Messages/{message}"), get(messages::fetch))
        .route(&path("Calls.json"), post(calls::create).get(calls::list))
        .route(&path("Calls/{call}"), get(calls::fetch).post(calls::update))
        .method_not_allowed_fallback(async || RestError::METHOD_NOT_ALLOWED)
}

fn json(status: StatusCode, body: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    (status, headers, body.to_string()).into_response()
}

/// Answers that something was created, or loses the answer.
fn created(body: &Value, fault: Option<RequestFault>) -> Response {
    let mut response = json(StatusCode::CREATED, body);
    if fault == Some(RequestFault::LostAnswer) {
        response.extensions_mut().insert(LostAnswer);
    }
    response
}

/// Returns the refusal that a fault is; `None` if the request is accepted.
fn refusal(fault: Option<RequestFault>) -> Option<RestError> {
    match fault? {
        RequestFault::LostAnswer => None,
        RequestFault::RateLimited => Some(RestError::TOO_MANY_REQUESTS),
        RequestFault::Unavailable => Some(RestError::UNAVAILABLE),
    }
}

/// Returns the id of a path's last part.
fn strip_json(file: &str) -> &str {
    file.strip_suffix(".json").unwrap_or(file)
}
