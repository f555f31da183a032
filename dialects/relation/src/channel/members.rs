//! `GET /api/v1/channel/members`. The vendor's page api/channel/members.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};

use super::view::{self, MemberInfo};
use crate::auth::Caller;
use crate::documented::{CHANNEL_PARAM, CHANNEL_UUID_TEXT, MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::{HandlerError, ids};

envelope_schema!(
    /// The answer with those who take part.
    ChannelMembersAnswer,
    Vec<MemberInfo>
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<ChannelMembersAnswer>(get("/api/v1/channel/members", handle), MEMBER_AUTH)
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc("Who takes part in a channel", "api/channel/members")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let key = ids::channel_key_from_query(&query)?;
    let membership = conversation::require_active_membership(&app.engine, &ctx, key).await?;
    Ok(success(
        &view::render_members(&app, &ctx, &membership).await?,
    ))
}
