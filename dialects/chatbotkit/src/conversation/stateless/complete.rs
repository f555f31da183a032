//! `POST /conversation/complete`, after the vendor's reference on completing conversations.

use parlor_kit::RequestBody;
use parlor_kit::route::Route;

use crate::HandlerResult;
use crate::auth::Caller;
use crate::conversation::{REFERENCE, assistant};
use crate::documented::{post, requires_assistant};
use crate::prefix::Prefix;

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    requires_assistant(post(prefix, "/api/v1/conversation/complete", handle))
        .doc("An answer to messages that are not stored", REFERENCE)
}

async fn handle(caller: Caller, payload: RequestBody) -> HandlerResult {
    assistant::refuse_stateless(&caller.ctx, payload).await
}
