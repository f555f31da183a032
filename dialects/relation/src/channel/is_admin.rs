//! `GET /api/v1/channel/isAdmin`. The vendor's page api/channel/is-admin. Returns false, not an error, to a caller that
//! does not participate.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::participant::ParticipantState;

use super::view;
use crate::auth::Caller;
use crate::documented::{CHANNEL_PARAM, CHANNEL_UUID_TEXT, MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::{HandlerError, ids};

envelope_schema!(
    /// The answer whether the caller is the admin.
    IsAdminAnswer,
    bool
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<IsAdminAnswer>(get("/api/v1/channel/isAdmin", handle), MEMBER_AUTH)
        .query("channelUuid", CHANNEL_PARAM, CHANNEL_UUID_TEXT)
        .doc(
            "Whether the caller is a channel's admin",
            "api/channel/is-admin",
        )
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let key = ids::channel_key_from_query(&query)?;
    let membership = conversation::find_membership(&app.engine, &ctx, key).await?;
    let is_admin = membership
        .own_participant
        .is_some_and(|own| own.state == ParticipantState::Joined && view::is_admin(&own));
    Ok(success(&is_admin))
}
