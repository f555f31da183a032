//! `GET /dms`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::{self, Listing};
use parlor_kit::{App, Query};
use parlor_model::Error;
use parlor_model::conversation::{ConversationFilter, Kind};
use parlor_model::error::Denied;
use parlor_model::scope::{Resource, Scope};

use crate::auth::Caller;
use crate::chat::list::{ChatsPage, sort};
use crate::chat::show;
use crate::question::{flag, order};
use crate::{Fail, page};

/// The caller's own, as far as its credential has `dm:read`, which a member's own session has. Nobody lists the DMs of
/// others, so a key that is bound to no member has none to list.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (sort, order) = (sort(&query)?, order(&query)?);
    let archived = query.get("archived").map(|text| flag("archived", text));
    let own = ctx.member()?.number;
    let read = Scope::read(Resource::Dm);
    if !ctx.granted.allow(read) {
        return Err(Error::forbidden(Denied::MissingScope(read)).into());
    }
    let filter = ConversationFilter {
        kind: Some(Kind::Direct),
        involving: Some(own),
        archived: Some(archived.transpose()?.unwrap_or(false)),
        ..ConversationFilter::default()
    };
    let listing = Listing {
        sort,
        order,
        limit: asked.size,
        offset: asked.offset(),
    };
    let (rows, total) = conversation::list(&app.engine, &ctx, filter, listing).await?;
    let chats = show::all(&app, &ctx, rows).await?;
    Ok(ChatsPage::of(asked, chats, total)
        .answer(&app, &ctx)
        .await?)
}
