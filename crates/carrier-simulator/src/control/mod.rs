//! Commands to the simulated people, and what came out, as JSON under `/simulator`.

mod calls;
mod events;
mod json;
mod local;
mod mails;
mod overview;
mod texts;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use local::refuse_pages;

use crate::state::SimulatorState;

/// Builds the routes.
pub(crate) fn router() -> Router<Arc<SimulatorState>> {
    Router::new()
        .route("/simulator", get(overview::show))
        .route("/simulator/messages", get(texts::list))
        .route("/simulator/sms", post(texts::create).get(texts::list))
        .route("/simulator/calls", post(calls::create).get(calls::list))
        .route("/simulator/calls/{call}", get(calls::fetch))
        .route("/simulator/calls/{call}/say", post(calls::say))
        .route("/simulator/calls/{call}/hangup", post(calls::hang_up))
        .route("/simulator/mails", post(mails::create).get(mails::list))
        .route("/simulator/events", get(events::list))
}
