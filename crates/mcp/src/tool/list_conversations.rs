//! `list_conversations`.

use parlor_engine::Engine;
use parlor_engine::conversation::{self, ListConversations};
use parlor_model::conversation::{ConversationFilter, ConversationSort};
use parlor_model::keyset::SortOrder;
use parlor_model::{Ctx, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Arguments, READ_CONVERSATIONS, ToolEffect, parse_offset, require_scope, validate_limit,
};
use crate::render::render_details;

pub(super) const NAME: &str = "list_conversations";
const DEFAULT_PAGE_SIZE: i64 = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListConversationsArguments {
    /// Part of a title, of a participant's name or of a message; upper and lower case are the same.
    search: Option<String>,
    /// Whether a person has to respond.
    needs_response: Option<bool>,
    /// Whether to list archived and closed conversations instead of active ones.
    #[serde(default)]
    archived: bool,
    /// Greatest number of conversations, 20 by default.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

pub(super) fn describe() -> Tool {
    super::describe::<ListConversationsArguments>(
        NAME,
        "List conversations",
        "Lists conversations, those with the newest message first. Needs the scope conversations:read.",
        ToolEffect::Reads,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    require_scope(ctx, READ_CONVERSATIONS)?;
    let arguments: ListConversationsArguments = super::parse(arguments)?;
    let listing = ListConversations {
        sort: ConversationSort::LastMessageAt,
        order: SortOrder::Descending,
        limit: validate_limit(arguments.limit, DEFAULT_PAGE_SIZE)?,
        offset: parse_offset(arguments.cursor.as_deref())?,
    };
    let filter = ConversationFilter {
        search: arguments.search,
        needs_response: arguments.needs_response,
        archived: Some(arguments.archived),
        ..ConversationFilter::default()
    };
    let (items, total) = conversation::list(engine, ctx, filter, listing).await?;
    let end = listing.offset.saturating_add(items.len() as i64);
    let next = (end < total && !items.is_empty()).then(|| end.to_string());
    let items: Vec<_> = items.iter().map(render_details).collect();
    Ok(json!({ "conversations": items, "total": total, "next_cursor": next }))
}
