//! `POST /spaces/validate-temporal-token`, after the widget's call: what a token is good for.

use axum::response::Response;
use parlor_kit::Fail;
use parlor_kit::ids::dashed;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Sharely, reply};

/// What a token is good for. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Valid {
    /// The only space it opens; null for one that opens them all.
    space_id: Option<String>,
    /// Its user; null for one that stands for a key.
    temporal_user_id: Option<String>,
}

pub(crate) async fn handle(Visitor(caller): Visitor) -> Result<Response, Fail<Sharely>> {
    let own = caller.own_space();
    let user = caller.ctx.actor.filter(|_| own.is_some());
    Ok(reply::ok(&Valid {
        space_id: own.map(dashed),
        temporal_user_id: user.map(|user| dashed(user.id)),
    }))
}
