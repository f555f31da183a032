//! `GET /api/v1/channel/isAdmin`. The vendor's page api/channel/is-admin. It refuses nobody who names a channel: who is
//! not in it is not its admin.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::{App, Fail, Query};
use parlor_model::participant::State as Taking;

use super::view;
use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::{Relation, ids};

answer!(
    /// The answer whether the caller is the admin.
    IsAdminAnswer,
    bool
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let key = ids::queried_channel(&query)?;
    let standing = conversation::standing(&app.engine, &ctx, key).await?;
    let is_admin = standing
        .own
        .is_some_and(|own| own.state == Taking::Joined && view::is_admin(&own));
    Ok(success(&is_admin))
}
