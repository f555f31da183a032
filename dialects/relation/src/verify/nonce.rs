//! `GET /api/v1/verify/nonce`: issues a nonce for a sign-in text (EIP-4361), valid once within fifteen minutes. The vendor
//! has no page for it.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::nonce;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::HandlerError;
use crate::auth::ProjectCaller;
use crate::documented::{PROJECT_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::wallet::NONCE_PURPOSE;

/// A number to be used once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Nonce {
    /// 64 hex digits.
    nonce: String,
}

envelope_schema!(
    /// The answer with a number.
    NonceAnswer,
    Nonce
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<NonceAnswer>(get("/api/v1/verify/nonce", handle), PROJECT_AUTH)
        .doc("A number to be signed once", "api/signature")
}

async fn handle(
    State(app): State<AppState>,
    ProjectCaller(ctx): ProjectCaller,
) -> Result<Response, HandlerError> {
    let nonce = nonce::issue(&app.engine, ctx.ws(), NONCE_PURPOSE);
    Ok(success(&Nonce { nonce }))
}
