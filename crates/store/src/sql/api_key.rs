//! API keys.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "k.id, k.name, k.hint, m.id, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at, k.number, m.number
         from api_key k left join member m on m.ws = k.ws and m.number = k.member"
    };
}

macro_rules! active {
    () => {
        "select k.id, k.scopes, k.expires_at, w.number, w.id, o.id,
            m.number, m.id, m.kind, m.role, m.scopes, k.number, k.last_used_at
        from api_key k
        join workspace w on w.number = k.ws
        join organization o on o.number = w.organization
        left join member m on m.ws = k.ws and m.number = k.member"
    };
}

statements! {
    /// Inserts a key.
    tenant INSERT = "insert into api_key (ws, id, hash, hint, name, member, scopes, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning number";
    /// Unrevoked key with this hash, unless its member is archived, with its workspace and member. Global: the key
    /// determines the workspace.
    global FIND_BY_HASH = concat!(active!(), " where k.hash = $1 and k.revoked_at is null and m.archived_at is null");
    /// Unrevoked key with this id, unless its member is archived, with its workspace and member.
    tenant FIND_BY_ID = concat!(active!(), " where k.ws = $1 and k.id = $2 and k.revoked_at is null and m.archived_at is null");
    /// The workspace's keys, oldest first.
    tenant LIST = concat!("select ", columns!(), " where k.ws = $1 order by k.number");
    /// One page of unrevoked keys by offset, oldest first.
    tenant PAGE = concat!("select ", columns!(), " where k.ws = $1 and k.revoked_at is null order by k.number limit $2 offset $3");
    /// Total number of rows.
    tenant COUNT = "select cast(count(*) as bigint) from api_key where ws = $1 and revoked_at is null";
    /// Unrevoked key by id.
    tenant BY_ID = concat!("select ", columns!(), " where k.ws = $1 and k.id = $2 and k.revoked_at is null");
    /// Unrevoked key by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where k.ws = $1 and k.number = $2 and k.revoked_at is null");
    /// Revokes a key.
    tenant REVOKE = "update api_key set revoked_at = $3 where ws = $1 and id = $2 and revoked_at is null";
    /// Ends an unrevoked key at a time, unless it ends earlier.
    tenant EXPIRE = "update api_key set expires_at = $3 where ws = $1 and id = $2 and revoked_at is null
        and (expires_at is null or expires_at > $3)";
    /// Records a use.
    tenant TOUCH = "update api_key set last_used_at = $3 where ws = $1 and id = $2
        and coalesce(last_used_at, 0) <= $4";
}
