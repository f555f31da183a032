//! Removing others.

use parlor_model::conversation::Conversation;
use parlor_model::error::{Conflict, Noun};
use parlor_model::log::EntryKind;
use parlor_model::member::MemberRef;
use parlor_model::participant::{Authority, RemoveParticipants, Role, State};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{log, participant};
use serde_json::json;

use crate::conversation::{stand, under_scope};
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
            let found = permitted(tx, &ctx, &command)?;
            let mut removed: Vec<MemberRef> = Vec::new();
            for key in &command.who {
                let row = match member::known(tx, ws, key)? {
                    Some(who) => participant::find(tx, ws, found.number, who.number)?,
                    None => None,
                };
                let Some(row) = row.filter(|row| row.state == State::Joined) else {
                    match command.authority {
                        Authority::Scope(_) => return Err(Error::not_found(Noun::Participant)),
                        Authority::Membership => continue,
                    }
                };
                match command.authority {
                    Authority::Membership if ctx.is_actor(row.member.number) => {
                        return Err(Error::invalid("members", "must not name yourself"));
                    }
                    Authority::Scope(_) if row.role == Role::Owner => {
                        return Err(Error::conflict(Conflict::IsOwner));
                    }
                    Authority::Membership | Authority::Scope(_) => {}
                }
                if removed.iter().all(|one| one.number != row.member.number) {
                    removed.push(row.member);
                }
            }
            if !removed.is_empty() {
                let members: Vec<i64> = removed.iter().map(|one| one.number).collect();
                let payload = json!({ "members": members }).to_string();
                let actor = ctx.actor.map(|actor| actor.number);
                let seq = log::append(tx, ws, found.number, EntryKind::Removed, actor, &payload)?;
                for member in members {
                    participant::go(tx, ws, found.number, member, State::Removed, seq)?;
                }
            }
            Ok(removed)
        })
        .await
}

fn permitted(tx: &mut dyn Tx, ctx: &Ctx, command: &RemoveParticipants) -> Result<Conversation> {
    match command.authority {
        Authority::Scope(scope) => under_scope(tx, ctx, command.conversation, scope),
        Authority::Membership => {
            let standing = stand(tx, ctx, command.conversation)?;
            Ok(standing.open()?.of_many()?.owned()?.0)
        }
    }
}
