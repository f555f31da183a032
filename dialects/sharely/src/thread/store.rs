//! `POST /v1/workspaces/{workspace}/agent/threads/{thread}/messages`, after the page
//! `api-reference/agent/messages`: keeps a message under the id its writer chose, and changes it where it is kept
//! already. Without content it is a draft, which takes its place among the messages when content comes; so does its
//! `createdAt`. What a call leaves out stays as it was; null takes it away, but for the content. The keys of the metadata
//! merge.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{draft, message};
use parlor_kit::body::{present, typed};
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::details::DetailsPatch;
use parlor_model::draft::PutDraft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::json::{self, exact};
use parlor_model::message::MessageKey;
use parlor_model::private::Private;
use parlor_model::{Ctx, Error, Metadata, Result as Tried, text};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::message::{Message, Role};
use crate::auth::Agent;
use crate::{Sharely, body, ids, reply};

/// The body. The parts that are objects and lists may also come as JSON text. After `api-reference/agent/messages`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoreMessage)]
pub(crate) struct Store {
    /// The id to keep it under.
    #[schema(format = "uuid")]
    id: String,
    /// Who speaks.
    role: Role,
    /// What is said, not blank; absent, null or empty for a draft.
    #[schema(max_length = 65_536, pattern = r"^$|[^\s\x85]")]
    content: Option<String>,
    /// The steps before it. Absent keeps them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<List>)]
    thinking_steps: Option<Option<List>>,
    /// The tools it called. Absent keeps them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<List>)]
    tool_calls: Option<Option<List>>,
    /// What it rests on. Absent keeps it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<List>)]
    sources: Option<Option<List>>,
    /// What it cost. Absent keeps it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Entry>)]
    token_usage: Option<Option<Entry>>,
    /// Who computed it. Absent keeps it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 255)]
    model: Option<Option<String>>,
    /// Why it ended. Absent keeps it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 255)]
    finish_reason: Option<Option<String>>,
    /// Anything else; merged at the top level, where null removes a key. Null removes all.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Entry>)]
    metadata: Option<Option<Entry>>,
}

/// A list of objects, or its JSON text.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum List {
    /// As it is.
    #[schema(value_type = Vec<Object>)]
    Plain(Vec<Map<String, Value>>),
    /// As text.
    Text(String),
}

/// An object, or its JSON text.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Entry {
    /// As it is.
    #[schema(value_type = Object)]
    Plain(Map<String, Value>),
    /// As text.
    Text(String),
}

// By hand, since deriving would read numbers of any size into a buffer that holds small ones only.
impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refused = || D::Error::custom("must be an array of objects, or its JSON text");
        match exact(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            given => json::objects(given).map(Self::Plain).ok_or_else(refused),
        }
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match exact(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(object) => Ok(Self::Plain(object)),
            _ => Err(D::Error::custom("must be an object, or its JSON text")),
        }
    }
}

/// What the body asks for.
struct Asked {
    id: MessageId,
    role: parlor_model::message::Role,
    content: Option<String>,
    details: DetailsPatch,
    metadata: Option<Option<Metadata>>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    agent: Agent,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let thread = agent.thread_of_messages(&app, &params).await?;
    let asked = read(object.map)?;
    let key = ConversationKey::Number(thread.conversation.number);
    let ctx = agent.ctx();
    // What a person says is said by whom the thread is for.
    let author = match asked.role {
        parlor_model::message::Role::User => thread.conversation.subject.map(|who| who.number),
        _ => None,
    };
    let command = PutDraft {
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
            let said = draft::say(&app.engine, &ctx, command, Private(content));
            Message::of(said.await?)
        }
        None => begin(&app, &ctx, thread, command).await?,
    };
    Ok(reply::ok(&stored))
}

/// A draft; or where it was finished already, the message with other parts and its content as it was.
async fn begin(app: &App, ctx: &Ctx, thread: ConversationId, command: PutDraft) -> Tried<Message> {
    if let Some(begun) = draft::put(&app.engine, ctx, command.clone()).await? {
        return Ok(Message::of_draft(thread, begun));
    }
    let (key, id) = (command.conversation, MessageKey::Id(command.id));
    let edited = message::edit_returning(&app.engine, ctx, key, id, draft::change(command));
    Ok(Message::of(edited.await?.1))
}

fn read(map: Map<String, Value>) -> Tried<Asked> {
    let store: Store = typed(map)?;
    let id = ids::given(Some(&store.id), "id")?;
    // Nothing said is not finished.
    let content = store.content.filter(|content| !content.is_empty());
    if let Some(content) = &content {
        text::spoken(content, "content", 65_536)?;
    }
    for (text, field) in [
        (&store.model, "model"),
        (&store.finish_reason, "finishReason"),
    ] {
        if let Some(Some(text)) = text {
            text::limit(text, field, 255)?;
        }
    }
    Ok(Asked {
        id: id.ok_or_else(|| Error::invalid("id", "is required"))?,
        role: store.role.core(),
        content,
        details: DetailsPatch {
            thinking: list(store.thinking_steps, "thinkingSteps")?,
            tool_calls: list(store.tool_calls, "toolCalls")?,
            sources: list(store.sources, "sources")?,
            token_usage: entry(store.token_usage, "tokenUsage")?
                .map(|usage| usage.map(Value::Object)),
            model: store.model,
            finish_reason: store.finish_reason,
        },
        metadata: match entry(store.metadata, "metadata")? {
            None => None,
            Some(None) => Some(None),
            Some(Some(map)) => Some(Some(Metadata::new(map, "metadata")?)),
        },
    })
}

fn list(given: Option<Option<List>>, field: &'static str) -> Tried<Option<Option<Value>>> {
    let items =
        match given {
            None => return Ok(None),
            Some(None) => return Ok(Some(None)),
            Some(Some(List::Plain(items))) => items,
            Some(Some(List::Text(text))) => json::parse(text.as_bytes())
                .ok()
                .and_then(json::objects)
                .ok_or_else(|| Error::invalid(field, "must be a JSON array of objects"))?,
        };
    let items = items.into_iter().map(Value::Object);
    Ok(Some(Some(Value::Array(items.collect()))))
}

fn entry(
    given: Option<Option<Entry>>,
    field: &'static str,
) -> Tried<Option<Option<Map<String, Value>>>> {
    match given {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(Entry::Plain(object))) => Ok(Some(Some(object))),
        Some(Some(Entry::Text(text))) => match json::parse(text.as_bytes()) {
            Ok(Value::Object(object)) => Ok(Some(Some(object))),
            _ => Err(Error::invalid(field, "must be a JSON object")),
        },
    }
}
