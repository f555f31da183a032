//! Address tokens prove for a limited time that the caller holds a wallet's address.
//!
//! They are signed with a key of their own, so that they cannot be used as unified tokens or the reverse. They contain the
//! epoch of the address's tokens and are invalid once it is raised, which happens when the tokens of the member with that
//! address are revoked or the member is deleted.

use std::time::Duration;

use parlor_engine::member;
use parlor_engine::signing::{self, Purpose};
use parlor_kit::AppState;
use parlor_kit::member_token::is_first_epoch;
use parlor_model::error::CredentialReason;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};

use super::Address;
use super::address::CHAIN_NAME;

/// Validity of an address token.
const ADDRESS_TOKEN_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The claims, serialized in this order. Times are Unix seconds.
#[derive(Serialize, Deserialize)]
struct Claims {
    exp: i64,
    iat: i64,
    /// [`Subject`] as JSON text, as in the vendor's tokens.
    sub: String,
    iss: String,
    jti: String,
    /// The epoch of the address's tokens at issue; omitted in the first epoch.
    #[serde(default, skip_serializing_if = "is_first_epoch")]
    epoch: i64,
}

/// The content of a valid token. Sign-in verifies that the epoch is current.
pub(crate) struct AddressProof {
    pub(crate) address: Address,
    pub(crate) epoch: i64,
}

/// The claim `sub`.
#[derive(Serialize, Deserialize)]
struct Subject {
    #[serde(rename = "accountSource")]
    source: String,
    address: String,
    #[serde(rename = "userPrincipal")]
    principal: String,
}

/// Issues a token for an address whose signature was just verified.
pub(super) async fn issue_address_token(
    app: &AppState,
    ws: i64,
    address: &Address,
) -> Result<String> {
    let now = app.engine.now();
    let subject = Subject {
        source: CHAIN_NAME.to_owned(),
        address: address.to_string(),
        principal: String::new(),
    };
    let claims = Claims {
        exp: now.saturating_add(ADDRESS_TOKEN_TTL).seconds(),
        iat: now.seconds(),
        sub: serde_json::to_string(&subject).map_err(Error::internal)?,
        iss: app.settings.issuer.clone(),
        jti: app.engine.random_uuid().simple().to_string(),
        epoch: member::wallet_epoch(&app.engine, ws, &address.to_string()).await?,
    };
    signing::signer(&app.engine, ws, Purpose::Wallet)
        .await?
        .sign(Some("JWT"), &claims)
}

/// Verifies a token in this order: form, algorithm and signature; issuer; expiry.
///
/// # Errors
/// `Unauthenticated` with the reason.
pub(crate) async fn verify_address_token(
    app: &AppState,
    ws: i64,
    token: &str,
) -> Result<AddressProof> {
    let rejected = |reason| Error::unauthenticated(reason);
    let claims: Claims = signing::verify(&app.engine, ws, Purpose::Wallet, token)
        .await?
        .map_err(|_| rejected(CredentialReason::TokenInvalid))?;
    if claims.iss != app.settings.issuer {
        return Err(rejected(CredentialReason::TokenIssuer));
    }
    if claims.exp <= app.engine.now().seconds() {
        return Err(rejected(CredentialReason::TokenExpired));
    }
    serde_json::from_str::<Subject>(&claims.sub)
        .ok()
        .filter(|subject| subject.source == CHAIN_NAME)
        .and_then(|subject| Address::parse(&subject.address))
        .map(|address| AddressProof {
            address,
            epoch: claims.epoch,
        })
        .ok_or_else(|| rejected(CredentialReason::TokenInvalid))
}
