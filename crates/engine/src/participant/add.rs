//! Adds participants.

use parlor_model::conversation::Conversation;
use parlor_model::error::{ConflictReason, ForbiddenReason};
use parlor_model::member::MemberRef;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::participant_commands::{AddParticipants, OnDuplicate, ParticipantAuthority};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::participant;

use super::rejoin_policy::RejoinPolicy;
use crate::membership::{JoinEntry, find_open_with_scope, join_in_tx, load_membership};
use crate::{Engine, authority, member};

/// Adding members by this scope alone implies permission to act as them.
const MESSAGES_WRITE: Scope = Scope::write(Resource::Messages);

/// Adds members to a conversation and returns the added ones. Members that left or were removed are brought back if the
/// caller may manage members. No member becomes an owner this way.
///
/// With a scope checks are made in this order: visible, scope, not closed, not direct; by membership: known, not
/// closed, not direct, participant, open access or owner. Then unknown members are refused, and present participants
/// where the command says so.
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
            let (found, rejoin_policy) = authorize_add(tx, &ctx, &command)?;
            let mut added: Vec<MemberRef> = Vec::new();
            let mut entries = Vec::new();
            for new in &command.participants {
                let member = member::resolve_or_create(tx, ctx.ws(), &new.member)?;
                if command.authority == ParticipantAuthority::Scope(MESSAGES_WRITE) {
                    authority::authorize_act_as(tx, &ctx, member.number)?;
                }
                let row = participant::find(tx, ctx.ws(), found.number, member.number)?;
                let twice = added.iter().any(|one| one.number == member.number);
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
                    rejoin_policy.check_state(row.state)?;
                }
                entries.push(JoinEntry {
                    member: member.number,
                    role: new.role,
                    is_rejoin: row.is_some(),
                });
                added.push(member);
            }
            if !entries.is_empty() {
                join_in_tx(tx, &ctx, found.number, &entries)?;
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
