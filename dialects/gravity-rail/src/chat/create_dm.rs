//! `POST /chats/dm`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ChatResponse, VENDOR_PAGE, render};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// With whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DmRequest)]
struct CreateDmRequest {
    /// Another member of the workspace.
    member_id: EntityRef,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/dm"), handle)
        .doc("Finds or creates the DM with a member", VENDOR_PAGE)
        .body::<CreateDmRequest>()
        .responds::<ChatResponse>(200, "The DM.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, (404, "No such member."), TOO_LARGE])
}

/// Finds the DM of the caller and the member, or creates it. Creating one with a human requires `dm:write`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let CreateDmRequest { member_id } = body::parse(payload).await?;
    let actor = ctx.member()?;
    if member_id.matches(actor.number, actor.id) {
        return Err(Error::invalid("memberId", "must be somebody else").into());
    }
    let direct =
        conversation::find_or_create_direct(&app.engine, &ctx, member_id.to_member_key(), true)
            .await?;
    let key = ConversationKey::Number(direct.number);
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat = render::render_one(&app, &ctx, details).await?;
    Ok(ok_json(&chat))
}
