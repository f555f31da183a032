//! Log entries that are not messages.

use crate::statement::statements;

/// Entries of a conversation that exists, with actors that exist.
macro_rules! entries {
    () => {
        "select e.seq, e.kind, m.number, e.at, e.payload from log_entry e
        join conversation c on c.ws = e.ws and c.number = e.conversation
        left join member m on m.ws = e.ws and m.number = e.actor
        where e.ws = $1 and e.conversation = $2 "
    };
}

statements! {
    /// Takes the next `seq` of a conversation for an event at a time, and returns it with the conversation's latest time;
    /// $4 tells whether it is a conversational message.
    tenant NEXT_SEQ = "update conversation set last_seq = last_seq + 1,
            updated_at = case when updated_at > $3 then updated_at else $3 end,
            last_message_seq = case when cast($4 as boolean) then last_seq + 1 else last_message_seq end,
            last_message_at = case when not cast($4 as boolean) or last_message_at > $3 then last_message_at else $3 end
        where ws = $1 and number = $2 returning last_seq, updated_at";
    /// Inserts an entry at a `seq` taken before.
    tenant INSERT = "insert into log_entry (ws, conversation, seq, kind, actor, at, payload) values ($1, $2, $3, $4, $5, $6, $7)";
    /// Entries strictly after a `seq` and up to another, in order.
    tenant AFTER = concat!(entries!(), "and e.seq > $3 and e.seq <= $4 order by e.seq limit $5");
    /// Entries at or before a `seq` and before a time, newest first.
    tenant BACK = concat!(entries!(), "and e.seq <= $3 and e.at < $4 order by e.seq desc limit $5");
    /// Time of the last change of a conversation's state.
    tenant LAST_STATE = "select at from log_entry
        where ws = $1 and conversation = $2 and kind = 'changed' and payload like '%\"state\":%' order by seq desc limit 1";
}
