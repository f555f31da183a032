//! Attempts to sign in, of which an address has few when they fail.

use std::sync::Arc;

use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use parlor_engine::console::SignInResult;
use parlor_kit::client_address::ClientAddress;
use parlor_kit::client_address_limiter::CredentialFingerprint;
use parlor_kit::{AppState, RequestMeta};
use parlor_model::{Error, Result};
use secrecy::ExposeSecret;

use crate::error_page::PageError;
use crate::response::see_other;
use crate::session_cookie::session_cookie;
use crate::settings::ConsoleSettings;

/// Attempt that the limit allows.
pub(crate) struct SignInAttempt {
    settings: Arc<ConsoleSettings>,
    address: Option<ClientAddress>,
    fingerprint: Option<CredentialFingerprint>,
}

impl SignInAttempt {
    /// Begins an attempt with a credential.
    ///
    /// # Errors
    /// `RateLimited` after too many failures of the address.
    pub(crate) fn new(app: &AppState, meta: &RequestMeta, credential: &str) -> Result<Self> {
        let settings = ConsoleSettings::from_app(app)?;
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(credential) {
            headers.insert("x-api-key", value);
        }
        let limiter = &settings.sign_in_limiter;
        let fingerprint = limiter.fingerprint(&headers, None);
        if let (Some(address), Some(fingerprint)) = (meta.address, fingerprint) {
            limiter.check_credential(address, fingerprint)?;
        }
        Ok(Self {
            settings,
            address: meta.address,
            fingerprint,
        })
    }

    /// Counts the outcome.
    ///
    /// # Errors
    /// Those of the outcome.
    pub(crate) fn record(self, outcome: Result<SignInResult>) -> Result<SignInResult> {
        let limiter = &self.settings.sign_in_limiter;
        match (&outcome, self.fingerprint) {
            (Ok(_), Some(fingerprint)) => limiter.record_accepted(fingerprint),
            (Ok(_), None) => {}
            (Err(error), _) => {
                limiter.evict_idle();
                limiter.record_rejected(self.address, error);
            }
        }
        outcome
    }
}

/// Gives a browser the secret of its session, and leads to a page.
///
/// # Errors
/// `Internal` if the secret is no header value.
pub(crate) fn begin_session(
    app: &AppState,
    signed_in: &SignInResult,
    next: &str,
) -> Result<Response, PageError> {
    let settings = ConsoleSettings::from_app(app)?;
    let cookie = session_cookie(signed_in.secret.expose_secret(), &settings);
    let cookie = cookie.ok_or_else(|| Error::internal("a session's secret is no header value"))?;
    let mut answer = see_other(next);
    answer.headers_mut().append(SET_COOKIE, cookie);
    Ok(answer)
}
