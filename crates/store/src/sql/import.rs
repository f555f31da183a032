//! Rows that keep the ids and times they had in a backup.

use crate::statement::statements;

statements! {
    /// Kind of the entity that has this id.
    tenant OWNERS = "select 'member' from member where ws = $1 and id = $2
        union all select 'space' from space where ws = $1 and id = $2
        union all select 'conversation' from conversation where ws = $1 and id = $2";
    /// Inserts a contact; returns no row if one of its unique columns is in use.
    tenant INSERT_CONTACT = "insert into member (ws, id, kind, handle, fingerprint, name, description, email, phone, nick, preferences,
            metadata, verified_at, created_at, updated_at)
        values ($1, $2, 'contact', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict do nothing returning number";
    /// Overwrites the imported columns of a member.
    tenant UPDATE_CONTACT = "update member set fingerprint = $3, name = $4, description = $5, email = $6, phone = $7, nick = $8,
            preferences = $9, metadata = $10, verified_at = $11, created_at = $12, updated_at = $13
        where ws = $1 and number = $2";
    /// Inserts a space; returns no row if its alias is in use.
    tenant INSERT_SPACE = "insert into space (ws, id, name, description, contact, alias, blueprint, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning number";
    /// Overwrites the imported columns of a space.
    tenant UPDATE_SPACE = "update space set name = $3, description = $4, contact = $5, alias = $6, blueprint = $7, metadata = $8,
            created_at = $9, updated_at = $10
        where ws = $1 and number = $2";
    /// Inserts a conversation whose log head is at 1.
    tenant INSERT_CONVERSATION = "insert into conversation (ws, id, kind, state, space, title, description, subject, chat_model, responder,
            metadata, last_seq, created_at, updated_at)
        values ($1, $2, 'chat', 'active', $3, $4, $5, $6, $7, $8, $9, 1, $10, $11) returning number";
    /// Overwrites the imported columns of a conversation.
    tenant UPDATE_CONVERSATION = "update conversation set space = $3, title = $4, title_is_automatic = $5, description = $6, subject = $7,
            chat_model = $8, responder = $9, metadata = $10, created_at = $11, updated_at = $12
        where ws = $1 and number = $2";
    /// Inserts a message at a `seq` taken before.
    tenant INSERT_MESSAGE = "insert into message (ws, id, conversation, seq, author, role, form, text, details, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning number";
    /// Moves the read marks of participants that had read everything before a `seq` to that `seq`.
    tenant CATCH_UP = "update participant set read_seq = $3 where ws = $1 and conversation = $2 and read_seq = $3 - 1";
    /// Overwrites the imported columns of a message.
    tenant UPDATE_MESSAGE = "update message set role = $3, form = $4, text = $5, details = $6, metadata = $7, created_at = $8, updated_at = $9
        where ws = $1 and number = $2";
    /// Conversation of a message by the message's id, and whether it is not deleted.
    tenant MESSAGE_PLACE = "select t.conversation, t.deleted_at is null, c.number is not null from message t
        left join conversation c on c.ws = t.ws and c.number = t.conversation where t.ws = $1 and t.id = $2";
}
