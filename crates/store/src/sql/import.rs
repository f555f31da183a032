//! Rows that keep the ids and times they had elsewhere.

use crate::statement::statements;

statements! {
    /// What in the workspace has an id already.
    tenant OWNERS = "select 'member' from member where ws = $1 and id = $2
        union all select 'space' from space where ws = $1 and id = $2
        union all select 'conversation' from conversation where ws = $1 and id = $2";
    /// Makes a contact; nothing comes back when one of its unique names is taken.
    tenant INSERT_CONTACT = "insert into member (ws, id, kind, handle, fingerprint, name, description, email, phone, nick, preferences,
            metadata, verified_at, created_at, updated_at)
        values ($1, $2, 'contact', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict do nothing returning number";
    /// Writes what a backup knows of a member.
    tenant UPDATE_CONTACT = "update member set fingerprint = $3, name = $4, description = $5, email = $6, phone = $7, nick = $8,
            preferences = $9, metadata = $10, verified_at = $11, created_at = $12, updated_at = $13
        where ws = $1 and number = $2";
    /// Makes a space; nothing comes back when its alias is taken.
    tenant INSERT_SPACE = "insert into space (ws, id, name, description, contact, alias, blueprint, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning number";
    /// Writes what a backup knows of a space.
    tenant UPDATE_SPACE = "update space set name = $3, description = $4, contact = $5, alias = $6, blueprint = $7, metadata = $8,
            created_at = $9, updated_at = $10
        where ws = $1 and number = $2";
}
