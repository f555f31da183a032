//! `GET /workspaces/{workspace}/workflows` and how far each has come, after the widget's calls: what happens to messages
//! beside their answers. Nothing does.
//!
//! Accepted and ignored: `messageId`, `groupId` and `messageFrom`.

use axum::response::Response;
use parlor_kit::Fail;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Sharely, reply};

/// A workflow, or how far it has come. After the widget's call; there is none.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageWorkflow)]
pub(crate) struct Workflow {
    id: String,
    direction: Option<String>,
    status: Option<String>,
}

/// Every workflow: none.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageWorkflows)]
pub(crate) struct Workflows(Vec<Workflow>);

pub(crate) async fn handle(_: Visitor) -> Result<Response, Fail<Sharely>> {
    Ok(reply::ok(&Workflows(Vec::new())))
}
