//! `POST /conversation/{conversation}/receive`, `/dispatch` and `/compact`, after the vendor's reference on receiving
//! messages, on dispatching and on compacting conversations: all ask an assistant.

use axum::extract::State;
use parlor_kit::{App, Params, Payload};
use parlor_model::Error;
use parlor_model::error::Kind;
use parlor_model::scope::{Resource, Scope};

use super::guard;
use crate::auth::Caller;
use crate::{Outcome, body, ids};

/// What nobody here does yet.
pub(super) const ANSWERING: Kind = Kind::NotImplemented {
    what: "an assistant that answers",
};

/// No assistant answers here: 501, and nothing is stored, not even what is said with it. Fields of the body are accepted and ignored.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    body::ignore(payload).await?;
    guard::find_to_change_messages(&app, &caller.ctx, params.get("conversation")).await?;
    Err(Error::new(ANSWERING).into())
}
