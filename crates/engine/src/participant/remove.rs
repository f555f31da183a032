//! Removes participants.

use parlor_model::conversation::Conversation;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::log::LogEntryKind;
use parlor_model::member::MemberRef;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_model::participant_commands::{ParticipantAuthority, RemoveParticipants};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

use crate::membership::{find_open_with_scope, load_membership};
use crate::{Engine, member};

/// Removes members from a conversation and returns the removed ones.
///
/// With a scope checks are made in this order: visible, scope, not closed, not direct, all are participants, none is
/// the owner; by membership: known, not closed, not direct, owner, not oneself. The owner's command ignores members
/// that do not participate.
pub async fn remove(
    engine: &Engine,
    ctx: &Ctx,
    command: RemoveParticipants,
) -> Result<Vec<MemberRef>> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let found = authorize_remove(tx, &ctx, &command)?;
            let mut removed: Vec<MemberRef> = Vec::new();
            for key in &command.members {
                let row = match member::find_ref(tx, ws, key)? {
                    Some(member) => participant::find(tx, ws, found.number, member.number)?,
                    None => None,
                };
                let Some(row) = row.filter(|row| row.state == ParticipantState::Joined) else {
                    match command.authority {
                        ParticipantAuthority::Scope(_) => {
                            return Err(Error::not_found(EntityKind::Participant));
                        }
                        ParticipantAuthority::Membership => continue,
                    }
                };
                match command.authority {
                    ParticipantAuthority::Membership if ctx.is_actor(row.member.number) => {
                        return Err(Error::invalid("members", "must not name yourself"));
                    }
                    ParticipantAuthority::Scope(_) if row.role == ParticipantRole::Owner => {
                        return Err(Error::conflict(ConflictReason::IsOwner));
                    }
                    ParticipantAuthority::Membership | ParticipantAuthority::Scope(_) => {}
                }
                if removed.iter().all(|one| one.number != row.member.number) {
                    removed.push(row.member);
                }
            }
            if !removed.is_empty() {
                let members: Vec<i64> = removed.iter().map(|one| one.number).collect();
                let payload = json!({ "members": members }).to_string();
                let actor = ctx.actor.map(|actor| actor.number);
                let seq = log::append_entry(
                    tx,
                    ws,
                    found.number,
                    LogEntryKind::Removed,
                    actor,
                    &payload,
                )?;
                for member in members {
                    participant::mark_left(
                        tx,
                        ws,
                        found.number,
                        member,
                        ParticipantState::Removed,
                        seq,
                    )?;
                }
            }
            Ok(removed)
        })
        .await
}

fn authorize_remove(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &RemoveParticipants,
) -> Result<Conversation> {
    match command.authority {
        ParticipantAuthority::Scope(scope) => {
            find_open_with_scope(tx, ctx, command.conversation, scope)
        }
        ParticipantAuthority::Membership => {
            let membership = load_membership(tx, ctx, command.conversation)?;
            Ok(membership
                .require_open()?
                .require_not_direct()?
                .require_owner()?
                .0)
        }
    }
}
