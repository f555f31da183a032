//! What a deleted conversation leaves: the rows of its log. They are invisible without the conversation's row, and are
//! deleted in batches of `seq`s.

use crate::statement::statements;

statements! {
    /// Greatest `seq` that is left; null if none is.
    tenant LAST_SEQ = "select max(seq) from (
        select max(seq) as seq from message where ws = $1 and conversation = $2
        union all select max(seq) from log_entry where ws = $1 and conversation = $2) l";
    /// Deletes the ratings of the messages between two `seq`s.
    tenant DELETE_RATINGS = "delete from message_rating where ws = $1 and conversation = $2 and message in (
            select number from message where ws = $1 and conversation = $2 and seq > $3 and seq <= $4)";
    /// Deletes the mentions by the messages between two `seq`s.
    tenant DELETE_MENTIONS = "delete from mention where ws = $1 and conversation = $2 and seq > $3 and seq <= $4";
    /// Deletes the messages between two `seq`s.
    tenant DELETE_MESSAGES = "delete from message where ws = $1 and conversation = $2 and seq > $3 and seq <= $4";
    /// Deletes the other log entries between two `seq`s.
    tenant DELETE_ENTRIES = "delete from log_entry where ws = $1 and conversation = $2 and seq > $3 and seq <= $4";
    /// Deletes the ratings of a message whose conversation is deleted.
    tenant DELETE_RATINGS_OF_MESSAGE = "delete from message_rating where ws = $1 and (conversation, message) in (
            select t.conversation, t.number from message t where t.ws = $1 and t.id = $2 and not exists (
                select 1 from conversation c where c.ws = t.ws and c.number = t.conversation))";
    /// Deletes a message whose conversation is deleted, so that its id is free.
    tenant DELETE_MESSAGE = "delete from message where ws = $1 and id = $2 and not exists (
            select 1 from conversation c where c.ws = message.ws and c.number = message.conversation)";
}
