//! `GET /api/v1/listAddress`. The vendor has no public page for it; its clients call it.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams};
use serde::Serialize;
use utoipa::ToSchema;

use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};

const RELATION_ID_FIELD: &str = "relationId";

/// A wallet's address.
#[derive(Serialize, ToSchema)]
struct AddressInfo {
    /// `0x` and 40 hex digits.
    address: String,
}

envelope_schema!(
    /// The answer with the wallets a member signs in with.
    AddressListAnswer,
    Vec<AddressInfo>
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<AddressListAnswer>(get("/api/v1/listAddress", handle), MEMBER_AUTH)
        .query(
            RELATION_ID_FIELD,
            ParameterKind::Text,
            "Whose; the caller's own where it is absent.",
        )
        .doc("The wallets somebody signs in with", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let profile = super::find_public_profile(
        &app,
        &ctx,
        RELATION_ID_FIELD,
        query.get(RELATION_ID_FIELD).unwrap_or_default(),
    )
    .await?;
    let wallets = profile.wallet.into_iter();
    let list: Vec<AddressInfo> = wallets
        .map(|address| AddressInfo { address: address.0 })
        .collect();
    Ok(success(&list))
}
