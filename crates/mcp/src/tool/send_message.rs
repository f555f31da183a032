//! `send_message`.

use parlor_engine::{Engine, message};
use parlor_kit::{ids, time};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Ctx, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Arguments, ToolEffect, WRITE_MESSAGES, parse_conversation, require_scope};

pub(super) const NAME: &str = "send_message";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SendMessageArguments {
    /// Id of the conversation: a UUID.
    conversation: String,
    /// Text of the message.
    #[schemars(length(min = 1, max = 65536))]
    text: String,
    /// As whom it is sent, as the assistant by default. To a message of the user, an assistant of the server may answer.
    #[serde(default)]
    role: SenderRole,
    /// Id chosen by you. A call with the same id stores nothing more, so a call whose result was lost can be repeated.
    #[schemars(length(min = 1, max = 255))]
    client_id: Option<String>,
}

#[derive(Deserialize, JsonSchema, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum SenderRole {
    #[default]
    Assistant,
    User,
}

pub(super) fn describe() -> Tool {
    super::describe::<SendMessageArguments>(
        NAME,
        "Send a message",
        "Sends a message in a conversation. In a conversation over text messages or mail it leaves the server. Needs the \
         scope messages:write.",
        ToolEffect::Adds,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    require_scope(ctx, WRITE_MESSAGES)?;
    let arguments: SendMessageArguments = super::parse(arguments)?;
    let key = parse_conversation(&arguments.conversation)?;
    let role = match arguments.role {
        SenderRole::Assistant => MessageRole::Assistant,
        SenderRole::User => MessageRole::User,
    };
    let author = ctx.actor.map(|actor| actor.number);
    let mut command = CreateMessage::new(key, author, role, arguments.text);
    command.client_id = arguments.client_id;
    let stored = message::create(engine, ctx, command).await?;
    Ok(json!({
        "id": ids::format_uuid(stored.id),
        "seq": stored.seq,
        "created_at": time::format_iso(stored.at),
        "was_sent_before": stored.duplicate,
    }))
}
