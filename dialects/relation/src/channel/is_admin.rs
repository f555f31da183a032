//! `GET /api/v1/channel/isAdmin`. The vendor's page api/channel/is-admin. It refuses nobody who names a channel: who is
//! not in it is not its admin.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::membership;
use parlor_kit::{AppState, DialectError, QueryParams};
use parlor_model::participant::ParticipantState as Taking;

use super::view;
use crate::auth::Caller;
use crate::envelope::{envelope_schema, success};
use crate::{Relation, ids};

envelope_schema!(
    /// The answer whether the caller is the admin.
    IsAdminAnswer,
    bool
);

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, DialectError<Relation>> {
    let key = ids::channel_key_from_query(&query)?;
    let standing = membership::find_membership(&app.engine, &ctx, key).await?;
    let is_admin = standing
        .own_participant
        .is_some_and(|own| own.state == Taking::Joined && view::is_admin(&own));
    Ok(success(&is_admin))
}
