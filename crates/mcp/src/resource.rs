//! Conversations as resources.

use parlor_engine::conversation::{self, ListConversations};
use parlor_engine::{Engine, message};
use parlor_kit::ids;
use parlor_model::conversation::{Conversation, ConversationFilter, ConversationSort};
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use parlor_model::scope::{Resource as ScopeResource, Scope};
use parlor_model::{Ctx, Error, Result};
use rmcp::ErrorData;
use rmcp::model::{
    ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use serde_json::json;

use crate::render::{render_details, render_message};
use crate::tool::{MAX_PAGE_BYTES, parse_conversation, parse_offset};
use crate::tool_error::record_internal;

/// Beginning of a resource's address; the id of the conversation follows.
const ADDRESS: &str = "parlor://conversation/";
const MEDIA_TYPE: &str = "application/json";
/// Conversations of a page.
const PAGE_SIZE: i64 = 50;
/// Messages of a resource: the newest.
const MESSAGE_COUNT: i64 = 50;

/// Lists the conversations, those that changed last first.
pub(crate) async fn list(
    engine: &Engine,
    ctx: &Ctx,
    cursor: Option<&str>,
) -> std::result::Result<ListResourcesResult, ErrorData> {
    let listed = list_page(engine, ctx, cursor).await;
    let (conversations, next) = listed.map_err(|error| to_error_data(&error))?;
    let mut result = ListResourcesResult::with_all_items(
        conversations.iter().map(describe_conversation).collect(),
    );
    result.next_cursor = next;
    Ok(result)
}

async fn list_page(
    engine: &Engine,
    ctx: &Ctx,
    cursor: Option<&str>,
) -> Result<(Vec<Conversation>, Option<String>)> {
    ctx.require(Scope::read(ScopeResource::Conversations))?;
    let listing = ListConversations {
        sort: ConversationSort::UpdatedAt,
        order: SortOrder::Descending,
        limit: PAGE_SIZE,
        offset: parse_offset(cursor)?,
    };
    let filter = ConversationFilter::default();
    let (items, total) = conversation::list(engine, ctx, filter, listing).await?;
    let end = listing.offset.saturating_add(items.len() as i64);
    let next = (end < total && !items.is_empty()).then(|| end.to_string());
    let conversations = items.into_iter().map(|details| details.conversation);
    Ok((conversations.collect(), next))
}

fn describe_conversation(conversation: &Conversation) -> Resource {
    let id = ids::format_uuid(conversation.id);
    let title = conversation.title.clone();
    let resource = Resource::new(format!("{ADDRESS}{id}"), id).with_mime_type(MEDIA_TYPE);
    match title {
        Some(title) => resource.with_title(title),
        None => resource,
    }
}

/// Returns the form of a resource's address.
pub(crate) fn list_templates() -> ListResourceTemplatesResult {
    let template = ResourceTemplate::new(format!("{ADDRESS}{{id}}"), "conversation")
        .with_title("A conversation with its newest messages")
        .with_mime_type(MEDIA_TYPE);
    ListResourceTemplatesResult::with_all_items(vec![template])
}

/// Returns a conversation with its newest messages.
pub(crate) async fn read(
    engine: &Engine,
    ctx: &Ctx,
    address: &str,
) -> std::result::Result<ReadResourceResult, ErrorData> {
    let text = read_text(engine, ctx, address).await;
    let text = text.map_err(|error| to_error_data(&error))?;
    let contents = ResourceContents::text(text, address).with_mime_type(MEDIA_TYPE);
    Ok(ReadResourceResult::new(vec![contents]))
}

async fn read_text(engine: &Engine, ctx: &Ctx, address: &str) -> Result<String> {
    ctx.require(Scope::read(ScopeResource::Conversations))?;
    ctx.require(Scope::read(ScopeResource::Messages))?;
    let id = address.strip_prefix(ADDRESS);
    let key = parse_conversation(id.ok_or_else(|| Error::not_found(EntityKind::Conversation))?)?;
    let details = conversation::find_with_details(engine, ctx, key).await?;
    let query = MessageQuery {
        limit: MESSAGE_COUNT,
        order: SortOrder::Descending,
        max_bytes: MAX_PAGE_BYTES,
        ..MessageQuery::default()
    };
    let mut page = message::list(engine, ctx, key, query).await?;
    page.items.reverse();
    let messages: Vec<_> = page.items.iter().map(render_message).collect();
    Ok(json!({ "conversation": render_details(&details), "messages": messages }).to_string())
}

fn to_error_data(error: &Error) -> ErrorData {
    record_internal(error);
    let text = error.kind().to_string();
    match error.kind() {
        ErrorKind::NotFound(_) => ErrorData::resource_not_found(text, None),
        ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Timeout => {
            ErrorData::internal_error(text, None)
        }
        _ => ErrorData::invalid_params(text, None),
    }
}
