//! `POST /spaces/validate-temporal-token`, after the widget's call: what a token is good for.

use axum::response::Response;
use parlor_kit::DialectError;
use parlor_kit::ids::format_uuid;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::{Sharely, response};

/// What a token is good for. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Valid)]
pub(crate) struct ValidateTokenResponse {
    /// The only space it opens; null for one that opens them all.
    space_id: Option<String>,
    /// Its user; null for one that stands for a key.
    temporal_user_id: Option<String>,
}

pub(crate) async fn handle(
    TokenCaller(caller): TokenCaller,
) -> Result<Response, DialectError<Sharely>> {
    let own = caller.own_space();
    let user = caller.ctx.actor.filter(|_| own.is_some());
    Ok(response::ok(&ValidateTokenResponse {
        space_id: own.map(format_uuid),
        temporal_user_id: user.map(|user| format_uuid(user.id)),
    }))
}
