//! `GET /phone-numbers/{phone_number_id}/archive-blockers`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::line::phone_number::{self, Blockers};
use parlor_kit::{App, Params, reply};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::key;
use crate::Fail;
use crate::auth::Caller;

/// What still rests on a phone number.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchiveBlockers {
    /// Whether nothing does. Archiving is refused where something does.
    can_archive: bool,
    blockers: Vec<Blocker>,
}

/// One thing that does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Blocker {
    /// `default`, `workflow` or `chats`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    /// What the workflow is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// How many chats are open.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
}

impl ArchiveBlockers {
    fn of(found: Blockers) -> Self {
        let plain = |kind| Blocker {
            kind,
            id: None,
            name: None,
            count: None,
        };
        let mut blockers = Vec::new();
        if found.is_default {
            blockers.push(plain("default"));
        }
        blockers.extend(found.workflows.into_iter().map(|(id, name)| Blocker {
            id: Some(id),
            name: Some(name),
            ..plain("workflow")
        }));
        if found.conversations > 0 {
            blockers.push(Blocker {
                count: Some(found.conversations),
                ..plain("chats")
            });
        }
        Self {
            can_archive: blockers.is_empty(),
            blockers,
        }
    }
}

/// The workspace's default, workflows whose draft names it, open chats that run over it. Asks for `phones:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Phones))?;
    let key = key(params.get("phone_number"))?;
    let found = phone_number::blockers(&app.engine, &ctx, key).await?;
    Ok(reply::json(StatusCode::OK, &ArchiveBlockers::of(found)))
}
