//! `GET /phone-numbers/{phone_number_id}/archive-blockers`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number::{self, PhoneNumberBlockers};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::VENDOR_PAGE;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Phones);

/// What still rests on a phone number.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ArchiveBlockers {
    /// Whether nothing does. Archiving is refused where something does.
    can_archive: bool,
    blockers: Vec<ArchiveBlocker>,
}

/// One thing that does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Blocker)]
struct ArchiveBlocker {
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
    fn from_blockers(found: PhoneNumberBlockers) -> Self {
        let blocker = |kind| ArchiveBlocker {
            kind,
            id: None,
            name: None,
            count: None,
        };
        let mut blockers = Vec::new();
        if found.is_default {
            blockers.push(blocker("default"));
        }
        blockers.extend(
            found
                .workflows
                .into_iter()
                .map(|(id, name)| ArchiveBlocker {
                    id: Some(id),
                    name: Some(name),
                    ..blocker("workflow")
                }),
        );
        if found.conversations > 0 {
            blockers.push(ArchiveBlocker {
                count: Some(found.conversations),
                ..blocker("chats")
            });
        }
        Self {
            can_archive: blockers.is_empty(),
            blockers,
        }
    }
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/phone-numbers/{phone_number}/archive-blockers"),
        handle,
    )
    .doc("Lists what still rests on a phone number", VENDOR_PAGE)
    .scope(SCOPE)
    .responds::<ArchiveBlockers>(200, "What does.")
    .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such phone number.")])
}

/// Lists the workspace's default, workflows whose draft names the number, and open chats over it.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("phone_number"))?;
    let found = phone_number::find_blockers(&app.engine, &ctx, key).await?;
    Ok(ok_json(&ArchiveBlockers::from_blockers(found)))
}
