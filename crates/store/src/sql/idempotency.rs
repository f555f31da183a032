//! Stored responses under idempotency keys.

use crate::statement::statements;

statements! {
    /// Response under a key, unless it is older than a time.
    tenant FIND = "select fingerprint, answer from idempotency where ws = $1 and scope = $2 and key = $3 and created_at > $4";
    /// Inserts a response; an expired one is replaced.
    tenant INSERT = "insert into idempotency (ws, scope, key, fingerprint, answer, created_at) values ($1, $2, $3, $4, $5, $6)
        on conflict (ws, scope, key) do update set fingerprint = excluded.fingerprint, answer = excluded.answer,
            created_at = excluded.created_at";
    /// Deletes expired responses.
    tenant SWEEP = "delete from idempotency where ws = $1 and created_at <= $2";
}
