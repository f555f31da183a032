//! Adding others.

use parlor_model::conversation::Conversation;
use parlor_model::error::{Conflict, Denied};
use parlor_model::member::MemberRef;
use parlor_model::participant::{AddParticipants, Authority, IfPresent, Role, State};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::participant;

use super::bring_back::BringBack;
use super::enter::{Entering, enter};
use crate::conversation::{stand, under_scope};
use crate::{Engine, authority, member};

/// Whom a caller adds by this scope alone it will speak as.
const SPEAK: Scope = Scope::write(Resource::Messages);

/// Adds members to a conversation and gives those that were added; one that left or was removed comes back where the
/// caller may manage members. Refused under
/// a scope in this order: not visible, scope missing, closed, direct; by membership: unknown, closed, direct, not
/// taking part, not open to everybody and not the owner; then somebody who is unknown, and somebody who takes part
/// already, where that is refused. Nobody becomes an owner this way.
pub async fn add(engine: &Engine, ctx: &Ctx, command: AddParticipants) -> Result<Vec<MemberRef>> {
    if command.who.iter().any(|new| new.role == Role::Owner) {
        return Err(Error::invalid("role", "must not be owner"));
    }
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (found, may_bring_back) = permitted(tx, &ctx, &command)?;
            let mut added: Vec<MemberRef> = Vec::new();
            let mut entering = Vec::new();
            for new in &command.who {
                let who = member::resolve(tx, ctx.ws(), &new.who)?;
                if command.authority == Authority::Scope(SPEAK) {
                    authority::act_as(tx, &ctx, who.number)?;
                }
                let row = participant::find(tx, ctx.ws(), found.number, who.number)?;
                let twice = added.iter().any(|one| one.number == who.number);
                if twice || row.as_ref().is_some_and(|row| row.state == State::Joined) {
                    match command.if_present {
                        IfPresent::Refuse => {
                            return Err(Error::conflict(Conflict::AlreadyParticipant));
                        }
                        IfPresent::Skip => continue,
                    }
                }
                if let Some(row) = &row {
                    may_bring_back.check(row.state)?;
                }
                entering.push(Entering {
                    member: who.number,
                    role: new.role,
                    again: row.is_some(),
                });
                added.push(who);
            }
            if !entering.is_empty() {
                enter(tx, &ctx, found.number, &entering)?;
            }
            Ok(added)
        })
        .await
}

fn permitted(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &AddParticipants,
) -> Result<(Conversation, BringBack)> {
    match command.authority {
        Authority::Scope(scope) => {
            let found = under_scope(tx, ctx, command.conversation, scope)?;
            Ok((found, BringBack::by_scope(ctx)))
        }
        Authority::Membership => {
            let (found, own) = stand(tx, ctx, command.conversation)?
                .open()?
                .of_many()?
                .joined()?;
            if own.role == Role::Owner {
                Ok((found, BringBack::Removed))
            } else if found.card.open_access {
                Ok((found, BringBack::Left))
            } else {
                Err(Error::forbidden(Denied::InviteOnly))
            }
        }
    }
}
