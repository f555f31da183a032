//! `GET /dms`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::{AppState, QueryParams};
use parlor_model::Error;
use parlor_model::conversation::{ConversationFilter, ConversationKind};
use parlor_model::error::ForbiddenReason;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::chat::list::{ChatsPage, parse_sort};
use crate::chat::render;
use crate::query::{parse_bool, parse_sort_order};
use crate::{HandlerError, page};

/// The caller's own, as far as its credential has `dm:read`, which a member's own session has. Nobody lists the DMs of
/// others, so a key that is bound to no member has none to list.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (sort, order) = (parse_sort(&query)?, parse_sort_order(&query)?);
    let archived = query
        .get("archived")
        .map(|text| parse_bool("archived", text));
    let own = ctx.member()?.number;
    let read = Scope::read(Resource::Dm);
    if !ctx.granted.allows(read) {
        return Err(Error::forbidden(ForbiddenReason::MissingScope(read)).into());
    }
    let filter = ConversationFilter {
        kind: Some(ConversationKind::Direct),
        involving: Some(own),
        archived: Some(archived.transpose()?.unwrap_or(false)),
        ..ConversationFilter::default()
    };
    let listing = ListConversations {
        sort,
        order,
        limit: asked.size,
        offset: asked.offset(),
    };
    let (rows, total) = conversation::list(&app.engine, &ctx, filter, listing).await?;
    let chats = render::render_all(&app, &ctx, rows).await?;
    Ok(ChatsPage::of(asked, chats, total)
        .answer(&app, &ctx)
        .await?)
}
