//! Participants.

use super::member_ref;
use crate::statement::statements;

macro_rules! columns {
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
    /// Somebody who was gone takes part again.
    tenant RETURN = "update participant set role = $4, state = 'joined', joined_at = $5, read_seq = $6, read_at = null,
            hidden_seq = null
        where ws = $1 and conversation = $2 and member = $3";
    /// Somebody goes, and keeps of the conversation what there was.
    tenant GO = "update participant set role = 'member', state = $4, read_seq = $5, read_at = $6
        where ws = $1 and conversation = $2 and member = $3";
    /// Those who take part, in the order they joined.
    tenant LIST = concat!("select ", columns!(), " where p.ws = $1 and p.conversation = $2 and p.state = 'joined'
        order by p.joined_at, p.member");
    /// One, whatever its state.
    tenant FIND = concat!("select ", columns!(), " where p.ws = $1 and p.conversation = $2 and p.member = $3");
    /// The conversations a member takes part in.
    tenant OF_MEMBER = "select conversation from participant where ws = $1 and member = $2 and state = 'joined'
        order by conversation";
    /// Own setting: muted.
    tenant SET_MUTED = "update participant set muted = $4 where ws = $1 and conversation = $2 and member = $3";
    /// Own settings: all of them.
    tenant SET_OWN = "update participant set pinned_at = $4, muted = $5, hidden_seq = $6
        where ws = $1 and conversation = $2 and member = $3";
    /// Kind.
    tenant SET_ROLE = "update participant set role = $4 where ws = $1 and conversation = $2 and member = $3";
    /// How far it has read; never backwards.
    tenant SET_READ = "update participant set read_seq = case when read_seq > $4 then read_seq else $4 end, read_at = $5
        where ws = $1 and conversation = $2 and member = $3";
    /// Where the message of an id stands.
    tenant SEQ_BY_ID = "select seq from message where ws = $1 and conversation = $2 and id = $3 and deleted_at is null";
    /// Where the message of a number stands.
    tenant SEQ_BY_NUMBER = "select seq from message where ws = $1 and conversation = $2 and number = $3 and deleted_at is null";
    /// Where the unread message stands that so many others come before.
    tenant NTH_UNREAD = "select seq from message
        where ws = $1 and conversation = $2 and seq > $3 and deleted_at is null and role in ('user', 'assistant')
          and coalesce(author, 0) <> $4
        order by seq limit 1 offset $5";
    /// The newest message at or before a position.
    tenant LAST_READ = "select id from message
        where ws = $1 and conversation = $2 and seq <= $3 and deleted_at is null and role in ('user', 'assistant')
        order by seq desc limit 1";
    /// Unread messages and mentions of a member in one conversation, as they are at one moment.
    tenant UNREAD = "select
            (select cast(count(*) as bigint) from message t
                where t.ws = $1 and t.conversation = $2 and t.seq > $3 and t.deleted_at is null
                  and t.role in ('user', 'assistant') and coalesce(t.author, 0) <> $4),
            (select cast(count(*) as bigint) from mention n
                where n.ws = $1 and n.member = $4 and n.conversation = $2 and n.seq > $3)";
    /// What the owner may change of the conversation itself.
    tenant SET_CARD = "update conversation set owner = $3, title = $4, title_is_automatic = $5, state = $6, icon = $7,
            announcement = $8, announcement_pinned = $9, open_access = $10, updated_at = $11
        where ws = $1 and number = $2";
}
