//! `search_messages`.

use parlor_engine::Engine;
use parlor_engine::search::{self, MatchMode, SearchMessages, SearchTarget};
use parlor_model::{Ctx, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::cursor_error;
use super::{
    Arguments, READ_MESSAGES, ToolEffect, parse_conversation, require_scope, validate_limit,
};
use crate::render::render_message;

pub(super) const NAME: &str = "search_messages";
const DEFAULT_PAGE_SIZE: i64 = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchMessagesArguments {
    /// Words that all occur in the message; words in double quotes are a phrase.
    #[schemars(length(min = 1))]
    query: String,
    /// Id of the conversation to search in; all if it is left out.
    conversation: Option<String>,
    /// Greatest number of messages, 20 by default.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

pub(super) fn describe() -> Tool {
    super::describe::<SearchMessagesArguments>(
        NAME,
        "Search messages",
        "Finds messages with all words of the query, the newest first. Needs the scope messages:read.",
        ToolEffect::Reads,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    require_scope(ctx, READ_MESSAGES)?;
    let arguments: SearchMessagesArguments = super::parse(arguments)?;
    let target = match &arguments.conversation {
        Some(text) => SearchTarget::Conversation(parse_conversation(text)?),
        None => SearchTarget::Everything,
    };
    let cursor = arguments.cursor.as_deref().map(str::parse::<i64>);
    let limit = usize::try_from(validate_limit(arguments.limit, DEFAULT_PAGE_SIZE)?).unwrap_or(1);
    let command = SearchMessages {
        text: arguments.query,
        match_mode: MatchMode::All,
        target,
        limit,
        before: cursor.transpose().map_err(|_| cursor_error())?,
    };
    let hits = search::messages(engine, ctx, command).await?;
    // A page may end early with long messages, so only an empty one is surely the last.
    let next = hits.last().map(|hit| hit.message.number.to_string());
    let messages: Vec<_> = hits
        .iter()
        .map(|hit| {
            let mut message = render_message(&hit.message);
            message["conversation_title"] = json!(hit.conversation.title);
            message
        })
        .collect();
    Ok(json!({ "messages": messages, "next_cursor": next }))
}
