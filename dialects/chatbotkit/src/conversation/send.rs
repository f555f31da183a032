//! `POST /conversation/{conversation}/send`, after the vendor's reference on sending messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::Role;
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::guard;
use crate::auth::Caller;
use crate::listing::{Asked, wants_events};
use crate::message::{Stored, author};
use crate::{Outcome, body, ids};

/// What is said. Unknown fields are accepted and ignored.
#[derive(Deserialize, ToSchema)]
#[schema(as = SendFields)]
pub(crate) struct Fields {
    /// The text.
    #[schema(min_length = 1, max_length = 65536)]
    text: String,
    /// Spans of the text with a meaning; kept and returned with the message.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Value>>)]
    entities: Option<Vec<Value>>,
}

#[derive(Serialize)]
struct Event {
    r#type: &'static str,
    data: Stored,
}

/// Stores what the contact says; nobody answers. With `Accept: application/jsonl` the answer is a stream of one event.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    asked: Asked,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Messages))?;
    ids::conversation(params.get("conversation"))?;
    let fields: Fields = body::read(payload).await?;
    let found = guard::find_to_change_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Number(found.number);
    let author = author(&found, ctx, Role::User);
    let mut command =
        parlor_model::message::CreateMessage::new(key, author, Role::User, fields.text);
    command.details.entities = fields.entities.map(Value::Array);
    let said = engine::create(&app.engine, ctx, command).await?;
    let stored = Stored::new(said.id);
    if !wants_events(&asked) {
        return Ok(reply::json(StatusCode::OK, &stored));
    }
    let event = Event {
        r#type: "result",
        data: stored,
    };
    let mut line = serde_json::to_vec(&event).unwrap_or_default();
    line.push(b'\n');
    Ok(reply::bytes_of(StatusCode::OK, "application/jsonl", line))
}
