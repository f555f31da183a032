//! `POST /auth`: the signer's own form. The vendor's page api/signature. Refusals have no body.
//!
//! Accepted and ignored: `wallet_name`, `chain_name`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use parlor_kit::body::typed;
use parlor_kit::dialect::Failure;
use parlor_kit::{App, MediaType, Meta, Payload, reply};
use parlor_model::error::Kind;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Settings;
use crate::wallet::{self, SignedMessage};

/// The header of a refusal for want of a workspace.
const CHALLENGE: &str = concat!(
    "ApiKey realm=\"relation\", error_description=\"",
    super::hint!(),
    "\""
);

/// A signed address token.
#[derive(Serialize, ToSchema)]
pub(crate) struct Signed {
    /// `success`.
    code: &'static str,
    /// The address token.
    token: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    meta: Meta,
    payload: Payload,
) -> Response {
    match sign(&app, &headers, uri.path(), &meta, payload).await {
        Ok(token) => {
            let code = "success";
            reply::json(StatusCode::OK, &Signed { code, token })
        }
        Err(error) => {
            let mut response = reply::status_only(status(&error));
            if super::is_ambiguous(&headers, &error) {
                // The body stays empty, as the vendor's is.
                let challenge = HeaderValue::from_static(CHALLENGE);
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            response.extensions_mut().insert(Failure(Arc::new(error)));
            response
        }
    }
}

async fn sign(
    app: &App,
    headers: &HeaderMap,
    path: &str,
    meta: &Meta,
    payload: Payload,
) -> Result<String> {
    let ctx = super::place(app, headers, path, meta).await?;
    let signed: SignedMessage = typed(payload.object(MediaType::Json).await?)?;
    wallet::exchange(app, &app.section::<Settings>(), ctx.ws(), &signed).await
}

fn status(error: &Error) -> StatusCode {
    match error.kind() {
        Kind::Malformed { .. } | Kind::Invalid { .. } => StatusCode::BAD_REQUEST,
        Kind::UnsupportedMediaType | Kind::UnsupportedEncoding => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        Kind::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable | Kind::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Unauthenticated(_)
        | Kind::Forbidden(_)
        | Kind::NotFound(_)
        | Kind::AlreadyExists { .. }
        | Kind::Conflict(_) => StatusCode::UNAUTHORIZED,
        Kind::NotAcceptable
        | Kind::MethodNotAllowed { .. }
        | Kind::UnknownRoute
        | Kind::NotImplemented { .. }
        | Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
