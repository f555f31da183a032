//! `POST /api/v1/verify/eth`: a wallet's signature for an address token. The vendor's page api/signature describes the
//! body; the path is the sibling of the vendor's `verify/portkey`.
//!
//! Accepted and ignored: `wallet_name`, `chain_name`.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Project;
use crate::envelope::{answer, success};
use crate::wallet::{self, SignedMessage};
use crate::{Relation, Settings};

/// The token that proves an address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressToken {
    /// For the header `I-Authorization` of `/api/v1/auth`; good for seven days.
    token: String,
}

answer!(
    /// The answer of a wallet's verification.
    VerifyAnswer,
    AddressToken
);

pub(crate) async fn handle(
    State(app): State<App>,
    Project(ctx): Project,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let signed: SignedMessage = typed(payload.object(MediaType::Any).await?)?;
    let settings: Settings = app.section();
    let token = wallet::exchange(&app, &settings, ctx.ws(), &signed).await?;
    Ok(success(&AddressToken { token }))
}
