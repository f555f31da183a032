//! Participants of conversations.

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
    /// Inserts a participant.
    tenant INSERT = "insert into participant (ws, conversation, member, role, state, joined_at, read_seq)
        values ($1, $2, $3, $4, 'joined', $5, $6)";
    /// Restores a participation.
    tenant RETURN = "update participant set role = $4, state = 'joined', joined_at = $5, read_seq = $6, read_at = null,
            hidden_seq = null
        where ws = $1 and conversation = $2 and member = $3";
    /// Marks a participant as left or removed; the row keeps when and where.
    tenant GO = "update participant set role = 'member', state = $4, read_seq = $5, read_at = $6
        where ws = $1 and conversation = $2 and member = $3";
    /// Joined participants, in the order of joining.
    tenant LIST = concat!("select ", columns!(), " where p.ws = $1 and p.conversation = $2 and p.state = 'joined'
        order by p.joined_at, p.member");
    /// Numbers of the joined assistants that are in use.
    tenant ASSISTANTS = "select p.member from participant p join member m on m.ws = p.ws and m.number = p.member
        where p.ws = $1 and p.conversation = $2 and p.state = 'joined' and m.kind = 'assistant' and m.archived_at is null
        order by p.member";
    /// A participant in any state.
    tenant FIND = concat!("select ", columns!(), " where p.ws = $1 and p.conversation = $2 and p.member = $3");
    /// Conversations in which a member participates.
    tenant OF_MEMBER = "select conversation from participant where ws = $1 and member = $2 and state = 'joined'
        order by conversation";
    /// Writes the own muted flag.
    tenant SET_MUTED = "update participant set muted = $4 where ws = $1 and conversation = $2 and member = $3";
    /// Writes all own settings.
    tenant SET_OWN = "update participant set pinned_at = $4, muted = $5, hidden_seq = $6
        where ws = $1 and conversation = $2 and member = $3";
    /// Changes the role.
    tenant SET_ROLE = "update participant set role = $4 where ws = $1 and conversation = $2 and member = $3";
    /// Moves the read mark forward, never backwards.
    tenant SET_READ = "update participant set read_seq = case when read_seq > $4 then read_seq else $4 end, read_at = $5
        where ws = $1 and conversation = $2 and member = $3";
    /// `seq` of a message by id.
    tenant SEQ_BY_ID = "select seq from message where ws = $1 and conversation = $2 and id = $3 and deleted_at is null";
    /// `seq` of a message by number.
    tenant SEQ_BY_NUMBER = "select seq from message where ws = $1 and conversation = $2 and number = $3 and deleted_at is null";
    /// `seq` of the unread message that has the given number of others before it.
    tenant NTH_UNREAD = "select seq from message
        where ws = $1 and conversation = $2 and seq > $3 and deleted_at is null and role in ('user', 'assistant')
          and coalesce(author, 0) <> $4
        order by seq limit 1 offset $5";
    /// Newest message at or before a `seq`.
    tenant LAST_READ = "select id from message
        where ws = $1 and conversation = $2 and seq <= $3 and deleted_at is null and role in ('user', 'assistant')
        order by seq desc limit 1";
    /// Numbers of unread messages and mentions of a member in one conversation.
    tenant UNREAD = "select
            (select cast(count(*) as bigint) from message t
                where t.ws = $1 and t.conversation = $2 and t.seq > $3 and t.deleted_at is null
                  and t.role in ('user', 'assistant') and coalesce(t.author, 0) <> $4),
            (select cast(count(*) as bigint) from mention n
                where n.ws = $1 and n.member = $4 and n.conversation = $2 and n.seq > $3)";
    /// Writes the columns of the conversation that its owner may change.
    tenant SET_CARD = "update conversation set owner = $3, title = $4, title_is_automatic = $5, state = $6, icon = $7,
            announcement = $8, announcement_pinned = $9, open_access = $10,
            updated_at = case when updated_at > $11 then updated_at else $11 end
        where ws = $1 and number = $2";
}
