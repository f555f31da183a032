//! `POST /conversation/{conversation}/contact/upsert`, after the vendor's manual on conversation contacts.

use axum::extract::State;
use parlor_engine::{conversation, member};
use parlor_kit::{App, Params, Payload};
use parlor_model::Error;
use parlor_model::conversation::{ConversationKey, Kind, UpdateConversation};
use parlor_model::error::Conflict;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};

use super::guard;
use crate::auth::Caller;
use crate::contact::{self, Fields};
use crate::{Outcome, answer, body, ids};

/// The contact is made or changed as by `contact/upsert`, and the conversation is with it from then on. No message about
/// it is stored.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Conversations))?;
    ctx.require(Scope::write(Resource::Members))?;
    let id = ids::conversation(params.get("conversation"))?;
    let fields = body::read::<Fields>(payload).await?;
    let found = guard::find_to_change(&app, ctx, params.get("conversation")).await?;
    if found.kind == Kind::Direct {
        return Err(Error::conflict(Conflict::WrongKind).into());
    }
    let contact::Upsert {
        command,
        changes,
        source,
    } = fields.upsert(|| app.engine.random_uuid())?;
    let upserted = member::upsert_contact(&app.engine, ctx, command, changes, source).await?;
    let contact = upserted.member.id;
    let command = UpdateConversation {
        subject: Some(Some(MemberKey::Id(contact))),
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, ctx, ConversationKey::Id(id), command).await?;
    Ok(answer::done(ids::of_contact(contact)))
}
