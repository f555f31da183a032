//! `GET /chats/{chat_id}/messages`, after developer/api/workspace/chats/messages, which documents two shapes: with
//! `page` or `pageSize` a page with a total, otherwise an array.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::list_stream::{self, BatchSource, ItemBatch};
use parlor_kit::route::ParameterKind::{AtLeast, Between};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use parlor_model::workspace::ListShape;
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::render_queue::MessageRenderQueue;
use super::{OpenAIMessageResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::PagedRoute;
use crate::query::map_query_error;
use crate::{HandlerError, ids, page};

/// A page of messages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessagesPage {
    /// The rows of this page.
    items: Vec<OpenAIMessageResponse>,
    /// How many rows all pages have.
    total: i64,
    /// This page, from 1.
    page: i64,
    /// Rows of a page.
    page_size: i64,
    /// How many pages there are.
    total_pages: i64,
}

/// Messages, newest first. A workspace whose lists all have one shape has this one in it too.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Messages)]
pub(crate) enum ListMessagesResponse {
    /// With `page` or `pageSize`.
    Page(MessagesPage),
    /// Otherwise.
    Array(Vec<OpenAIMessageResponse>),
}

/// Messages of an array by default.
const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 100;

/// Declares the route.
pub(crate) fn route() -> Route {
    with_message_window(get(
        workspace_path!("/chats/{conversation}/messages"),
        handle,
    ))
    .doc("Lists a chat's messages", VENDOR_PAGE)
    .responds::<ListMessagesResponse>(200, "The messages, newest first.")
    .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_CHAT])
}

/// Newest first. The caller's own chat, or any with `chats:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"));
    let request = ListMessagesQuery::from_query(&query)?;
    Ok(request.respond(app, &ctx, key?).await?)
}

/// The requested range and the shape of the response.
pub(crate) enum ListMessagesQuery {
    Page(page::PageQuery),
    Array { limit: i64, offset: i64 },
}

impl ListMessagesQuery {
    /// Parses `page` and `pageSize`, otherwise `limit` and `offset`.
    pub(crate) fn from_query(query: &QueryParams) -> Result<Self> {
        if query.get("page").is_some() || query.get("pageSize").is_some() {
            return page::PageQuery::from_query(query).map(Self::Page);
        }
        Ok(Self::Array {
            limit: map_query_error(query.get_int("limit", DEFAULT_LIMIT, 1, MAX_LIMIT))?,
            offset: map_query_error(query.get_int("offset", 0, 0, i64::MAX))?,
        })
    }

    /// Builds the response without its messages.
    pub(crate) fn empty_response(&self, total: i64) -> ListMessagesResponse {
        match self {
            Self::Page(page_query) => ListMessagesResponse::Page(MessagesPage {
                items: Vec::new(),
                total,
                page: page_query.page,
                page_size: page_query.size,
                total_pages: page_query.page_count(total),
            }),
            Self::Array { .. } => ListMessagesResponse::Array(Vec::new()),
        }
    }

    /// Responds with the range of a chat's messages. If all lists of the workspace have one shape, the response has it
    /// too. Neither shape can mark a short page, so long ones are streamed while they are read.
    pub(crate) async fn respond(
        self,
        app: AppState,
        ctx: &Ctx,
        key: ConversationKey,
    ) -> Result<Response> {
        let (limit, offset) = match &self {
            Self::Page(page_query) => (page_query.size, page_query.offset()),
            Self::Array { limit, offset } => (*limit, *offset),
        };
        let shape = match (page::find_list_shape(&app, ctx).await?, self) {
            (ListShape::Envelope, Self::Array { limit, offset }) => {
                Self::Page(page::PageQuery::from_offset(offset, limit))
            }
            (ListShape::Array, Self::Page(_)) => Self::Array { limit, offset },
            (_, documented) => documented,
        };
        let messages_query = MessageQuery {
            offset,
            limit,
            order: SortOrder::Descending,
            conversational_only: false,
            ..MessageQuery::default()
        };
        let chat = conversation::find(&app.engine, ctx, key).await?.number;
        let key = ConversationKey::Number(chat);
        let total = match &shape {
            Self::Page(_) => message::total(&app.engine, ctx, key, false).await?,
            Self::Array { .. } => 0,
        };
        let rows = MessageListSource {
            messages: message::MessageBatches::new(ctx, key, messages_query),
            queue: MessageRenderQueue::new(app, *ctx, chat),
        };
        list_stream::stream_list(&shape.empty_response(total), rows).await
    }
}

/// Reads the messages of the response in batches.
struct MessageListSource {
    messages: message::MessageBatches,
    queue: MessageRenderQueue,
}

impl BatchSource for MessageListSource {
    type Item = OpenAIMessageResponse;

    async fn next(&mut self) -> Result<ItemBatch<OpenAIMessageResponse>> {
        if self.queue.is_empty() {
            let read = self.messages.next(&self.queue.app.engine).await?;
            self.queue.extend(read);
        }
        Ok(ItemBatch {
            items: self.queue.render_next().await?,
            is_last: self.queue.is_empty() && self.messages.is_finished(),
        })
    }
}

/// Adds the query parameters of `ListMessagesQuery`: `limit` and `offset` for an array, `page` and `pageSize` for a
/// numbered page.
pub(crate) fn with_message_window(route: Route) -> Route {
    route
        .query("limit", Between(1, 100), "1 to 100; 10 by default.")
        .query("offset", AtLeast(0), "Rows to pass over; 0 by default.")
        .page_params()
}
