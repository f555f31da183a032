//! `GET /conversation/{conversation}/message/{message}/fetch`, after the vendor's manual on conversation messages.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::message as engine;
use parlor_kit::{App, Params, reply};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::walk::MessageRow;

use super::record::Said;
use crate::auth::Caller;
use crate::conversation::guard;
use crate::listing::Record;
use crate::pen::Pen;
use crate::{Outcome, ids};

/// A message is found in its own conversation only.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, params: Params) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let home = guard::find_of_messages(&app, ctx, params.get("conversation")).await?;
    let key = MessageKey::Id(ids::message(params.get("message"))?);
    let home = ConversationKey::Number(home.number);
    let found = engine::find(&app.engine, ctx, home, key).await?;
    let metadata = found.metadata.to_text();
    let row = MessageRow {
        id: found.id,
        seq: found.seq,
        role: found.role,
        form: found.form.as_deref(),
        text: found.text.as_str(),
        name: found.details.name,
        description: found.details.description,
        entities: found.details.entities.map(|spans| spans.to_string()),
        metadata: &metadata,
        created_at: found.created_at,
        updated_at: found.updated_at,
    };
    let mut pen = Pen::new(app.section());
    let mut object = pen.object(ids::MESSAGE, row.id);
    Said {
        row: &row,
        home: None,
    }
    .fields(&mut object);
    object.end();
    Ok(reply::bytes_of(StatusCode::OK, "application/json", pen.out))
}
