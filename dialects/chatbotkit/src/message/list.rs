//! `GET /conversation/{conversation}/message/list`, after the vendor's reference on listing messages.

use axum::extract::State;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::source::MessageSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::conversation::authorize;
use crate::listing::{self, ListKind, ListQuery};

/// The oldest first unless asked otherwise, unlike all other lists.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    asked: ListQuery,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let home = authorize::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let messages = MessageSource::from_query(ConversationKey::Number(home.number), &asked)?;
    Ok(listing::respond(&app, ctx, ListKind::List, &asked, messages).await?)
}
