//! `POST /api/v1/verify/eth`: exchanges a wallet's signature for an address token. The vendor's page api/signature
//! describes the body; the path follows the vendor's `verify/portkey`.
//!
//! Accepted and ignored: `wallet_name`, `chain_name`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::ProjectCaller;
use crate::documented::{PROJECT_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::wallet::{self, SignedMessage};
use crate::{HandlerError, Settings};

/// The token that proves an address.
#[derive(Serialize, ToSchema)]
struct AddressToken {
    /// For the header `I-Authorization` of `/api/v1/auth`; good for seven days.
    token: String,
}

envelope_schema!(
    /// The answer of a wallet's verification.
    VerifyAnswer,
    AddressToken
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<VerifyAnswer>(post("/api/v1/verify/eth", handle), PROJECT_AUTH)
        .body::<SignedMessage>()
        .doc(
            "Exchange a wallet's signature for an address token",
            "api/signature",
        )
}

async fn handle(
    State(app): State<AppState>,
    ProjectCaller(ctx): ProjectCaller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let signed: SignedMessage = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let settings: Settings = app.dialect_settings();
    let token = wallet::exchange_signed_message(&app, &settings, ctx.ws(), &signed).await?;
    Ok(success(&AddressToken { token }))
}
