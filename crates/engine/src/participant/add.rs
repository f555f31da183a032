//! Adding others.

use parlor_model::conversation::Conversation;
use parlor_model::error::{ConflictReason, ForbiddenReason};
use parlor_model::member::MemberRef;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::participant_commands::{AddParticipants, OnDuplicate, ParticipantAuthority};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::participant;

use super::join_in_tx::{JoinEntry, join_in_tx};
use super::rejoin_policy::RejoinPolicy;
use crate::conversation::{find_open_with_scope, load_membership};
use crate::{Engine, authority, member};

/// Whom a caller adds by this scope alone it will speak as.
const MESSAGES_WRITE: Scope = Scope::write(Resource::Messages);

/// Adds members to a conversation and gives those that were added; one that left or was removed comes back where the
/// caller may manage members. Refused under
/// a scope in this order: not visible, scope missing, closed, direct; by membership: unknown, closed, direct, not
/// taking part, not open to everybody and not the owner; then somebody who is unknown, and somebody who takes part
/// already, where that is refused. Nobody becomes an owner this way.
pub async fn add(engine: &Engine, ctx: &Ctx, command: AddParticipants) -> Result<Vec<MemberRef>> {
    if command
        .participants
        .iter()
        .any(|new| new.role == ParticipantRole::Owner)
    {
        return Err(Error::invalid("role", "must not be owner"));
    }
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let (found, may_bring_back) = authorize_add(tx, &ctx, &command)?;
            let mut added: Vec<MemberRef> = Vec::new();
            let mut entering = Vec::new();
            for new in &command.participants {
                let who = member::resolve_or_create(tx, ctx.ws(), &new.member)?;
                if command.authority == ParticipantAuthority::Scope(MESSAGES_WRITE) {
                    authority::authorize_act_as(tx, &ctx, who.number)?;
                }
                let row = participant::find(tx, ctx.ws(), found.number, who.number)?;
                let twice = added.iter().any(|one| one.number == who.number);
                if twice
                    || row
                        .as_ref()
                        .is_some_and(|row| row.state == ParticipantState::Joined)
                {
                    match command.on_duplicate {
                        OnDuplicate::Refuse => {
                            return Err(Error::conflict(ConflictReason::AlreadyParticipant));
                        }
                        OnDuplicate::Skip => continue,
                    }
                }
                if let Some(row) = &row {
                    may_bring_back.check_state(row.state)?;
                }
                entering.push(JoinEntry {
                    member: who.number,
                    role: new.role,
                    is_rejoin: row.is_some(),
                });
                added.push(who);
            }
            if !entering.is_empty() {
                join_in_tx(tx, &ctx, found.number, &entering)?;
            }
            Ok(added)
        })
        .await
}

fn authorize_add(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &AddParticipants,
) -> Result<(Conversation, RejoinPolicy)> {
    match command.authority {
        ParticipantAuthority::Scope(scope) => {
            let found = find_open_with_scope(tx, ctx, command.conversation, scope)?;
            Ok((found, RejoinPolicy::from_scopes(ctx)))
        }
        ParticipantAuthority::Membership => {
            let (found, own) = load_membership(tx, ctx, command.conversation)?
                .require_open()?
                .require_not_direct()?
                .require_joined()?;
            if own.role == ParticipantRole::Owner {
                Ok((found, RejoinPolicy::Removed))
            } else if found.group_profile.open_access {
                Ok((found, RejoinPolicy::Left))
            } else {
                Err(Error::forbidden(ForbiddenReason::InviteOnly))
            }
        }
    }
}
