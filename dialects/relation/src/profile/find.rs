//! `GET /api/v1/userInfo`. The vendor has no public page for it; its clients call it right after signing in.
//!
//! Accepted and ignored: `fields`.

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
use crate::public_profiles::display_name;
use crate::wallet::CHAIN_NAME;

const ADDRESS_FIELD: &str = "address";

/// A member as others see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserInfo {
    relation_id: String,
    /// For somebody who never signed in, the beginning of the relationId.
    name: String,
    /// Address of a picture, or empty.
    avatar: String,
    /// The wallets it signs in with.
    address_with_chain: Vec<ChainAddress>,
}

/// A wallet's address and where it is from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChainAddress {
    /// `0x` and 40 hex digits.
    address: String,
    /// `eth`.
    chain_name: &'static str,
}

envelope_schema!(
    /// The answer with a member.
    UserInfoAnswer,
    UserInfo
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<UserInfoAnswer>(get("/api/v1/userInfo", handle), MEMBER_AUTH)
        .query(
            ADDRESS_FIELD,
            ParameterKind::Text,
            "A relationId or a wallet address; the caller's own where it is absent.",
        )
        .doc("What somebody is called and how they look", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let profile = super::find_public_profile(
        &app,
        &ctx,
        ADDRESS_FIELD,
        query.get(ADDRESS_FIELD).unwrap_or_default(),
    )
    .await?;
    let wallets = profile.wallet.into_iter().map(|address| ChainAddress {
        address: address.0,
        chain_name: CHAIN_NAME,
    });
    Ok(success(&UserInfo {
        name: display_name(&profile.member),
        relation_id: profile.member.handle,
        avatar: profile.photo.unwrap_or_default(),
        address_with_chain: wallets.collect(),
    }))
}
