//! `POST /v1/workspaces/{workspace}/agent/threads/{thread}/chat`, after the widget's call: asks the agent. There
//! is none to answer yet, so nothing is kept, and the answer says so.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::error::Kind;
use parlor_model::{Error, text};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Agent;
use crate::{Sharely, body};

/// The body. After `bring-your-own-agent/protocol`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Chat {
    /// What to ask.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    message: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    agent.thread_of_messages(&app, &params).await?;
    let Chat { message } = typed(object.map)?;
    text::spoken(&message, "message", 65_536)?;
    Err(Error::new(Kind::NotImplemented {
        what: "An agent that answers",
    })
    .into())
}
