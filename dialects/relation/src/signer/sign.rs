//! `POST /auth`: the signer's own form of the exchange. The vendor's page api/signature. Errors have no body.
//!
//! Accepted and ignored: `wallet_name`, `chain_name`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_kit::dialect::ErrorExtension;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, MatchedRoute, Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody, RequestMeta, response};
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::API_KEY_TEXT;
use crate::Settings;
use crate::auth::API_KEY;
use crate::wallet::{self, SignedMessage};

/// `WWW-Authenticate` of a 401 for a request that names no workspace.
const CHALLENGE: &str = concat!(
    "ApiKey realm=\"relation\", error_description=\"",
    super::workspace_hint!(),
    "\""
);

/// A signed address token.
#[derive(Serialize, ToSchema)]
#[schema(as = Signed)]
struct SignResponse {
    /// `success`.
    code: &'static str,
    /// The address token.
    token: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post("/auth", handle)
        .auth(Auth::None)
        .header(API_KEY, API_KEY_TEXT)
        .body::<SignedMessage>()
        .responds::<SignResponse>(200, "The address token.")
        .responds_empty(400, "Not a body this path reads.")
        .responds_empty(401, "A check failed.")
        .responds_empty(413, "The body is too large.")
        .responds_empty(415, "Not JSON.")
        .doc(
            "The signer's own form of the exchange, without an envelope",
            "api/signature",
        )
}

async fn handle(
    State(app): State<AppState>,
    route: MatchedRoute,
    headers: HeaderMap,
    meta: RequestMeta,
    payload: RequestBody,
) -> Response {
    match sign(&app, &headers, &route, &meta, payload).await {
        Ok(token) => {
            let code = "success";
            response::json(StatusCode::OK, &SignResponse { code, token })
        }
        Err(error) => {
            let mut response = response::empty(error_status(&error));
            if super::is_ambiguous(&headers, &error) {
                // The hint is in a header, because the vendor's error has no body.
                let challenge = HeaderValue::from_static(CHALLENGE);
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            response
                .extensions_mut()
                .insert(ErrorExtension(Arc::new(error)));
            response
        }
    }
}

async fn sign(
    app: &AppState,
    headers: &HeaderMap,
    route: &MatchedRoute,
    meta: &RequestMeta,
    payload: RequestBody,
) -> Result<String> {
    let ctx = super::signing_workspace(app, headers, route, meta).await?;
    let signed: SignedMessage = deserialize_map(payload.object(ContentTypePolicy::Json).await?)?;
    wallet::exchange_signed_message(app, &app.dialect_settings::<Settings>(), ctx.ws(), &signed)
        .await
}

fn error_status(error: &Error) -> StatusCode {
    match error.kind() {
        ErrorKind::Malformed { .. } | ErrorKind::Invalid { .. } => StatusCode::BAD_REQUEST,
        ErrorKind::UnsupportedMediaType | ErrorKind::UnsupportedEncoding => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        ErrorKind::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable | ErrorKind::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Unauthenticated(_)
        | ErrorKind::Forbidden(_)
        | ErrorKind::NotFound(_)
        | ErrorKind::AlreadyExists { .. }
        | ErrorKind::Conflict(_) => StatusCode::UNAUTHORIZED,
        ErrorKind::NotAcceptable
        | ErrorKind::MethodNotAllowed { .. }
        | ErrorKind::UnknownRoute
        | ErrorKind::NotImplemented { .. }
        | ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
