//! `GET /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: what was
//! said in a group, oldest first. `limit`, `before` and `after` are ours.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::{App, Fail, Params, Query};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{self as core, MessageKey, MessageWalk};
use parlor_model::page::Order;
use parlor_model::{Ctx, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use super::Message;
use super::Viewer;
use super::pieces::Shown;
use crate::auth::Caller;
use crate::space::unless_unknown;
use crate::{Sharely, ids, reply};

/// Messages shown at the most where the request does not say how many.
const MOST: i64 = 1_000;

/// What was said in a group. After `api-reference/spaces/messages`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Messages {
    messages: Vec<Message>,
    /// There are more in the direction of the page; only where `limit` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_more: Option<bool>,
}

/// What a query asks for.
pub(crate) struct Asked {
    group: Option<ConversationId>,
    limit: Option<i64>,
    before: Option<MessageId>,
    after: Option<MessageId>,
}

impl Asked {
    fn of(query: &Query) -> Tried<Self> {
        let limit = query.get("limit").map(|_| query.int("limit", MOST, 1, 200));
        Ok(Self {
            group: Self::group(query)?,
            limit: limit.transpose()?,
            before: ids::given(query.get("before"), "before")?,
            after: ids::given(query.get("after"), "after")?,
        })
    }

    /// The group alone.
    pub(crate) fn group(query: &Query) -> Tried<Option<ConversationId>> {
        ids::given(query.get("groupId"), "groupId")
    }
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let asked = match Asked::of(&query) {
        Ok(asked) => asked,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let found = space::conversation(&app.engine, &ctx, space, asked.group).await?;
    // A space that was made elsewhere has no first group until somebody speaks in it.
    let Some(group) = found else {
        return Ok(reply::ok(&Messages {
            messages: Vec::new(),
            has_more: asked.limit.map(|_| false),
        }));
    };
    let key = ConversationKey::Number(group.number);
    let walk = walk(&app, &ctx, key, &asked).await?;
    let viewer = Viewer::new(&caller, ctx);
    match asked.limit {
        Some(limit) => {
            let (rows, has_more) = page(&app, &ctx, key, walk, limit).await?;
            let ratings = message::ratings(&app.engine, &ctx, key, &rows).await?;
            let shown = rows.into_iter().map(|message| {
                let ratings = ratings.get(&message.number);
                Message::seen_by(&viewer, message, ratings.map_or(&[], Vec::as_slice))
            });
            Ok(reply::ok(&Messages {
                messages: shown.collect(),
                has_more: Some(has_more),
            }))
        }
        None => Ok(all(app, viewer, key, walk).await?),
    }
}

/// Where a page lies: the newest messages before one, or the next after another.
async fn walk(app: &App, ctx: &Ctx, key: ConversationKey, asked: &Asked) -> Tried<MessageWalk> {
    let mut walk = MessageWalk::default();
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
        Order::Ascending
    } else {
        Order::Descending
    };
    Ok(walk)
}

/// A page, oldest first, and whether there is more in its direction. Of long messages it holds fewer.
async fn page(
    app: &App,
    ctx: &Ctx,
    key: ConversationKey,
    mut walk: MessageWalk,
    limit: i64,
) -> Tried<(Vec<core::Message>, bool)> {
    walk.limit = limit + 1;
    let found = message::list(&app.engine, ctx, key, walk).await?;
    let mut items = found.items;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit || found.is_cut;
    items.truncate(limit);
    if walk.order == Order::Descending {
        items.reverse();
    }
    Ok((items, has_more))
}

/// As many as are shown without a limit. Nothing could say that there are fewer, so long ones are sent while they are read.
async fn all(
    app: App,
    viewer: Viewer,
    key: ConversationKey,
    mut walk: MessageWalk,
) -> Tried<Response> {
    let ctx = &viewer.ctx;
    walk.limit = MOST;
    let messages = match walk.order {
        Order::Ascending => message::Pieces::new(ctx, key, walk),
        Order::Descending => message::Pieces::of_newest(&app.engine, ctx, key, walk).await?,
    };
    let envelope = Messages {
        messages: Vec::new(),
        has_more: None,
    };
    let show =
        |viewer: &Viewer, message, ratings: Vec<_>| Message::seen_by(viewer, message, &ratings);
    reply::pieces(&envelope, Shown::new(app, viewer, key, messages, show)).await
}
