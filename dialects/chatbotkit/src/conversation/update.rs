//! `POST /conversation/{conversation}/update`, after the vendor's reference on updating conversations.

use axum::extract::State;
use parlor_engine::{conversation, member};
use parlor_kit::{App, Params, Payload};
use parlor_model::conversation::{ConversationKey, Kind};
use parlor_model::error::{Conflict, Noun};
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::ContactKey;
use parlor_model::{Ctx, Error, Result};

use super::fields::Change;
use super::{Fields, guard};
use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// `spaceId` and `contactId` move it; null takes it out of its space, and gives it back to its maker. A direct
/// conversation stays where it is and whose it is. First messages in the body are ignored.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Conversations))?;
    let id = ids::conversation(params.get("conversation"))?;
    let Change {
        mut command,
        contact,
    } = body::read::<Fields>(payload).await?.update()?;
    let found = guard::find_to_change(&app, ctx, params.get("conversation")).await?;
    if found.kind == Kind::Direct && (command.space.is_some() || contact.is_some()) {
        return Err(Error::conflict(Conflict::WrongKind).into());
    }
    if let Some(contact) = contact {
        command.subject = Some(known(&app, ctx, contact).await?);
    }
    conversation::update(&app.engine, ctx, ConversationKey::Id(id), command).await?;
    Ok(answer::done(ids::of_conversation(id)))
}

/// A contact that exists now.
async fn known(app: &App, ctx: &Ctx, contact: Option<ContactKey>) -> Result<Option<MemberKey>> {
    match contact {
        None => Ok(None),
        Some(ContactKey::Id(id)) if member::contact_exists(&app.engine, ctx, id).await? => {
            Ok(Some(MemberKey::Id(id)))
        }
        Some(ContactKey::Id(_)) => Err(Error::not_found(Noun::Contact)),
        Some(ContactKey::Ensure(command)) => {
            let ensured = member::ensure(&app.engine, ctx, *command).await?;
            Ok(Some(MemberKey::Id(ensured.member.id)))
        }
    }
}
