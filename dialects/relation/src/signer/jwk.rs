//! `GET /jwk`: returns the public keys. The vendor's signer returns a single key object. This response has the fields of
//! the address tokens' key and, under `keys`, all keys, including those of unified tokens.

use axum::extract::State;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, StatusCode};
use parlor_engine::signing::{self, Purpose};
use parlor_kit::route::{Auth, MatchedRoute, Route, get};
use parlor_kit::{AppState, RequestMeta, ids, response};
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::API_KEY_TEXT;
use crate::auth::API_KEY;
use crate::envelope::Envelope;
use crate::{HandlerError, envelope, error};

/// An elliptic curve key.
#[derive(Serialize, ToSchema, Clone)]
#[schema(as = Key)]
struct Jwk {
    /// `EC`.
    kty: &'static str,
    /// `P-256`.
    crv: &'static str,
    /// 32 bytes in base64url.
    x: String,
    /// 32 bytes in base64url.
    y: String,
    /// `ES256`.
    alg: &'static str,
    /// `sig`.
    r#use: &'static str,
    /// Tells keys apart; tokens do not name it.
    kid: String,
}

/// The key of the address tokens, and all keys.
#[derive(Serialize, ToSchema)]
#[schema(as = Keys)]
struct JwkSet {
    #[serde(flatten)]
    address: Jwk,
    keys: Vec<Jwk>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/jwk", handle)
        .auth(Auth::None)
        .header(API_KEY, API_KEY_TEXT)
        .responds::<JwkSet>(200, "The keys that verify this server's tokens.")
        .or_json_schema::<Envelope>()
        .doc("Public keys", "api/signature")
}

async fn handle(
    State(app): State<AppState>,
    route: MatchedRoute,
    headers: HeaderMap,
    meta: RequestMeta,
) -> Result<Response, HandlerError> {
    let ctx = match super::signing_workspace(&app, &headers, &route, &meta).await {
        Ok(ctx) => ctx,
        Err(error) if super::is_ambiguous(&headers, &error) => {
            let (status, (code, text)) = error::status_and_code(&error);
            let desc = format!("{text}: {}", super::workspace_hint!());
            return Ok(envelope::error_response(status, code, &desc));
        }
        Err(error) => return Err(error.into()),
    };
    let mut keys = Vec::new();
    for purpose in [Purpose::Wallet, Purpose::Member] {
        let signer = signing::signer(&app.engine, ctx.ws(), purpose).await?;
        keys.extend(
            signer
                .public_keys()
                .filter_map(|(id, point)| jwk_from_point(ids::format_hex(id), point)),
        );
    }
    let address = keys
        .first()
        .cloned()
        .ok_or_else(|| Error::internal("no public key"))?;
    Ok(response::json(StatusCode::OK, &JwkSet { address, keys }))
}

/// Converts an uncompressed point to a JWK. Returns `None` for a point of another length.
fn jwk_from_point(kid: String, point: &[u8]) -> Option<Jwk> {
    let (x, y) = point.get(1..)?.split_at_checked(32)?;
    Some(Jwk {
        kty: "EC",
        crv: "P-256",
        x: BASE64URL_NOPAD.encode(x),
        y: BASE64URL_NOPAD.encode(y),
        alg: "ES256",
        r#use: "sig",
        kid,
    })
}
