//! The credential of a live socket.

use http::HeaderMap;
use parlor_engine::api_key;
use parlor_gateway::DisconnectReason;
use parlor_kit::{AppState, QueryParams, credential, member_token};
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::auth::{self, API_KEY, AUTHORIZATION};

/// Authenticates a socket when it opens, and again while it is open.
pub(super) struct SocketCredential {
    token: String,
    /// The project's key, if the request has one; otherwise the token's signature selects the project.
    key: Option<String>,
}

impl SocketCredential {
    /// Reads the token from the query, which browsers need, or from its header; the key from its header.
    ///
    /// # Errors
    /// `Unauthenticated` without a token.
    pub(super) fn from_request(headers: &HeaderMap, query: &QueryParams) -> Result<Self> {
        let token = match query.get("token").filter(|text| !text.is_empty()) {
            Some(text) => credential::strip_scheme(text, &["bearer"]).unwrap_or(text),
            None => auth::token_from_header(headers, AUTHORIZATION)?,
        };
        Ok(Self {
            token: token.to_owned(),
            key: credential::header(headers, API_KEY).map(str::to_owned),
        })
    }

    /// Authenticates the credential and returns the member's context, restricted by the key.
    ///
    /// # Errors
    /// `Unauthenticated` once key, token or member is revoked or expired.
    pub(super) async fn authenticate(&self, app: &AppState, request: Uuid) -> Result<Ctx> {
        let engine = &app.engine;
        if let Some(secret) = &self.key {
            let project = api_key::authenticate(engine, secret, request).await?;
            let member = member_token::authenticate_member_token(
                app,
                project.workspace,
                &self.token,
                request,
            )
            .await?;
            return Ok(member.restrict_to(&project));
        }
        let mut contexts =
            member_token::find_member_token_contexts(app, &self.token, request).await?;
        // At most one: a token is signed by the key of one workspace.
        let ctx = contexts.pop();
        ctx.ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
    }

    /// Authenticates the credential again. Returns the current context, or `None` if the database is unavailable (an
    /// outage must not disconnect clients).
    ///
    /// # Errors
    /// [`DisconnectReason::CredentialRevoked`] once key, token or member is revoked or expired,
    /// [`DisconnectReason::Forbidden`] once they may not be used together.
    pub(super) async fn reauthenticate(
        &self,
        app: &AppState,
        request: Uuid,
    ) -> std::result::Result<Option<Ctx>, DisconnectReason> {
        match self.authenticate(app, request).await {
            Ok(ctx) => Ok(Some(ctx)),
            Err(error) => match error.kind() {
                ErrorKind::Unauthenticated(_) => Err(DisconnectReason::CredentialRevoked),
                ErrorKind::Forbidden(_) => Err(DisconnectReason::Forbidden),
                _ => Ok(None),
            },
        }
    }
}
