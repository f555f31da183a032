//! Requests of carriers: what they have received is posted here.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use http::{HeaderMap, StatusCode, Uri};
use parlor_channels::{ChannelSettingsError, SmsForm, SmsSettings, SmsWebhookVerifier};
use parlor_engine::chat::{InboundText, ReceivedText, receive_text};
use parlor_engine::workspace;
use parlor_kit::{AppState, response};
use parlor_model::error::{CredentialReason, EntityKind, ErrorKind};
use parlor_model::id::WorkspaceId;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::problem_response::problem_response;

/// Longest request.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Answer to a message after which the carrier sends nothing.
const NO_REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
/// Answer to whoever asks for help.
const HELP_REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Message>Reply STOP to get no more messages from this number, and START to get them again.</Message></Response>";

struct SmsHook {
    app: AppState,
    verifier: SmsWebhookVerifier,
}

/// Builds the routes of the carrier of text messages; none without one.
///
/// # Errors
/// If the settings have no token.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    app: AppState,
    sms: Option<&SmsSettings>,
) -> std::result::Result<Router<S>, ChannelSettingsError> {
    let Some(settings) = sms else {
        return Ok(Router::new());
    };
    let hook = SmsHook {
        app,
        verifier: SmsWebhookVerifier::new(settings)?,
    };
    Ok(Router::new()
        .route("/carriers/sms/{workspace}/messages", post(receive_message))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(hook)))
}

/// Receives a text message for a number of a workspace.
async fn receive_message(
    State(hook): State<Arc<SmsHook>>,
    Path(workspace): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let address = uri.path_and_query().map_or("/", |path| path.as_str());
    let received = async {
        let message = hook.read_message(address, &headers, body).await?;
        hook.receive(&workspace, message).await
    };
    match received.await {
        Ok(ReceivedText::HelpRequested) => reply(HELP_REPLY),
        Ok(ReceivedText::UnknownNumber) => {
            tracing::warn!(
                "a carrier has a text message for a number that the workspace does not have"
            );
            problem_response(Error::not_found(EntityKind::PhoneNumber))
        }
        Ok(ReceivedText::SenderRefused) => {
            tracing::warn!(
                "a text message was not stored: its sender is archived, or cannot be answered"
            );
            reply(NO_REPLY)
        }
        Ok(ReceivedText::Stored | ReceivedText::OptedOut | ReceivedText::OptedIn) => {
            reply(NO_REPLY)
        }
        Err(error) => problem_response(error),
    }
}

impl SmsHook {
    /// Reads a message that the carrier has signed, with the address by which clients reach this server: a proxy may have
    /// another one.
    async fn read_message(
        &self,
        address: &str,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<InboundText> {
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
        let form = SmsForm::parse(&body).ok_or_else(refused)?;
        let url = format!("{}{address}", self.app.settings.public_url);
        if !self.verifier.verifies(&url, &form, signature).await {
            return Err(refused());
        }
        form.into_message()
            .ok_or_else(|| Error::invalid("body", "must be a text message"))
    }

    async fn receive(&self, workspace: &str, message: InboundText) -> Result<ReceivedText> {
        let ctx = operator_context(&self.app, workspace).await?;
        receive_text(&self.app.engine, &ctx, message).await
    }
}

/// Returns the context of the server's operator in a workspace that a path names.
pub(crate) async fn operator_context(app: &AppState, workspace: &str) -> Result<Ctx> {
    let unknown = |_| Error::not_found(EntityKind::Workspace);
    let id = WorkspaceId::new(Uuid::parse_str(workspace).map_err(unknown)?);
    let workspace = workspace::find(&app.engine, id).await?;
    Ok(workspace::operator_context(&app.engine, &workspace))
}

pub(crate) async fn method_not_allowed() -> Response {
    problem_response(Error::new(ErrorKind::MethodNotAllowed {
        allow: "POST".into(),
    }))
}

fn reply(text: &'static str) -> Response {
    response::from_bytes(StatusCode::OK, "text/xml; charset=utf-8", text.into())
}
