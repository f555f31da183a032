//! Removing others.

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

use crate::conversation::{find_open_with_scope, load_membership};
use crate::{Engine, member};

/// Removes members from a conversation and gives those that were removed. Refused under a scope in this order: not
/// visible, scope missing, closed, direct, somebody who does not take part, the owner; by membership: unknown,
/// closed, direct, not the owner, oneself. An owner's command passes over those who do not take part.
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
                    Some(who) => participant::find(tx, ws, found.number, who.number)?,
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
            let standing = load_membership(tx, ctx, command.conversation)?;
            Ok(standing
                .require_open()?
                .require_not_direct()?
                .require_owner()?
                .0)
        }
    }
}
