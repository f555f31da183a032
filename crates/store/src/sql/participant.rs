//! Participants.

use super::member_ref;
use crate::statement::statements;

macro_rules! whole {
    () => {
        concat!(
            member_ref!("m"),
            ", p.role, p.state, p.joined_at, p.read_seq, p.read_at, p.pinned_at, p.muted, p.hidden_seq
               from participant p join member m on m.ws = p.ws and m.number = p.member"
        )
    };
}

statements! {
    /// Somebody takes part.
    tenant INSERT = "insert into participant (ws, conversation, member, role, state, joined_at, read_seq)
        values ($1, $2, $3, $4, 'joined', $5, $6)";
    /// Those who take part, in the order they joined.
    tenant LIST = concat!("select ", whole!(), " where p.ws = $1 and p.conversation = $2 and p.state = 'joined'
        order by p.joined_at, p.member");
    /// One, whatever its state.
    tenant FIND = concat!("select ", whole!(), " where p.ws = $1 and p.conversation = $2 and p.member = $3");
    /// Own setting: muted.
    tenant SET_MUTED = "update participant set muted = $4 where ws = $1 and conversation = $2 and member = $3";
}
