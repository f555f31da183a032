//! `GET /api/v1/users/{user}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, member};
use parlor_kit::ids::format_uuid;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, response, time};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::keyset::SortOrder;
use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::parse_user_key;
use crate::auth::Caller;
use crate::documented::{CHATS_READ_SCOPE, NO_USER};
use crate::error::ErrorResponse;
use crate::{HandlerError, ids};

/// A user, as far as its chats tell.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
struct UserResponse {
    /// The customer's own id, as it was sent; a UUID where the customer never named it.
    user_id: String,
    /// The tenant behind the key: a UUID.
    tenant_id: String,
    created_at: String,
    /// When it last said something or marked something as read; null where it never did.
    last_seen_at: Option<String>,
    /// How many chats its list has.
    chat_count: i64,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/api/v1/users/{user}", handle)
        .doc("Gets a user", "")
        .scope(Scope::read(Resource::Members))
        .conditional_scope(
            CHATS_READ_SCOPE,
            "there is such a user, whose chats are counted",
        )
        .responds::<UserResponse>(200, "The user.")
        .errors::<ErrorResponse>(&[NO_USER])
}

/// Checks in this order: key, id. An assistant is no user.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    let found = member::find(&app.engine, &ctx, parse_user_key(params.get("user"))?).await?;
    let member = found.member;
    if member.key.kind == MemberKind::Assistant {
        return Err(Error::not_found(EntityKind::Member).into());
    }
    let id = MemberKey::Id(member.key.id);
    let (_, chat_count) =
        conversation::list_for_member(&app.engine, &ctx, id, SortOrder::Descending, 1, 0).await?;
    let last_seen = member::last_seen(&app.engine, &ctx, member.key.number).await?;
    let body = UserResponse {
        user_id: ids::format_user_id(&member.key),
        tenant_id: format_uuid(ctx.workspace.id),
        created_at: time::format_iso(member.created_at),
        last_seen_at: last_seen.map(time::format_iso),
        chat_count,
    };
    Ok(response::json(StatusCode::OK, &body))
}
