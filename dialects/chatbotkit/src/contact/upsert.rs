//! `POST /contact/upsert`: the vendor's call on a conversation's contact, without a conversation.

use axum::extract::State;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};

use super::ContactOptions;
use super::options::UpsertContactParts;
use crate::auth::Caller;
use crate::documented::{post, writes};
use crate::prefix::Prefix;
use crate::{HandlerResult, body, id_response, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    writes::<ContactOptions>(
        post(prefix, "/api/v1/contact/upsert", handle),
        Resource::Members,
    )
    .doc(
        "Make a contact, or change the one that its fingerprint or an address names",
        "Conversation Contacts",
    )
}

/// Creates a contact, or updates the one with the fingerprint, else with an address, else with the short name and no
/// address. Updates as `update` does.
async fn handle(
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
