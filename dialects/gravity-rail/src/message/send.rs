//! Sends a message as the caller, and streams the answer if the caller asks for it.

use axum::response::Response;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use parlor_engine::turn::{RequestedTurn, Responder, TurnFollower};
use parlor_engine::{conversation, message};
use parlor_gateway::sse::{EVENT_STREAM_MEDIA_TYPE, OpenReplyRequest, open_reply};
use parlor_kit::{AppState, WriteTimeout, response};
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::member::MemberKind;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::turn::TurnError;
use parlor_model::{Ctx, Result};

use super::answer_chunk::{ChunkHead, DONE_EVENT, encode_event};
use super::answer_stream::{AnswerProgress, AnswerStream, end_without_answer};
use super::request::CreateMessageRequest;
use super::{OpenAIMessageResponse, StoredMessage, with_message_scope};
use crate::body;
use crate::respond::ok_json;
use crate::stream_credential::StreamCredential;

/// Model of a chat that names none.
const DEFAULT_MODEL: &str = "default";

/// Who sends a message, and by which request.
pub(crate) struct SendContext<'r> {
    pub(crate) app: &'r AppState,
    pub(crate) ctx: &'r Ctx,
    /// The workspace in the path.
    pub(crate) workspace: &'r str,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) write_timeout: WriteTimeout,
}

/// A message that was sent.
struct SentMessage {
    message: OpenAIMessageResponse,
    /// Its `seq`.
    seq: i64,
    responder: Responder,
}

/// Sends a message and responds with it, or with the stream of its answer.
pub(crate) async fn send(
    caller: SendContext<'_>,
    key: ConversationKey,
    request: CreateMessageRequest,
) -> Result<Response> {
    let ctx = with_message_scope(*caller.ctx);
    let chat = conversation::find(&caller.app.engine, &ctx, key).await?;
    let is_stream = request
        .stream
        .unwrap_or_else(|| accepts_event_stream(caller.headers));
    match is_stream {
        true => send_and_stream(caller, &ctx, &chat, request.content).await,
        false => {
            let sent = send_message(caller.app, &ctx, chat.number, request.content).await?;
            Ok(ok_json(&sent.message))
        }
    }
}

/// Sends a message and responds with a stream: the message, what the assistant answers, and `[DONE]`.
async fn send_and_stream(
    caller: SendContext<'_>,
    ctx: &Ctx,
    chat: &Conversation,
    content: String,
) -> Result<Response> {
    let app = caller.app;
    let credential = StreamCredential::new(
        app,
        caller.ctx,
        caller.workspace,
        caller.headers,
        chat.number,
    );
    let reply = OpenReplyRequest {
        app,
        ctx: caller.ctx,
        owner: credential.owner()?,
        write_timeout: caller.write_timeout,
    };
    let permit = reply.acquire()?;
    let follower = TurnFollower::new(&app.engine, ctx, chat.number);
    let sent = send_message(app, ctx, chat.number, content).await?;
    let first = encode_event(&sent.message);
    match sent.responder {
        Responder::Assistant => {}
        Responder::None | Responder::Mentioned(_) | Responder::Person => {
            return Ok(whole_stream(first, DONE_EVENT));
        }
        Responder::PersonWithoutProvider => {
            let end = end_without_answer(Some(TurnError::Unavailable));
            return Ok(whole_stream(first, &end));
        }
    }
    let source = AnswerStream {
        app: app.clone(),
        follower,
        requested: RequestedTurn::after(chat.number, sent.seq),
        head: ChunkHead {
            model: chat
                .service
                .chat_model
                .clone()
                .unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
            created_at: app.engine.now(),
        },
        first: Some(first),
        progress: AnswerProgress::default(),
    };
    open_reply(reply, permit, source, credential)
}

/// Responds with a stream that is complete.
fn whole_stream(mut events: String, end: &str) -> Response {
    events.push_str(end);
    response::from_bytes(StatusCode::OK, EVENT_STREAM_MEDIA_TYPE, events.into_bytes())
}

/// Sends a message as the acting member. The result is built without another read: after an error nothing was stored.
async fn send_message(
    app: &AppState,
    ctx: &Ctx,
    chat: i64,
    content: String,
) -> Result<SentMessage> {
    let actor = ctx.member()?;
    let key = ConversationKey::Number(chat);
    let role = match actor.kind {
        MemberKind::Person | MemberKind::Contact => MessageRole::User,
        MemberKind::Assistant => MessageRole::Assistant,
    };
    let command = CreateMessage::new(key, Some(actor.number), role, content.clone());
    let created = message::create_with_responder(&app.engine, ctx, command).await;
    let created =
        created.map_err(|error| body::rename_error_field(error, &[("text", "content")]))?;
    let stored = StoredMessage {
        chat,
        appended: created.message,
        role,
        author: Some(actor.number),
        text: content,
        tool_calls: None,
        delivery: created.delivery,
    };
    Ok(SentMessage {
        message: OpenAIMessageResponse::from(stored),
        seq: created.message.seq,
        responder: created.responder,
    })
}

fn accepts_event_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|text| {
        text.split(',').any(|kind| {
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim().eq_ignore_ascii_case(EVENT_STREAM_MEDIA_TYPE)
        })
    })
}
