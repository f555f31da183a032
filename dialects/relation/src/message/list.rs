//! `GET /api/v1/message/list`. The vendor's page api/message/list.
//!
//! The newest messages up to `maxCreateAt`, which is included, so that a walk back with the oldest time of a page loses
//! none. All times that a list shows of a channel differ: where several messages are of one millisecond, the newest keeps
//! it and the others are shown one millisecond earlier each, so that such a walk moves on. Within a page they run from old
//! to new, as the vendor's clients take them, though its page says otherwise: the setting `message_list_order` or `order`
//! in the query turns that round.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::{App, Fail, Query, pieces};
use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Error, Result};

use super::info::MessageInfo;
use super::page::Page;
use super::refusal::not_entitled;
use super::story::story;
use crate::auth::Caller;
use crate::envelope::{Success, answer, success};
use crate::people::named;
use crate::settings::ListOrder;
use crate::{Relation, Settings, ids};

/// Messages unless asked for others.
const DEFAULT: i64 = 10;
/// Messages at the most.
const MOST: i64 = 100;
/// The latest time that can be asked for, in milliseconds, and the earliest before 1970: beyond them there is nothing.
const LATEST: i64 = 9_000_000_000_000_000;

answer!(
    /// The answer with a page of messages.
    MessageListAnswer,
    Vec<MessageInfo>
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail<Relation>> {
    let limit = query.int("limit", DEFAULT, 1, i64::MAX)?.min(MOST);
    let until = query
        .int("maxCreateAt", LATEST, -LATEST, i64::MAX)?
        .min(LATEST);
    let order = match query.get("order") {
        None => app.section::<Settings>().message_list_order,
        Some("asc") => ListOrder::Asc,
        Some("desc") => ListOrder::Desc,
        Some(_) => return Err(Error::invalid("order", "must be asc or desc").into()),
    };
    let Some(key) = channel(&app, &ctx, &query).await? else {
        return Ok(success(&Vec::<MessageInfo>::new()));
    };
    let current = conversation::current(&app.engine, &ctx, key)
        .await
        .map_err(not_entitled)?;
    let channel = current.conversation;
    let mut places = story(&app, &ctx, &channel, until, limit).await?;
    if order == ListOrder::Asc {
        places.reverse();
    }
    let page = Page::new(app, ctx, channel, places);
    Ok(pieces::answer(&Success::of(&Vec::<MessageInfo>::new()), page).await?)
}

/// The channel a query names; none for a pair that has not talked yet.
async fn channel(app: &App, ctx: &Ctx, query: &Query) -> Result<Option<ConversationKey>> {
    let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
    if let Some(uuid) = given("channelUuid") {
        return ids::channel_key(uuid).map(Some);
    }
    let Some(text) = given("toRelationId") else {
        return Err(Error::invalid("channelUuid", "is required"));
    };
    let Some(peer) = named(app, ctx, ("toRelationId", text), false).await? else {
        return Ok(None);
    };
    conversation::find_direct(&app.engine, ctx, peer).await
}
