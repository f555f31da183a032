//! `POST /v1/workspaces/{workspace}/agent/threads/{thread}/messages`, after the page
//! `api-reference/agent/messages`: stores a message under the id that the client chose, or updates the stored one.
//! Without content it is a draft; content publishes the draft, which determines its position and `createdAt`. An absent
//! field keeps its value; null removes it, except for the content. Metadata keys are merged.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{draft, message};
use parlor_kit::request_body::{deserialize_map, double_option};
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::draft::SaveDraft;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{MessageKey, MessageRole};
use parlor_model::message_details::UpdateMessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::json_text::{ListOrJsonText, ObjectOrJsonText};
use super::message::{ThreadMessage, ThreadRole};
use crate::auth::AgentCaller;
use crate::documented::{
    CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, PathPrefix, organization_optional, prefixed_path,
};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, ids, response};

/// The body. The parts that are objects and lists may also come as JSON text. After `api-reference/agent/messages`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoreMessage)]
struct StoreMessageRequest {
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

/// Parsed body.
struct StoreMessageCommand {
    id: MessageId,
    role: MessageRole,
    content: Option<String>,
    details: UpdateMessageDetails,
    metadata: Option<Option<Metadata>>,
}

/// Declares the route under a prefix.
pub(crate) fn route(prefix: PathPrefix) -> Route {
    // Ids are unique in a workspace, so both paths need different examples.
    let example = match prefix {
        PathPrefix::Versioned => {
            r#"{"id":"01920000-0000-4000-8000-000000000001","role":"user","content":"What is the refund policy?"}"#
        }
        PathPrefix::Unversioned => {
            r#"{"id":"01920000-0000-4000-8000-000000000002","role":"user","content":"What is the refund policy?"}"#
        }
    };
    let path = prefixed_path!(
        prefix,
        "/workspaces/{workspace}/agent/threads/{thread}/messages"
    );
    organization_optional(post(path, handle), Auth::Bearer)
        .doc(
            "Keep a message under the id its writer chose.",
            "api-reference/agent/messages",
        )
        .scope(Scope::write(Resource::Messages))
        .acts_as_member()
        .body::<StoreMessageRequest>()
        .example(example)
        .responds::<ThreadMessage>(200, "The message.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, CONFLICT, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let thread = agent.find_thread_for_messages(&app, &params).await?;
    let parsed = parse_command(object.map)?;
    let key = ConversationKey::Number(thread.conversation.number);
    let ctx = agent.context();
    // The author of a user message is the thread's subject.
    let author = match parsed.role {
        MessageRole::User => thread.conversation.subject.map(|subject| subject.number),
        _ => None,
    };
    let command = SaveDraft {
        id: parsed.id,
        conversation: key,
        author,
        role: parsed.role,
        details: parsed.details,
        metadata: parsed.metadata,
    };
    let thread = thread.conversation.id;
    // The result of the write is rendered: a later read could fail although the message is stored.
    let stored = match parsed.content {
        Some(content) => {
            let published = draft::publish(&app.engine, &ctx, command, Redacted(content));
            ThreadMessage::from_message(published.await?)
        }
        None => save_draft(&app, &ctx, thread, command).await?,
    };
    Ok(response::ok(&stored))
}

/// Stores a draft; if it is published already, updates the message except its content.
async fn save_draft(
    app: &AppState,
    ctx: &Ctx,
    thread: ConversationId,
    command: SaveDraft,
) -> Result<ThreadMessage> {
    if let Some(draft) = draft::save(&app.engine, ctx, command.clone()).await? {
        return Ok(ThreadMessage::from_draft(thread, draft));
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

fn parse_command(map: Map<String, Value>) -> Result<StoreMessageCommand> {
    let store: StoreMessageRequest = deserialize_map(map)?;
    let id = ids::parse_optional_id(Some(&store.id), "id")?;
    // An empty content is a draft.
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
            thinking: list_change(store.thinking_steps, "thinkingSteps")?,
            tool_calls: list_change(store.tool_calls, "toolCalls")?,
            sources: list_change(store.sources, "sources")?,
            token_usage: object_change(store.token_usage, "tokenUsage")?
                .map(|usage| usage.map(Value::Object)),
            model: store.model,
            finish_reason: store.finish_reason,
        },
        metadata: match object_change(store.metadata, "metadata")? {
            None => None,
            Some(None) => Some(None),
            Some(Some(map)) => Some(Some(Metadata::new(map, "metadata")?)),
        },
    })
}

fn list_change(
    change: Option<Option<ListOrJsonText>>,
    field: &'static str,
) -> Result<Option<Option<Value>>> {
    change
        .map(|list| list.map(|list| list.into_value(field)).transpose())
        .transpose()
}

fn object_change(
    change: Option<Option<ObjectOrJsonText>>,
    field: &'static str,
) -> Result<Option<Option<Map<String, Value>>>> {
    change
        .map(|object| object.map(|object| object.into_map(field)).transpose())
        .transpose()
}
