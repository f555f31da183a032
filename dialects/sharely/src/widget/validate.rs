//! `POST /spaces/validate-temporal-token`, after the widget's call: returns the space and the user of a token.

use axum::response::Response;
use parlor_kit::ids::format_uuid;
use parlor_kit::route::{Auth, Route, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{WIDGET_SOURCE, organization_optional};
use crate::{HandlerError, response};

/// What a token is good for. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Valid)]
struct ValidateTokenResponse {
    /// The only space it opens; null for one that opens them all.
    space_id: Option<String>,
    /// Its user; null for one that stands for a key.
    temporal_user_id: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/spaces/validate-temporal-token", handle),
        Auth::Bearer,
    )
    .doc("What a token is good for.", WIDGET_SOURCE)
    .responds::<ValidateTokenResponse>(200, "The token is good.")
}

async fn handle(TokenCaller(caller): TokenCaller) -> Result<Response, HandlerError> {
    let own = caller.own_space();
    let user = caller.ctx.actor.filter(|_| own.is_some());
    Ok(response::ok(&ValidateTokenResponse {
        space_id: own.map(format_uuid),
        temporal_user_id: user.map(|user| format_uuid(user.id)),
    }))
}
