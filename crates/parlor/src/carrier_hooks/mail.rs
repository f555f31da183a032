//! Requests of mail servers: mails that they have received are posted here.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_channels::{
    ChannelSettingsError, MAX_MAIL_BYTES, MailInSettings, MailInVerifier, receive_raw_mail,
};
use parlor_kit::AppState;
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::{Error, Result};

use super::{method_not_allowed, operator_context};
use crate::problem_response::problem_response;

struct MailHook {
    app: AppState,
    verifier: MailInVerifier,
}

/// Builds the route of mail servers.
///
/// # Errors
/// If the settings have no token.
pub(super) fn router<S: Clone + Send + Sync + 'static>(
    app: AppState,
    settings: &MailInSettings,
) -> std::result::Result<Router<S>, ChannelSettingsError> {
    let hook = MailHook {
        app,
        verifier: MailInVerifier::new(settings)?,
    };
    Ok(Router::new()
        .route("/carriers/mail/{workspace}/messages", post(receive_mails))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(hook)))
}

/// Receives a mail for an inbox of a workspace.
async fn receive_mails(
    State(hook): State<Arc<MailHook>>,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match hook.receive(&workspace, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            let is_refused = matches!(error.kind(), ErrorKind::Unauthenticated(_));
            let mut response = problem_response(error);
            if is_refused {
                let scheme = HeaderValue::from_static("Bearer");
                response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
            }
            response
        }
    }
}

impl MailHook {
    async fn receive(&self, workspace: &str, headers: &HeaderMap, body: Body) -> Result<()> {
        self.authenticate(headers).await?;
        check_media_type(headers)?;
        let ctx = operator_context(&self.app, workspace).await?;
        let envelope_to = headers.get("x-envelope-to");
        let envelope_to =
            envelope_to.map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned());
        let too_large = |_| {
            Error::new(ErrorKind::TooLarge {
                limit: MAX_MAIL_BYTES as u64,
            })
        };
        let raw = to_bytes(body, MAX_MAIL_BYTES).await.map_err(too_large)?;
        receive_raw_mail(&self.app.engine, &ctx, raw, envelope_to).await
    }

    async fn authenticate(&self, headers: &HeaderMap) -> Result<()> {
        let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
        let text = headers.get(AUTHORIZATION);
        let text = text.and_then(|text| text.to_str().ok());
        let (scheme, token) = text
            .and_then(|text| text.split_once(' '))
            .ok_or_else(refused)?;
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        if is_bearer && self.verifier.verifies(token.trim()).await {
            return Ok(());
        }
        Err(refused())
    }
}

/// A form or a JSON document would be read as a mail without headers.
fn check_media_type(headers: &HeaderMap) -> Result<()> {
    let Some(given) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let given = given.to_str().unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    let known = ["message/rfc822", "message/global"];
    if known
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
    {
        return Ok(());
    }
    Err(Error::new(ErrorKind::UnsupportedMediaType))
}
