//! `GET /api/v1/message/unreadCount`. The vendor's page api/message/unread-count.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};

/// What the caller has not read in all channels it takes part in, muted and hidden ones too.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnreadCount {
    unread_count: i64,
    /// Those of it that mention the caller.
    mentions_count: i64,
}

envelope_schema!(
    /// The answer with what is unread.
    UnreadCountAnswer,
    UnreadCount
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<UnreadCountAnswer>(get("/api/v1/message/unreadCount", handle), MEMBER_AUTH)
        .doc("What the caller has not read", "api/message/unread-count")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    let totals = participant::unread_totals(&app.engine, &ctx).await?;
    Ok(success(&UnreadCount {
        unread_count: totals.unread,
        mentions_count: totals.mentions,
    }))
}
