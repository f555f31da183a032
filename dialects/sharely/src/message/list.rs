//! `GET /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: lists
//! the messages of a group, oldest first. `limit`, `before` and `after` are extensions of this server.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::route::ParameterKind::{Between, Format};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::keyset::SortOrder;
use parlor_model::message::{Message, MessageKey, MessageQuery};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::batches::MessageResponseBatches;
use super::{MessageResponse, Viewer};
use crate::auth::Caller;
use crate::documented::{NOT_FOUND, organization_required};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::{HandlerError, ids, response};

/// Maximum number of messages if the request has no `limit`.
const MAX_MESSAGES: i64 = 1_000;

/// What was said in a group. After `api-reference/spaces/messages`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Messages)]
struct ListMessagesResponse {
    messages: Vec<MessageResponse>,
    /// There are more in the direction of the page; only where `limit` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_more: Option<bool>,
}

/// Query parameters.
pub(crate) struct ListMessagesQuery {
    group: Option<ConversationId>,
    limit: Option<i64>,
    before: Option<MessageId>,
    after: Option<MessageId>,
}

impl ListMessagesQuery {
    fn from_query(query: &QueryParams) -> Result<Self> {
        let limit = query
            .get("limit")
            .map(|_| query.get_int("limit", MAX_MESSAGES, 1, 200));
        Ok(Self {
            group: Self::group_from_query(query)?,
            limit: limit.transpose()?,
            before: ids::parse_optional_id(query.get("before"), "before")?,
            after: ids::parse_optional_id(query.get("after"), "after")?,
        })
    }

    /// Parses the group only.
    pub(crate) fn group_from_query(query: &QueryParams) -> Result<Option<ConversationId>> {
        ids::parse_optional_id(query.get("groupId"), "groupId")
    }
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get(
        "/v1/workspaces/{workspace}/spaces/{space}/message",
        handle,
    ))
    .doc(
        "What was said in a group, oldest first.",
        "api-reference/spaces/messages",
    )
    .scope(Scope::read(Resource::Conversations))
    .query(
        "groupId",
        Format("uuid"),
        "The group; the space's first one when absent.",
    )
    .query(
        "limit",
        Between(1, 200),
        "Messages at the most; the newest 1,000 when absent.",
    )
    .query("before", Format("uuid"), "Only messages before this one.")
    .query("after", Format("uuid"), "Only messages after this one.")
    .responds::<ListMessagesResponse>(200, "The messages.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let parsed = ListMessagesQuery::from_query(&query);
    let query = prefer_not_found(&app, &ctx, space, parsed).await?;
    let group = space::find_conversation(&app.engine, &ctx, space, query.group).await?;
    // A space created by another dialect has no default group before its first message.
    let Some(group) = group else {
        return Ok(response::ok(&ListMessagesResponse {
            messages: Vec::new(),
            has_more: query.limit.map(|_| false),
        }));
    };
    let key = ConversationKey::Number(group.number);
    let position = message_query(&app, &ctx, key, &query).await?;
    let viewer = Viewer::new(&caller, ctx);
    match query.limit {
        Some(limit) => {
            let (rows, has_more) = read_page(&app, &ctx, key, position, limit).await?;
            let ratings = message::list_ratings(&app.engine, &ctx, key, &rows).await?;
            let messages = rows.into_iter().map(|message| {
                let ratings = ratings.get(&message.number);
                MessageResponse::for_viewer(&viewer, message, ratings.map_or(&[], Vec::as_slice))
            });
            Ok(response::ok(&ListMessagesResponse {
                messages: messages.collect(),
                has_more: Some(has_more),
            }))
        }
        None => Ok(stream_messages(app, viewer, key, position).await?),
    }
}

/// Returns the query of a page: ascending if only `after` is given, otherwise descending from `before` or the end.
///
/// # Errors
/// `NotFound` if a message is unknown.
async fn message_query(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
    query: &ListMessagesQuery,
) -> Result<MessageQuery> {
    let mut message_query = MessageQuery::default();
    for (id, end) in [
        (query.before, &mut message_query.before_seq),
        (query.after, &mut message_query.after_seq),
    ] {
        if let Some(id) = id {
            let id = MessageKey::Id(id);
            *end = message::find(&app.engine, ctx, key, id).await?.seq;
        }
    }
    let forward = query.after.is_some() && query.before.is_none();
    message_query.order = if forward {
        SortOrder::Ascending
    } else {
        SortOrder::Descending
    };
    Ok(message_query)
}

/// Reads a page, oldest first, and whether more messages follow in its direction. The page is shorter than `limit` if it
/// reaches the size limit in bytes.
async fn read_page(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
    mut message_query: MessageQuery,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    message_query.limit = limit + 1;
    let page = message::list(&app.engine, ctx, key, message_query).await?;
    let mut items = page.items;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit || page.is_truncated;
    items.truncate(limit);
    if message_query.order == SortOrder::Descending {
        items.reverse();
    }
    Ok((items, has_more))
}

/// Streams up to [`MAX_MESSAGES`]. Without `has_more` a response could not tell that it was cut at a size limit, so it is
/// streamed instead of limited in bytes.
async fn stream_messages(
    app: AppState,
    viewer: Viewer,
    key: ConversationKey,
    mut message_query: MessageQuery,
) -> Result<Response> {
    let ctx = &viewer.ctx;
    message_query.limit = MAX_MESSAGES;
    let messages = match message_query.order {
        SortOrder::Ascending => message::MessageBatches::new(ctx, key, message_query),
        SortOrder::Descending => {
            message::MessageBatches::from_newest(&app.engine, ctx, key, message_query).await?
        }
    };
    let envelope = ListMessagesResponse {
        messages: Vec::new(),
        has_more: None,
    };
    let render = |viewer: &Viewer, message, ratings: Vec<_>| {
        MessageResponse::for_viewer(viewer, message, &ratings)
    };
    response::ok_streamed(
        &envelope,
        MessageResponseBatches::new(app, viewer, key, messages, render),
    )
    .await
}
