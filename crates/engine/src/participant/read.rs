//! How far a member has read.

use parlor_bus::Note;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::live::{Sign, Signal};
use parlor_model::participant::{ReadTo, Unread};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::participant;

use crate::Engine;
use crate::conversation::stand;

/// Moves the acting member's mark forward and gives what is left unread. A mark behind the present one changes
/// nothing; one that moved is told to those who listen, as come by the request's id. Refused in this order: unknown,
/// not taking part, no such message.
pub async fn read(engine: &Engine, ctx: &Ctx, key: ConversationKey, to: ReadTo) -> Result<Unread> {
    if matches!(to, ReadTo::Count(count) if count < 1) {
        return Err(Error::invalid("count", "must be at least 1"));
    }
    let ctx = *ctx;
    let (unread, moved) = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let (found, own) = stand(tx, &ctx, key)?.joined()?;
            let (number, member) = (found.number, own.member.number);
            let seq = match to {
                ReadTo::All => found.last_seq,
                ReadTo::Seq(seq) => seq.min(found.last_seq),
                ReadTo::Message(message) => participant::seq_of(tx, ws, number, message)?
                    .ok_or_else(|| Error::not_found(Noun::Message))?,
                ReadTo::Count(count) => {
                    participant::nth_unread(tx, ws, number, own.read_seq, member, count)?
                        .unwrap_or(found.last_seq)
                }
            };
            participant::set_read(tx, ws, number, member, seq)?;
            let read_seq = seq.max(own.read_seq);
            let (unread, mentions) = participant::unread(tx, ws, number, read_seq, member)?;
            let moved = (read_seq > own.read_seq).then_some(Signal {
                ws,
                conversation: number,
                from: ctx.request,
                who: own.member,
                sign: Sign::Read(read_seq),
            });
            let unread = Unread {
                unread,
                mentions,
                read_seq,
                last_read: participant::last_read(tx, ws, number, read_seq)?,
            };
            Ok((unread, moved))
        })
        .await?;
    if let Some(signal) = moved {
        engine.bus.publish(&[Note::Signal(signal)]);
    }
    Ok(unread)
}
