//! `POST /v1/workspaces/{workspace}/agent/threads/{thread}/messages`, after the page
//! `api-reference/agent/messages`: keeps a message under the id its writer chose, and changes it where it is kept
//! already. Without content it is a draft, which takes its place among the messages when content comes; so does its
//! `createdAt`. What a call leaves out stays as it was; null takes it away, but for the content. The keys of the metadata
//! merge.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{draft, message};
use parlor_kit::request_body::{deserialize_map, double_option};
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::draft::SaveDraft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::json::{self, exact};
use parlor_model::message::MessageKey;
use parlor_model::message_details::UpdateMessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error, Metadata, Result as Tried, text};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::message::{ThreadMessage, ThreadRole};
use crate::auth::AgentCaller;
use crate::{Sharely, body, ids, response};

/// The body. The parts that are objects and lists may also come as JSON text. After `api-reference/agent/messages`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoreMessage)]
pub(crate) struct StoreMessageRequest {
    /// The id to keep it under.
    #[schema(format = "uuid")]
    id: String,
    /// Who speaks.
    role: ThreadRole,
    /// What is said, not blank; absent, null or empty for a draft.
    #[schema(max_length = 65_536, pattern = r"^$|[^\s\x85]")]
    content: Option<String>,
    /// The steps before it. Absent keeps them.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ListOrJsonText>)]
    thinking_steps: Option<Option<ListOrJsonText>>,
    /// The tools it called. Absent keeps them.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ListOrJsonText>)]
    tool_calls: Option<Option<ListOrJsonText>>,
    /// What it rests on. Absent keeps it.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ListOrJsonText>)]
    sources: Option<Option<ListOrJsonText>>,
    /// What it cost. Absent keeps it.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ObjectOrJsonText>)]
    token_usage: Option<Option<ObjectOrJsonText>>,
    /// Who computed it. Absent keeps it.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    model: Option<Option<String>>,
    /// Why it ended. Absent keeps it.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    finish_reason: Option<Option<String>>,
    /// Anything else; merged at the top level, where null removes a key. Null removes all.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<ObjectOrJsonText>)]
    metadata: Option<Option<ObjectOrJsonText>>,
}

/// A list of objects, or its JSON text.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = List)]
pub(crate) enum ListOrJsonText {
    /// As it is.
    #[schema(value_type = Vec<Object>)]
    Plain(Vec<Map<String, Value>>),
    /// As text.
    Text(String),
}

/// An object, or its JSON text.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Entry)]
pub(crate) enum ObjectOrJsonText {
    /// As it is.
    #[schema(value_type = Object)]
    Plain(Map<String, Value>),
    /// As text.
    Text(String),
}

// By hand, since deriving would read numbers of any size into a buffer that holds small ones only.
impl<'de> Deserialize<'de> for ListOrJsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refused = || D::Error::custom("must be an array of objects, or its JSON text");
        match exact(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            given => json::objects(given).map(Self::Plain).ok_or_else(refused),
        }
    }
}

impl<'de> Deserialize<'de> for ObjectOrJsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match exact(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(object) => Ok(Self::Plain(object)),
            _ => Err(D::Error::custom("must be an object, or its JSON text")),
        }
    }
}

/// What the body asks for.
struct StoreMessageCommand {
    id: MessageId,
    role: parlor_model::message::MessageRole,
    content: Option<String>,
    details: UpdateMessageDetails,
    metadata: Option<Option<Metadata>>,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let thread = agent.find_thread_for_messages(&app, &params).await?;
    let asked = parse_command(object.map)?;
    let key = ConversationKey::Number(thread.conversation.number);
    let ctx = agent.context();
    // What a person says is said by whom the thread is for.
    let author = match asked.role {
        parlor_model::message::MessageRole::User => {
            thread.conversation.subject.map(|who| who.number)
        }
        _ => None,
    };
    let command = SaveDraft {
        id: asked.id,
        conversation: key,
        author,
        role: asked.role,
        details: asked.details,
        metadata: asked.metadata,
    };
    let thread = thread.conversation.id;
    // What a write gives is shown: nothing is read behind it that could fail.
    let stored = match asked.content {
        Some(content) => {
            let said = draft::publish(&app.engine, &ctx, command, Redacted(content));
            ThreadMessage::from_message(said.await?)
        }
        None => save_draft(&app, &ctx, thread, command).await?,
    };
    Ok(response::ok(&stored))
}

/// A draft; or where it was finished already, the message with other parts and its content as it was.
async fn save_draft(
    app: &AppState,
    ctx: &Ctx,
    thread: ConversationId,
    command: SaveDraft,
) -> Tried<ThreadMessage> {
    if let Some(begun) = draft::save(&app.engine, ctx, command.clone()).await? {
        return Ok(ThreadMessage::from_draft(thread, begun));
    }
    let (key, id) = (command.conversation, MessageKey::Id(command.id));
    let edited = message::edit_returning(
        &app.engine,
        ctx,
        key,
        id,
        draft::into_message_update(command),
    );
    Ok(ThreadMessage::from_message(edited.await?.1))
}

fn parse_command(map: Map<String, Value>) -> Tried<StoreMessageCommand> {
    let store: StoreMessageRequest = deserialize_map(map)?;
    let id = ids::parse_optional_id(Some(&store.id), "id")?;
    // Nothing said is not finished.
    let content = store.content.filter(|content| !content.is_empty());
    if let Some(content) = &content {
        text::validate_not_blank(content, "content", 65_536)?;
    }
    for (text, field) in [
        (&store.model, "model"),
        (&store.finish_reason, "finishReason"),
    ] {
        if let Some(Some(text)) = text {
            text::validate_length(text, field, 255)?;
        }
    }
    Ok(StoreMessageCommand {
        id: id.ok_or_else(|| Error::invalid("id", "is required"))?,
        role: store.role.to_message_role(),
        content,
        details: UpdateMessageDetails {
            thinking: parse_list(store.thinking_steps, "thinkingSteps")?,
            tool_calls: parse_list(store.tool_calls, "toolCalls")?,
            sources: parse_list(store.sources, "sources")?,
            token_usage: parse_object(store.token_usage, "tokenUsage")?
                .map(|usage| usage.map(Value::Object)),
            model: store.model,
            finish_reason: store.finish_reason,
        },
        metadata: match parse_object(store.metadata, "metadata")? {
            None => None,
            Some(None) => Some(None),
            Some(Some(map)) => Some(Some(Metadata::new(map, "metadata")?)),
        },
    })
}

fn parse_list(
    given: Option<Option<ListOrJsonText>>,
    field: &'static str,
) -> Tried<Option<Option<Value>>> {
    let items = match given {
        None => return Ok(None),
        Some(None) => return Ok(Some(None)),
        Some(Some(ListOrJsonText::Plain(items))) => items,
        Some(Some(ListOrJsonText::Text(text))) => json::parse(text.as_bytes())
            .ok()
            .and_then(json::objects)
            .ok_or_else(|| Error::invalid(field, "must be a JSON array of objects"))?,
    };
    let items = items.into_iter().map(Value::Object);
    Ok(Some(Some(Value::Array(items.collect()))))
}

fn parse_object(
    given: Option<Option<ObjectOrJsonText>>,
    field: &'static str,
) -> Tried<Option<Option<Map<String, Value>>>> {
    match given {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(ObjectOrJsonText::Plain(object))) => Ok(Some(Some(object))),
        Some(Some(ObjectOrJsonText::Text(text))) => match json::parse(text.as_bytes()) {
            Ok(Value::Object(object)) => Ok(Some(Some(object))),
            _ => Err(Error::invalid(field, "must be a JSON object")),
        },
    }
}
