//! `POST /conversation/create`, after the vendor's reference on creating conversations.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_kit::{App, Payload, reply};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::Fields;
use super::fields::Making;
use crate::auth::Caller;
use crate::{Outcome, body, ids, message};

/// The id of what was made, and the messages it was made with.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationCreated)]
pub(crate) struct Created {
    /// Its id.
    id: String,
    /// The first messages, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    messages: Vec<message::Echo>,
}

/// A conversation is made with all its first messages, and with its contact where that has to be made, or not at all.
/// For nobody in particular it is for its maker, or for the member whose own space it is in.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Conversations))?;
    let Making {
        command,
        contact,
        messages,
    } = body::read::<Fields>(payload).await?.create()?;
    let first = messages
        .iter()
        .enumerate()
        .map(|(place, message)| message.first("messages", place))
        .collect::<Result<_, _>>()?;
    let (made, said) =
        conversation::begin(&app.engine, &caller.ctx, command, contact, first).await?;
    let echo = messages.into_iter().zip(said);
    let created = Created {
        id: ids::of_conversation(made.id),
        messages: echo.map(|(message, id)| message.echo(id)).collect(),
    };
    Ok(reply::json(StatusCode::OK, &created))
}
