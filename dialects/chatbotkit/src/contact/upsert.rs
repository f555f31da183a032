//! `POST /contact/upsert`: the vendor's call on a conversation's contact, without a conversation.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};

use super::ContactOptions;
use super::options::UpsertContactParts;
use crate::auth::Caller;
use crate::{HandlerResult, body, id_response, ids};

/// Makes a contact, or changes the one that the fingerprint names, else an address, else a short name without either: by
/// the rules of an update.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::write(Resource::Members))?;
    let fields = body::parse::<ContactOptions>(payload).await?;
    let UpsertContactParts {
        command,
        changes,
        source,
    } = fields.into_upsert_parts(|| app.engine.random_uuid())?;
    let upserted =
        member::upsert_contact(&app.engine, &caller.ctx, command, changes, source).await?;
    Ok(id_response::id_response(ids::format_contact_id(
        upserted.member.id,
    )))
}
