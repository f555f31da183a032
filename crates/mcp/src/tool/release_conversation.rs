//! `release_conversation`.

use parlor_engine::Engine;
use parlor_model::{Ctx, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::take_conversation::set_paused;
use super::{Arguments, ToolEffect};

pub(super) const NAME: &str = "release_conversation";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseConversationArguments {
    /// Id of the conversation: a UUID.
    conversation: String,
}

pub(super) fn describe() -> Tool {
    super::describe::<ReleaseConversationArguments>(
        NAME,
        "Release a conversation",
        "Gives a conversation back to its assistant, which answers the next message. Needs the scope conversations:write.",
        ToolEffect::Sets,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    let arguments: ReleaseConversationArguments = super::parse(arguments)?;
    set_paused(engine, ctx, &arguments.conversation, false, false).await
}
