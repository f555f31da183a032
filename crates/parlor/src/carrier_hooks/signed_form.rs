//! Reads forms that a carrier has signed.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::{HeaderMap, Uri};
use parlor_channels::{
    CarrierAccountSettings, CarrierForm, CarrierWebhookVerifier, ChannelSettingsError,
};
use parlor_kit::AppState;
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::{Ctx, Error, Result};

use super::operator_context;
use crate::problem_response::problem_response;

/// Longest request.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Reads the requests of an account at a carrier.
pub(super) struct SignedFormReader {
    app: AppState,
    verifier: CarrierWebhookVerifier,
}

impl SignedFormReader {
    /// Creates a reader.
    ///
    /// # Errors
    /// If the settings have no token.
    pub(super) fn new(
        app: AppState,
        settings: &CarrierAccountSettings,
    ) -> std::result::Result<Self, ChannelSettingsError> {
        Ok(Self {
            app,
            verifier: CarrierWebhookVerifier::new(settings)?,
        })
    }

    /// Returns the state of the server.
    pub(super) const fn app(&self) -> &AppState {
        &self.app
    }

    /// Reads a form that the carrier has signed, with the address by which clients reach this server: a proxy may have
    /// another one.
    async fn read(&self, uri: &Uri, headers: &HeaderMap, body: Body) -> Result<CarrierForm> {
        let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
        let signature = headers.get("x-twilio-signature");
        let signature = signature.and_then(|text| text.to_str().ok());
        let signature = signature.ok_or_else(refused)?;
        let too_large = |_| {
            Error::new(ErrorKind::TooLarge {
                limit: MAX_BODY_BYTES as u64,
            })
        };
        let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(too_large)?;
        let form = CarrierForm::parse(&body).ok_or_else(refused)?;
        let address = uri.path_and_query().map_or("/", |path| path.as_str());
        let url = format!("{}{address}", self.app.settings.public_url);
        if !self.verifier.verifies(&url, &form, signature).await {
            return Err(refused());
        }
        Ok(form)
    }

    /// Returns the context of the server's operator in the workspace of a path.
    pub(super) async fn operator_context(&self, workspace: &str) -> Result<Ctx> {
        operator_context(&self.app, workspace).await
    }
}

/// A form that the carrier has signed, as handlers take it. Any other request is refused before its path is looked at.
pub(super) struct SignedForm {
    /// Its fields.
    pub(super) form: CarrierForm,
    /// The address that it was posted to.
    pub(super) uri: Uri,
}

impl FromRequest<Arc<SignedFormReader>> for SignedForm {
    type Rejection = Response;

    async fn from_request(
        request: Request,
        reader: &Arc<SignedFormReader>,
    ) -> std::result::Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let form = reader.read(&parts.uri, &parts.headers, body).await;
        Ok(Self {
            form: form.map_err(problem_response)?,
            uri: parts.uri,
        })
    }
}
