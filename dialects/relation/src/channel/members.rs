//! `GET /api/v1/channel/members`. The vendor's page api/channel/members.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::membership;
use parlor_kit::{AppState, DialectError, QueryParams};

use super::view::{self, MemberInfo};
use crate::auth::Caller;
use crate::envelope::{envelope_schema, success};
use crate::{Relation, ids};

envelope_schema!(
    /// The answer with those who take part.
    ChannelMembersAnswer,
    Vec<MemberInfo>
);

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, DialectError<Relation>> {
    let key = ids::channel_key_from_query(&query)?;
    let current = membership::require_active_membership(&app.engine, &ctx, key).await?;
    Ok(success(&view::render_members(&app, &ctx, &current).await?))
}
