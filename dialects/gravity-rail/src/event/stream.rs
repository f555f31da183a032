//! `GET /chats/{chat_id}/events`: a chat as a stream of server-sent events.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{conversation, message};
use parlor_gateway::hub::{EventAudience, PerSubscriberEvent};
use parlor_gateway::sse::{
    self, EVENT_STREAM_MEDIA_TYPE, LAST_EVENT_ID_HEADER, LAST_EVENT_ID_PARAM, OpenStreamRequest,
    SseEvent, StreamAuthorizer,
};
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams, WriteTimeout};
use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::message::MessageKey;

use super::encoder::{
    AnswerData, ChatEventData, ChatEventEncoder, ChatUpdateData, EphemeralData, MessageDeletedData,
    ParticipantsData, StreamEndedData, StreamOpenedData, message_event,
};
use crate::auth::Caller;
use crate::documented::{NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::message::OpenAIMessageResponse;
use crate::stream_credential::StreamCredential;
use crate::{HandlerError, ids};

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/{conversation}/events"), handle)
        .doc("Streams what happens in a chat", "")
        .header(
            LAST_EVENT_ID_HEADER,
            "The id of the last event the reader has; `0` for everything from the beginning.",
        )
        .query(
            LAST_EVENT_ID_PARAM,
            Text,
            "The same where the header is absent, for the first connection of a browser.",
        )
        .responds_stream::<OpenAIMessageResponse>(
            200,
            EVENT_STREAM_MEDIA_TYPE,
            "The events, as they happen, without an end.",
        )
        .or_json_schema::<ChatEventData<AnswerData<'_>>>()
        .or_json_schema::<ChatEventData<ChatUpdateData>>()
        .or_json_schema::<ChatEventData<MessageDeletedData>>()
        .or_json_schema::<ChatEventData<ParticipantsData>>()
        .or_json_schema::<ChatEventData<EphemeralData>>()
        .or_json_schema::<ChatEventData<StreamOpenedData>>()
        .or_json_schema::<ChatEventData<StreamEndedData>>()
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            NO_CHAT,
            (429, "Too many requests, or too many streams."),
        ])
}

/// The caller's own chat, or any with `chats:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    headers: HeaderMap,
    query: QueryParams,
    write_timeout: WriteTimeout,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let chat = conversation::find(&app.engine, &ctx, key).await?;
    let credential =
        StreamCredential::new(&app, &ctx, params.get("workspace"), &headers, chat.number);
    let owner = credential.owner()?;
    let encoder = ChatEventEncoder {
        chat: chat.number,
        app: app.clone(),
    };
    let request = OpenStreamRequest {
        app: &app,
        headers: &headers,
        query: &query,
        write_timeout,
    };
    Ok(sse::open_stream(
        request,
        &ctx,
        owner,
        &chat,
        encoder,
        ChatStreamAuthorizer(credential),
    )
    .await?)
}

/// Credential of a stream whose rated messages are encoded for its reader.
struct ChatStreamAuthorizer(StreamCredential);

impl StreamAuthorizer for ChatStreamAuthorizer {
    async fn reauthorize(&self) -> Result<()> {
        self.0.reauthorize().await
    }

    /// Encodes a message with the rating that this reader may see.
    async fn encode_per_subscriber(&self, event: PerSubscriberEvent) -> Result<Option<SseEvent>> {
        let (ctx, engine) = (self.0.reauthenticate().await?, &self.0.app.engine);
        if let EventAudience::RatingAuthor(Some(member)) = event.audience
            && !ctx.is_actor(member)
            && !message::sees_all_ratings(&ctx)
        {
            return Ok(None);
        }
        let chat = ConversationKey::Number(self.0.chat);
        let found = message::find(engine, &ctx, chat, MessageKey::Id(event.message)).await;
        let mut messages = match found {
            Ok(found) => [found],
            // A deleted message has a log entry of its own.
            Err(error) if *error.kind() == ErrorKind::NotFound(EntityKind::Message) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        message::apply_own_ratings(engine, &ctx, chat, &mut messages).await?;
        let [message] = messages;
        Ok(Some(message_event(event.name, self.0.chat, message)))
    }
}
