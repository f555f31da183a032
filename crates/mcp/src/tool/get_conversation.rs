//! `get_conversation`.

use parlor_engine::{Engine, conversation};
use parlor_model::{Ctx, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Arguments, READ_CONVERSATIONS, ToolEffect, parse_conversation, require_scope};
use crate::render::render_details;

pub(super) const NAME: &str = "get_conversation";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetConversationArguments {
    /// Id of the conversation: a UUID.
    conversation: String,
}

pub(super) fn describe() -> Tool {
    super::describe::<GetConversationArguments>(
        NAME,
        "Get a conversation",
        "Returns a conversation with its participants, without messages. Needs the scope conversations:read.",
        ToolEffect::Reads,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    require_scope(ctx, READ_CONVERSATIONS)?;
    let arguments: GetConversationArguments = super::parse(arguments)?;
    let key = parse_conversation(&arguments.conversation)?;
    let details = conversation::find_with_details(engine, ctx, key).await?;
    Ok(render_details(&details))
}
