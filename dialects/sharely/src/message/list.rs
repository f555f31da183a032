//! `GET /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: what was
//! said in a group, oldest first. `limit`, `before` and `after` are ours.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::{App, Fail, Params, Query};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MessageId};
use parlor_model::message::{MessageKey, MessageWalk};
use parlor_model::page::Order;
use parlor_model::{Ctx, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use super::Message;
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
    let (messages, has_more) = match found {
        Some(group) => page(&app, &ctx, ConversationKey::Number(group.number), &asked).await?,
        // A space that was made elsewhere has no first group until somebody speaks in it.
        None => (Vec::new(), false),
    };
    Ok(reply::ok(&Messages {
        messages: messages.into_iter().map(Message::from).collect(),
        has_more: asked.limit.map(|_| has_more),
    }))
}

/// A page, oldest first, and whether there is more: the newest messages before one, or the next after another.
async fn page(
    app: &App,
    ctx: &Ctx,
    key: ConversationKey,
    asked: &Asked,
) -> Tried<(Vec<parlor_model::message::Message>, bool)> {
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
    let limit = asked.limit.unwrap_or(MOST);
    walk.limit = limit + 1;
    let mut items = message::list(&app.engine, ctx, key, walk).await?.items;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit;
    items.truncate(limit);
    if !forward {
        items.reverse();
    }
    Ok((items, has_more))
}
