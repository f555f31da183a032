//! `GET /api/v1/message/list`. The vendor's page api/message/list.
//!
//! Lists the newest messages up to and including `maxCreateAt`, so that paging back with the oldest time of a page loses no
//! message. All times that a list shows of one channel differ: of several messages in one millisecond the newest keeps its
//! time, and each earlier one is shown one millisecond earlier, so that such paging advances. Within a page the oldest
//! message comes first, as the vendor's clients expect, although its page says otherwise; the setting `message_list_order`
//! and the query parameter `order` change that.

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

/// Page size unless the request sets one.
const DEFAULT_PAGE_SIZE: i64 = 10;
/// Maximum page size; larger values are reduced to it.
const MAX_PAGE_SIZE: i64 = 100;
/// Bound of `maxCreateAt` in both directions, in Unix milliseconds. No message has a time beyond it.
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

async fn handle(
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
    let membership = conversation::require_active_membership(&app.engine, &ctx, key)
        .await
        .map_err(not_readable_error)?;
    let channel = membership.conversation;
    let mut items = read_history(&app, &ctx, &channel, until, limit).await?;
    if order == ListOrder::Asc {
        items.reverse();
    }
    let page = MessagePage::new(app, ctx, channel, items);
    Ok(list_stream::stream_list(&SuccessEnvelope::new(&Vec::<MessageInfo>::new()), page).await?)
}

/// Resolves the channel that a query names. Returns `None` for a pair without a channel.
///
/// # Errors
/// `Invalid` if the query names neither a channel nor a member.
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
