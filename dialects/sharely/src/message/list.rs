//! `GET /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: what was
//! said in a group, oldest first. `limit`, `before` and `after` are ours.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::{AppState, DialectError, PathParams, QueryParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::keyset::SortOrder;
use parlor_model::message::{self as core, MessageKey, MessageQuery};
use parlor_model::{Ctx, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use super::MessageResponse;
use super::Viewer;
use super::pieces::MessagePieces;
use crate::auth::Caller;
use crate::space::prefer_not_found_error;
use crate::{Sharely, ids, response};

/// Messages shown at the most where the request does not say how many.
const MAX_MESSAGES: i64 = 1_000;

/// What was said in a group. After `api-reference/spaces/messages`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Messages)]
pub(crate) struct ListMessagesResponse {
    messages: Vec<MessageResponse>,
    /// There are more in the direction of the page; only where `limit` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_more: Option<bool>,
}

/// What a query asks for.
pub(crate) struct ListMessagesQuery {
    group: Option<ConversationId>,
    limit: Option<i64>,
    before: Option<MessageId>,
    after: Option<MessageId>,
}

impl ListMessagesQuery {
    fn from_query(query: &QueryParams) -> Tried<Self> {
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

    /// The group alone.
    pub(crate) fn group_from_query(query: &QueryParams) -> Tried<Option<ConversationId>> {
        ids::parse_optional_id(query.get("groupId"), "groupId")
    }
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let asked = match ListMessagesQuery::from_query(&query) {
        Ok(asked) => asked,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let found = space::find_conversation(&app.engine, &ctx, space, asked.group).await?;
    // A space that was made elsewhere has no first group until somebody speaks in it.
    let Some(group) = found else {
        return Ok(response::ok(&ListMessagesResponse {
            messages: Vec::new(),
            has_more: asked.limit.map(|_| false),
        }));
    };
    let key = ConversationKey::Number(group.number);
    let walk = message_query(&app, &ctx, key, &asked).await?;
    let viewer = Viewer::new(&caller, ctx);
    match asked.limit {
        Some(limit) => {
            let (rows, has_more) = read_page(&app, &ctx, key, walk, limit).await?;
            let ratings = message::list_ratings(&app.engine, &ctx, key, &rows).await?;
            let shown = rows.into_iter().map(|message| {
                let ratings = ratings.get(&message.number);
                MessageResponse::for_viewer(&viewer, message, ratings.map_or(&[], Vec::as_slice))
            });
            Ok(response::ok(&ListMessagesResponse {
                messages: shown.collect(),
                has_more: Some(has_more),
            }))
        }
        None => Ok(stream_messages(app, viewer, key, walk).await?),
    }
}

/// Where a page lies: the newest messages before one, or the next after another.
async fn message_query(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
    asked: &ListMessagesQuery,
) -> Tried<MessageQuery> {
    let mut walk = MessageQuery::default();
    for (id, end) in [
        (asked.before, &mut walk.before_seq),
        (asked.after, &mut walk.after_seq),
    ] {
        if let Some(id) = id {
            let id = MessageKey::Id(id);
            *end = message::find(&app.engine, ctx, key, id).await?.seq;
        }
    }
    let forward = asked.after.is_some() && asked.before.is_none();
    walk.order = if forward {
        SortOrder::Ascending
    } else {
        SortOrder::Descending
    };
    Ok(walk)
}

/// A page, oldest first, and whether there is more in its direction. Of long messages it holds fewer.
async fn read_page(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
    mut walk: MessageQuery,
    limit: i64,
) -> Tried<(Vec<core::Message>, bool)> {
    walk.limit = limit + 1;
    let found = message::list(&app.engine, ctx, key, walk).await?;
    let mut items = found.items;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit || found.is_truncated;
    items.truncate(limit);
    if walk.order == SortOrder::Descending {
        items.reverse();
    }
    Ok((items, has_more))
}

/// As many as are shown without a limit. Nothing could say that there are fewer, so long ones are sent while they are read.
async fn stream_messages(
    app: AppState,
    viewer: Viewer,
    key: ConversationKey,
    mut walk: MessageQuery,
) -> Tried<Response> {
    let ctx = &viewer.ctx;
    walk.limit = MAX_MESSAGES;
    let messages = match walk.order {
        SortOrder::Ascending => message::MessageBatches::new(ctx, key, walk),
        SortOrder::Descending => {
            message::MessageBatches::from_newest(&app.engine, ctx, key, walk).await?
        }
    };
    let envelope = ListMessagesResponse {
        messages: Vec::new(),
        has_more: None,
    };
    let show = |viewer: &Viewer, message, ratings: Vec<_>| {
        MessageResponse::for_viewer(viewer, message, &ratings)
    };
    response::ok_streamed(
        &envelope,
        MessagePieces::new(app, viewer, key, messages, show),
    )
    .await
}
