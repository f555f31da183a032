//! `GET /api/v1/channel/members`. The vendor's page api/channel/members.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::{App, Fail, Query};

use super::view::{self, MemberInfo};
use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::{Relation, ids};

answer!(
    /// The answer with those who take part.
    ChannelMembersAnswer,
    Vec<MemberInfo>
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let key = ids::queried_channel(&query)?;
    let current = conversation::current(&app.engine, &ctx, key).await?;
    Ok(success(&view::members(&app, &ctx, &current).await?))
}
