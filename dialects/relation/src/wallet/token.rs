//! Address tokens: proof, for a while, that a wallet's address was shown to be held. Signed with a key of their own, so
//! that neither they nor unified tokens pass for the other. They carry the epoch of the address's tokens and end with it:
//! revoking the tokens of the member that holds the address, or deleting it, raises that epoch.

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

/// How long one is good.
const ADDRESS_TOKEN_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The claims, in the order they are written. Times are whole Unix seconds.
#[derive(Serialize, Deserialize)]
struct Claims {
    exp: i64,
    iat: i64,
    /// JSON within JSON, as the vendor has it.
    sub: String,
    iss: String,
    jti: String,
    /// The epoch of the address's tokens in which it was issued; left out in the first.
    #[serde(default, skip_serializing_if = "is_first_epoch")]
    epoch: i64,
}

/// What a token proves; whether its epoch is still the current one, signing in checks.
pub(crate) struct AddressProof {
    pub(crate) address: Address,
    pub(crate) epoch: i64,
}

/// Whose address it is.
#[derive(Serialize, Deserialize)]
struct Subject {
    #[serde(rename = "accountSource")]
    source: String,
    address: String,
    #[serde(rename = "userPrincipal")]
    principal: String,
}

/// A token for an address whose holding was just checked.
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

/// What a token proves. Checked in this order: form, algorithm and signature; issuer; end.
pub(crate) async fn verify_address_token(
    app: &AppState,
    ws: i64,
    token: &str,
) -> Result<AddressProof> {
    let refused = |credential| Error::unauthenticated(credential);
    let claims: Claims = signing::verify(&app.engine, ws, Purpose::Wallet, token)
        .await?
        .map_err(|_| refused(CredentialReason::TokenInvalid))?;
    if claims.iss != app.settings.issuer {
        return Err(refused(CredentialReason::TokenIssuer));
    }
    if claims.exp <= app.engine.now().seconds() {
        return Err(refused(CredentialReason::TokenExpired));
    }
    serde_json::from_str::<Subject>(&claims.sub)
        .ok()
        .filter(|subject| subject.source == CHAIN_NAME)
        .and_then(|subject| Address::parse(&subject.address))
        .map(|address| AddressProof {
            address,
            epoch: claims.epoch,
        })
        .ok_or_else(|| refused(CredentialReason::TokenInvalid))
}
