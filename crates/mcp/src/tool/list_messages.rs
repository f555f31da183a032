//! `list_messages`.

use parlor_engine::{Engine, message};
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use parlor_model::{Ctx, Error, Result};
use rmcp::model::Tool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Arguments, READ_MESSAGES, ToolEffect, parse_conversation, require_scope, validate_limit,
};
use crate::render::render_message;

pub(super) const NAME: &str = "list_messages";
const DEFAULT_PAGE_SIZE: i64 = 50;
/// Bytes of messages at which a page ends: what a model reads at once is bounded.
pub(crate) const MAX_PAGE_BYTES: i64 = 128 * 1024;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListMessagesArguments {
    /// Id of the conversation: a UUID.
    conversation: String,
    /// Only messages before this seq: `next_before_seq` of the page before.
    #[schemars(range(min = 1))]
    before_seq: Option<i64>,
    /// Only messages after this seq, oldest first: `next_after_seq` of the page before. Excludes `before_seq`.
    #[schemars(range(min = 0))]
    after_seq: Option<i64>,
    /// Greatest number of messages, 50 by default. A page with long messages has fewer.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<i64>,
}

pub(super) fn describe() -> Tool {
    super::describe::<ListMessagesArguments>(
        NAME,
        "List messages",
        "Returns the newest messages of a conversation, or those before or after a seq, always with the oldest of them \
         first. Needs the scope messages:read.",
        ToolEffect::Reads,
    )
}

pub(super) async fn call(engine: &Engine, ctx: &Ctx, arguments: Arguments) -> Result<Value> {
    require_scope(ctx, READ_MESSAGES)?;
    let arguments: ListMessagesArguments = super::parse(arguments)?;
    let key = parse_conversation(&arguments.conversation)?;
    if arguments.before_seq.is_some() && arguments.after_seq.is_some() {
        return Err(Error::invalid("before_seq", "excludes after_seq"));
    }
    let order = match arguments.after_seq {
        Some(_) => SortOrder::Ascending,
        None => SortOrder::Descending,
    };
    let limit = validate_limit(arguments.limit, DEFAULT_PAGE_SIZE)?;
    let query = MessageQuery {
        after_seq: arguments.after_seq.unwrap_or(0),
        before_seq: arguments.before_seq.unwrap_or(i64::MAX),
        // One more tells whether there are more.
        limit: limit + 1,
        order,
        max_bytes: MAX_PAGE_BYTES,
        ..MessageQuery::default()
    };
    let page = message::list(engine, ctx, key, query).await?;
    let has_more = page.is_truncated || page.items.len() as i64 > limit;
    let mut items = page.items;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = items.last().map(|last| last.seq).filter(|_| has_more);
    let name = match order {
        SortOrder::Ascending => "next_after_seq",
        SortOrder::Descending => {
            items.reverse();
            "next_before_seq"
        }
    };
    let messages: Vec<_> = items.iter().map(render_message).collect();
    Ok(json!({ "messages": messages, name: next }))
}
