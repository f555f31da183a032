//! The tools. Each file has one: its arguments, and the verb of the engine that it calls.

mod get_conversation;
mod list_conversations;
mod list_messages;
mod page;
mod release_conversation;
mod search_messages;
mod send_message;
mod take_conversation;

use parlor_engine::Engine;
use parlor_kit::ids;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use rmcp::ErrorData;
use rmcp::handler::server::common::schema_for_type;
use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use serde_json::{Map, Value};

use crate::tool_error;

pub(crate) use list_messages::MAX_PAGE_BYTES;
pub(crate) use page::{parse_offset, validate_limit};

/// Arguments of a call.
type Arguments = Map<String, Value>;

/// What a tool does to the workspace.
#[derive(Clone, Copy)]
enum ToolEffect {
    Reads,
    /// A repeated call changes nothing more.
    Sets,
    Adds,
}

/// Returns the tools in the order of a client's list.
pub(crate) fn list() -> Vec<Tool> {
    vec![
        list_conversations::describe(),
        get_conversation::describe(),
        list_messages::describe(),
        search_messages::describe(),
        send_message::describe(),
        take_conversation::describe(),
        release_conversation::describe(),
    ]
}

/// Calls a tool with the rights of a context.
///
/// # Errors
/// `invalid_params` for an unknown tool. What the tool itself refuses is a result.
pub(crate) async fn call(
    engine: &Engine,
    ctx: &Ctx,
    name: &str,
    arguments: Arguments,
) -> std::result::Result<CallToolResult, ErrorData> {
    let result = match name {
        list_conversations::NAME => list_conversations::call(engine, ctx, arguments).await,
        get_conversation::NAME => get_conversation::call(engine, ctx, arguments).await,
        list_messages::NAME => list_messages::call(engine, ctx, arguments).await,
        search_messages::NAME => search_messages::call(engine, ctx, arguments).await,
        send_message::NAME => send_message::call(engine, ctx, arguments).await,
        take_conversation::NAME => take_conversation::call(engine, ctx, arguments).await,
        release_conversation::NAME => release_conversation::call(engine, ctx, arguments).await,
        _ => return Err(ErrorData::invalid_params("no such tool", None)),
    };
    Ok(match result {
        Ok(value) => CallToolResult::structured(value),
        Err(error) => tool_error::to_result(&error),
    })
}

/// Builds the description of a tool from the type of its arguments.
fn describe<T: schemars::JsonSchema + 'static>(
    name: &'static str,
    title: &str,
    description: &'static str,
    effect: ToolEffect,
) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(matches!(effect, ToolEffect::Reads))
        .destructive(false)
        .idempotent(!matches!(effect, ToolEffect::Adds))
        .open_world(false);
    Tool::new(name, description, schema_for_type::<T>())
        .with_title(title)
        .with_annotations(annotations)
}

/// Deserializes the arguments of a call.
fn parse<T: serde::de::DeserializeOwned>(arguments: Arguments) -> Result<T> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Error::invalid("arguments", error.to_string()))
}

/// Parses the id of a conversation. Any other text is an unknown conversation.
pub(crate) fn parse_conversation(text: &str) -> Result<ConversationKey> {
    let id = ids::parse_uuid(text).ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    Ok(ConversationKey::Id(id))
}

/// Requires a scope of the key, whether or not it is bound to a member.
pub(crate) fn require_scope(ctx: &Ctx, scope: Scope) -> Result<()> {
    ctx.require(scope)
}

const READ_CONVERSATIONS: Scope = Scope::read(Resource::Conversations);
const WRITE_CONVERSATIONS: Scope = Scope::write(Resource::Conversations);
const READ_MESSAGES: Scope = Scope::read(Resource::Messages);
const WRITE_MESSAGES: Scope = Scope::write(Resource::Messages);
