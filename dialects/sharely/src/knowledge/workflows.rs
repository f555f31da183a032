//! `GET /workspaces/{workspace}/workflows` and how far each has come, after the widget's calls: what happens to messages
//! beside their answers. Nothing does.
//!
//! Accepted and ignored: `messageId`, `groupId` and `messageFrom`.

use axum::response::Response;
use parlor_kit::DialectError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::{Sharely, response};

/// A workflow, or how far it has come. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageWorkflow {
    id: String,
    direction: Option<String>,
    status: Option<String>,
}

/// Every workflow: none.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageWorkflows(Vec<MessageWorkflow>);

pub(crate) async fn handle(_: TokenCaller) -> Result<Response, DialectError<Sharely>> {
    Ok(response::ok(&MessageWorkflows(Vec::new())))
}
