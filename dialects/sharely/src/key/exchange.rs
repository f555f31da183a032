//! `POST /workspaces/{workspace}/generate-access-key-token`, after the page
//! `api-reference/spaces/generate-access-key-token`: an API key for a token that lasts a day.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Payload};
use parlor_model::error::Credential;
use parlor_model::{Ctx, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::KeyHolder;
use crate::token::{self, Holder};
use crate::{Sharely, body, reply, role};

/// The body: empty, or one role to narrow the token to. After `generate-access-key-token`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exchange {
    /// The customer's own id of a role.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,255}$")]
    customer_role_id: Option<String>,
    /// The id of a role.
    #[schema(format = "uuid")]
    role_id: Option<String>,
}

/// The token. After `generate-access-key-token`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// A JWT, to be sent as bearer token.
    token: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    KeyHolder(ctx): KeyHolder,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let exchange: Exchange = typed(body::read(&headers, payload).await?.map)?;
    let role = role::select(
        &app,
        &ctx,
        exchange.role_id.as_deref(),
        exchange.customer_role_id.as_deref(),
    )
    .await?;
    let holder = Holder::Key(of(&ctx)?);
    let token = token::issue(&app, ctx.workspace, holder, role.as_ref()).await?;
    Ok(reply::ok(&Token { token }))
}

/// The key behind a caller. Every credential of this dialect has one.
pub(crate) fn of(ctx: &Ctx) -> parlor_model::Result<parlor_model::id::KeyId> {
    ctx.key
        .ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))
}
