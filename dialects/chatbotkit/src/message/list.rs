//! `GET /conversation/{conversation}/message/list`, after the vendor's reference on listing messages.

use axum::extract::State;
use parlor_kit::{App, Params};
use parlor_model::conversation::ConversationKey;
use parlor_model::scope::{Resource, Scope};

use super::walk::Messages;
use crate::Outcome;
use crate::auth::Caller;
use crate::conversation::guard;
use crate::listing::{self, Asked, Route};

/// The oldest first unless asked otherwise, unlike all other lists.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    asked: Asked,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let home = guard::find_of_messages(&app, ctx, params.get("conversation")).await?;
    let messages = Messages::asked(ConversationKey::Number(home.number), &asked)?;
    Ok(listing::answer(&app, ctx, Route::List, &asked, messages).await?)
}
