//! `take_conversation`.

use parlor_engine::{Engine, conversation};
use parlor_model::conversation::{UpdateConversation, UpdateServiceConfig};
use parlor_model::{Ctx, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Arguments, ToolEffect, WRITE_CONVERSATIONS, parse_conversation, require_scope};
use crate::render::render_details;

pub(super) const NAME: &str = "take_conversation";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TakeConversationArguments {
    /// Id of the conversation: a UUID.
    conversation: String,
    /// Whether it waits for a person from now on, for example because you cannot help.
    #[serde(default)]
    needs_response: bool,
}

pub(super) fn describe() -> Tool {
    super::describe::<TakeConversationArguments>(
        NAME,
        "Take a conversation over",
        "Stops the assistant of a conversation, also in the middle of an answer: you answer from now on, or a person. Needs \
         the scope conversations:write.",
        ToolEffect::Sets,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    let arguments: TakeConversationArguments = super::parse(arguments)?;
    set_paused(
        engine,
        ctx,
        &arguments.conversation,
        true,
        arguments.needs_response,
    )
    .await
}

/// Stops or resumes the assistant of a conversation; returns the conversation.
pub(super) async fn set_paused(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &str,
    paused: bool,
    needs_response: bool,
) -> Result<Value> {
    require_scope(ctx, WRITE_CONVERSATIONS)?;
    let key = parse_conversation(conversation)?;
    let change = UpdateConversation {
        service: Some(UpdateServiceConfig {
            paused: Some(paused),
            needs_response: Some(needs_response),
            ..UpdateServiceConfig::default()
        }),
        ..UpdateConversation::default()
    };
    conversation::update(engine, ctx, key, change).await?;
    let details = conversation::find_with_details(engine, ctx, key).await?;
    Ok(render_details(&details))
}
