//! Moves a member's read mark.

use parlor_bus::BusMessage;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::participant::ReadState;
use parlor_model::participant_commands::ReadTarget;
use parlor_model::realtime::{EphemeralContent, EphemeralEvent};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::participant;

use crate::Engine;
use crate::membership::load_membership;

/// Moves the acting member's read mark forward and returns its read state. An earlier mark changes nothing; a moved one
/// is published as an ephemeral event whose origin is the request id. Checks are made in this order: known,
/// participant, known message.
pub async fn mark_read(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    to: ReadTarget,
) -> Result<ReadState> {
    if matches!(to, ReadTarget::Count(count) if count < 1) {
        return Err(Error::invalid("count", "must be at least 1"));
    }
    let ctx = *ctx;
    let (unread, moved) = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let (found, own) = load_membership(tx, &ctx, key)?.require_joined()?;
            let (number, member) = (found.number, own.member.number);
            let seq = match to {
                ReadTarget::All => found.last_seq,
                ReadTarget::Seq(seq) => seq.min(found.last_seq),
                ReadTarget::Message(message) => {
                    participant::find_message_seq(tx, ws, number, message)?
                        .ok_or_else(|| Error::not_found(EntityKind::Message))?
                }
                ReadTarget::Count(count) => {
                    participant::find_nth_unread(tx, ws, number, own.read_seq, member, count)?
                        .unwrap_or(found.last_seq)
                }
            };
            participant::advance_read(tx, ws, number, member, seq)?;
            let read_seq = seq.max(own.read_seq);
            let (unread, mentions) = participant::count_unread(tx, ws, number, read_seq, member)?;
            let moved = (read_seq > own.read_seq).then_some(EphemeralEvent {
                ws,
                conversation: number,
                origin: ctx.request,
                member: own.member,
                content: EphemeralContent::Read(read_seq),
            });
            let unread = ReadState {
                unread,
                mentions,
                read_seq,
                last_read: participant::find_last_read(tx, ws, number, read_seq)?,
            };
            Ok((unread, moved))
        })
        .await?;
    if let Some(signal) = moved {
        engine.bus.publish(&[BusMessage::Ephemeral(signal)]);
    }
    Ok(unread)
}
