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
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams, list_stream};
use parlor_model::conversation::ConversationKey;
use parlor_model::{Ctx, Error, Result};

use super::access_error::not_readable_error;
use super::history::read_history;
use super::info::MessageInfo;
use super::page::MessagePage;
use crate::auth::Caller;
use crate::documented::{MEMBER_AUTH, OPTIONAL_CHANNEL_PARAM, enveloped};
use crate::envelope::{SuccessEnvelope, envelope_schema, success};
use crate::public_profiles::resolve_member;
use crate::settings::ListOrder;
use crate::{HandlerError, Settings, ids};

/// Messages unless asked for others.
const DEFAULT_PAGE_SIZE: i64 = 10;
/// Messages at the most.
const MAX_PAGE_SIZE: i64 = 100;
/// The latest time that can be asked for, in milliseconds, and the earliest before 1970: beyond them there is nothing.
const MAX_TIME_MILLIS: i64 = 9_000_000_000_000_000;

envelope_schema!(
    /// The answer with a page of messages.
    MessageListAnswer,
    Vec<MessageInfo>
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<MessageListAnswer>(get("/api/v1/message/list", handle), MEMBER_AUTH)
        .query(
            "channelUuid",
            OPTIONAL_CHANNEL_PARAM,
            "The channel; counts where both are given.",
        )
        .query(
            "toRelationId",
            ParameterKind::Text,
            "The channel of the pair with somebody.",
        )
        .query(
            "maxCreateAt",
            ParameterKind::AtLeast(-MAX_TIME_MILLIS),
            "Milliseconds since 1970: only messages of this time or before.",
        )
        .query(
            "limit",
            ParameterKind::AtLeast(1),
            "Messages at the most: 10 unless told otherwise, never more than 100.",
        )
        .query(
            "order",
            ParameterKind::OneOf(&["asc", "desc"]),
            "How they run within the page.",
        )
        .doc("The newest messages of a channel", "api/message/list")
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let limit = query
        .get_int("limit", DEFAULT_PAGE_SIZE, 1, i64::MAX)?
        .min(MAX_PAGE_SIZE);
    let until = query
        .get_int("maxCreateAt", MAX_TIME_MILLIS, -MAX_TIME_MILLIS, i64::MAX)?
        .min(MAX_TIME_MILLIS);
    let order = match query.get("order") {
        None => app.dialect_settings::<Settings>().message_list_order,
        Some("asc") => ListOrder::Asc,
        Some("desc") => ListOrder::Desc,
        Some(_) => return Err(Error::invalid("order", "must be asc or desc").into()),
    };
    let Some(key) = resolve_channel(&app, &ctx, &query).await? else {
        return Ok(success(&Vec::<MessageInfo>::new()));
    };
    let current = conversation::require_active_membership(&app.engine, &ctx, key)
        .await
        .map_err(not_readable_error)?;
    let channel = current.conversation;
    let mut places = read_history(&app, &ctx, &channel, until, limit).await?;
    if order == ListOrder::Asc {
        places.reverse();
    }
    let page = MessagePage::new(app, ctx, channel, places);
    Ok(list_stream::stream_list(&SuccessEnvelope::new(&Vec::<MessageInfo>::new()), page).await?)
}

/// The channel a query names; none for a pair that has not talked yet.
async fn resolve_channel(
    app: &AppState,
    ctx: &Ctx,
    query: &QueryParams,
) -> Result<Option<ConversationKey>> {
    let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
    if let Some(uuid) = given("channelUuid") {
        return ids::parse_channel_key(uuid).map(Some);
    }
    let Some(text) = given("toRelationId") else {
        return Err(Error::invalid("channelUuid", "is required"));
    };
    let Some(peer) = resolve_member(app, ctx, ("toRelationId", text), false).await? else {
        return Ok(None);
    };
    conversation::find_direct(&app.engine, ctx, peer).await
}
