//! Statements that only PostgreSQL has.
#![allow(
    unreachable_pub,
    reason = "the macro declares for the catalogue, which is public"
)]

use crate::statement::statements;

statements! {
    /// Held by a transaction that inserts rows of ordered lists, until it ends. 1 is the family of these locks.
    global LOCK_SHARED = "select pg_advisory_xact_lock_shared(1, cast($1 as bigint)::int)";
    /// Waits for every holder of the shared one.
    global LOCK = "select pg_advisory_lock(1, cast($1 as bigint)::int)";
    /// Gives it back.
    global UNLOCK = "select pg_advisory_unlock(1, cast($1 as bigint)::int)";
    /// Position and state of a conversation whose row stays locked until the transaction ends.
    tenant HEAD_FOR_UPDATE = "select last_seq, state from conversation where ws = $1 and number = $2 for update";
    /// Inserts many messages, of many workspaces, at positions that were taken under their rows' locks.
    global INSERT_MESSAGES = "insert into message
        (ws, id, conversation, seq, author, role, form, text, metadata, client_id, created_at, updated_at)
        select ws, id, conversation, seq, author, role, form, text, metadata, client_id, at, at
        from json_to_recordset(cast($1 as text)::json) as entry(ws bigint, id uuid, conversation bigint, seq bigint,
            author bigint, role text, form text, text text, metadata text, client_id text, at bigint)
        returning id, number";
}
