//! Requests of carriers: what they have received is posted here.

mod mail;
mod signed_form;
mod voice;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use parlor_channels::{CarrierForm, CarrierSettings, ChannelSettingsError};
use parlor_engine::chat::{ReceivedText, receive_text};
use parlor_engine::delivery::{CarrierReport, record_status};
use parlor_engine::workspace;
use parlor_kit::{AppState, response};
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::{DeliveryId, WorkspaceId};
use parlor_model::outbox::DeliveryKey;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use self::signed_form::{SignedForm, SignedFormReader};
use crate::problem_response::problem_response;

/// Answer to a message after which the carrier sends nothing.
const NO_REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
/// Answer to whoever asks for help.
const HELP_REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Message>Reply STOP to get no more messages from this number, and START to get them again.</Message></Response>";

/// A setting of a carrier that cannot be used, with its section.
pub(crate) type SectionError = (&'static str, ChannelSettingsError);

/// Builds the routes of the carriers that are configured.
///
/// # Errors
/// If an account has no token.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    app: &AppState,
    carriers: &CarrierSettings,
) -> std::result::Result<Router<S>, SectionError> {
    let mut router = Router::new();
    if let Some(sms) = &carriers.sms {
        let reader = SignedFormReader::new(app.clone(), sms).map_err(|error| ("sms", error))?;
        router = router.merge(sms_router(reader));
    }
    if let Some(voice) = &carriers.voice {
        let reader = SignedFormReader::new(app.clone(), voice).map_err(|error| ("voice", error))?;
        router = router.merge(voice::router(reader));
    }
    if let Some(mail_in) = carriers
        .mail_in
        .as_ref()
        .filter(|mail_in| mail_in.has_token())
    {
        let mails = mail::router(app.clone(), mail_in).map_err(|error| ("mail_in", error))?;
        router = router.merge(mails);
    }
    Ok(router)
}

fn sms_router<S: Clone + Send + Sync + 'static>(reader: SignedFormReader) -> Router<S> {
    Router::new()
        .route("/carriers/sms/{workspace}/messages", post(receive_message))
        .route(
            "/carriers/sms/{workspace}/deliveries/{delivery}",
            post(receive_report),
        )
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(reader))
}

/// Receives a text message for a number of a workspace.
async fn receive_message(
    State(reader): State<Arc<SignedFormReader>>,
    Path(workspace): Path<String>,
    SignedForm { form, .. }: SignedForm,
) -> Response {
    match receive_form(&reader, &workspace, form).await {
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

/// Receives what the carrier says of a message that it has accepted.
async fn receive_report(
    State(reader): State<Arc<SignedFormReader>>,
    Path((workspace, delivery)): Path<(String, String)>,
    SignedForm { form, .. }: SignedForm,
) -> Response {
    let recorded = async {
        let unknown = |_| Error::not_found(EntityKind::Delivery);
        let id = DeliveryId::new(Uuid::parse_str(&delivery).map_err(unknown)?);
        let ctx = reader.operator_context(&workspace).await?;
        match form.report() {
            Some(report) => {
                let engine = &reader.app().engine;
                let is_news = record_status(engine, &ctx, DeliveryKey::Id(id), report).await?;
                let has_failed = matches!(
                    report,
                    CarrierReport::Undelivered | CarrierReport::UnknownAddress
                );
                if is_news && has_failed {
                    let (delivery, code) = (id.uuid(), form.error_code());
                    tracing::warn!(%delivery, code, "a message was not delivered by its carrier");
                }
                Ok(())
            }
            None => Ok(()),
        }
    };
    match recorded.await {
        Ok(()) => response::empty(StatusCode::NO_CONTENT),
        Err(error) => problem_response(error),
    }
}

async fn receive_form(
    reader: &SignedFormReader,
    workspace: &str,
    form: CarrierForm,
) -> Result<ReceivedText> {
    let message = form.into_message();
    let message = message.ok_or_else(|| Error::invalid("body", "must be a text message"))?;
    let ctx = reader.operator_context(workspace).await?;
    receive_text(&reader.app().engine, &ctx, message).await
}

/// Returns the context of the server's operator in a workspace that a path names.
async fn operator_context(app: &AppState, workspace: &str) -> Result<Ctx> {
    let unknown = |_| Error::not_found(EntityKind::Workspace);
    let id = WorkspaceId::new(Uuid::parse_str(workspace).map_err(unknown)?);
    let workspace = workspace::find(&app.engine, id).await?;
    Ok(workspace::operator_context(&app.engine, &workspace))
}

async fn method_not_allowed() -> Response {
    problem_response(Error::new(ErrorKind::MethodNotAllowed {
        allow: "POST".into(),
    }))
}

fn reply(text: impl Into<Vec<u8>>) -> Response {
    response::from_bytes(StatusCode::OK, "text/xml; charset=utf-8", text.into())
}
