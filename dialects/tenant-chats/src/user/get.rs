//! `GET /api/v1/users/{user}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, member};
use parlor_kit::{App, Params, ids as core, reply, time};
use parlor_model::Error;
use parlor_model::error::Noun;
use parlor_model::member::{Kind, MemberKey};
use parlor_model::page::Order;
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::auth::Caller;
use crate::{Fail, ids};

/// A user, as far as its chats tell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
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

/// Checks in this order: key, id. Assistants are nobody's users.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
) -> Result<Response, Fail> {
    let found = member::find(&app.engine, &ctx, named(params.get("user"))?).await?;
    let member = found.member;
    if member.key.kind == Kind::Assistant {
        return Err(Error::not_found(Noun::Member).into());
    }
    let id = MemberKey::Id(member.key.id);
    let (_, chat_count) =
        conversation::of_member(&app.engine, &ctx, id, Order::Descending, 1, 0).await?;
    let seen = member::last_seen(&app.engine, &ctx, member.key.number).await?;
    let body = User {
        user_id: ids::of_user(&member.key),
        tenant_id: core::dashed(ctx.workspace.id),
        created_at: time::iso(member.created_at),
        last_seen_at: seen.map(time::iso),
        chat_count,
    };
    Ok(reply::json(StatusCode::OK, &body))
}
