//! `GET /conversation/list`, after the vendor's reference on listing conversations.

use axum::extract::State;
use parlor_kit::AppState;
use parlor_model::scope::{Resource, Scope};

use super::source::ConversationSource;
use crate::HandlerResult;
use crate::auth::Caller;
use crate::listing::{self, ListKind, ListQuery};

/// Those of the account, but for direct ones, which their two participants find by id.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    asked: ListQuery,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Conversations))?;
    let conversations = ConversationSource::from_query(&app, &asked)?;
    Ok(listing::respond(&app, &caller.ctx, ListKind::List, &asked, conversations).await?)
}
