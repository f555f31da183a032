//! `POST /spaces/{space}/thumb-signal/{signal}/feedback`, after the widget's call: adds a comment to the
//! caller's own rating of a message. The signal is identified by its own id or by its message's.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::message;
use parlor_kit::ids::parse_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::error::EntityKind;
use parlor_model::message::MessageKey;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Id, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::thumb_signal::{ThumbSignalResponse, WidgetMessageRef};
use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::{HandlerError, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Explain)]
struct FeedbackRequest {
    /// Why.
    #[schema(max_length = 4_096)]
    feedback: String,
    /// The message: an answer. It says the same as the path.
    #[schema(format = "uuid")]
    space_conversation_id: String,
    /// Its group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(post(
            "/spaces/{space}/thumb-signal/{signal}/feedback",
            handle,
        ), Auth::Bearer)
        .doc("Say why.", WIDGET_SOURCE)
        .scope(Scope::read(Resource::Conversations))
        .body::<FeedbackRequest>()
        .example(
            r#"{"spaceConversationId":"01920000-0000-7000-8000-000000000001","groupId":"01920000-0000-7000-8000-000000000002","feedback":"Too short"}"#,
        )
        .responds::<ThumbSignalResponse>(200, "What is thought of it now.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let parsed = parse_request(object.map);
    let (message_ref, feedback) = prefer_not_found(&app, &ctx, space, parsed).await?;
    let conversation = message_ref.conversation_key(&app, &ctx, space).await?;
    let id = MessageKey::Id(message_ref.message);
    let message = message::find(&app.engine, &ctx, conversation, id).await?;
    let message_id = message.id;
    let ratings = message::list_ratings(&app.engine, &ctx, conversation, &[message]).await?;
    let own = ratings
        .into_values()
        .flatten()
        .find(|rating| message::is_own_rating(&ctx, rating))
        .ok_or_else(|| Error::not_found(EntityKind::Message))?;
    let signal = parse_uuid::<()>(params.get("signal")).map(Id::uuid);
    if signal != Some(own.id.uuid()) && signal != Some(message_id.uuid()) {
        return Err(Error::not_found(EntityKind::Message).into());
    }
    let feedback = Redacted(feedback);
    let rated = message::set_rating_comment(&app.engine, &ctx, conversation, id, feedback).await?;
    Ok(response::ok(
        &ThumbSignalResponse::load(&app, &ctx, conversation, rated).await?,
    ))
}

fn parse_request(map: Map<String, Value>) -> Result<(WidgetMessageRef, String)> {
    let request: FeedbackRequest = deserialize_map(map)?;
    text::validate_length(&request.feedback, "feedback", 4_096)?;
    let message_ref =
        WidgetMessageRef::parse(&request.space_conversation_id, request.group_id.as_deref())?;
    Ok((message_ref, request.feedback))
}
