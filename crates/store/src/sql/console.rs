//! Links to the console, and its sessions.

use crate::statement::statements;

macro_rules! session {
    () => {
        "select id, api_key, member, token_epoch, created_at, used_at, expires_at from console_session"
    };
}

statements! {
    /// Inserts a link.
    tenant INSERT_LINK = "insert into console_link (ws, hash, member, token_epoch, expires_at) values ($1, $2, $3, $4, $5)";
    /// Uses up a link that has not expired.
    tenant REDEEM_LINK = "delete from console_link where ws = $1 and hash = $2 and expires_at > $3 returning member, token_epoch";
    /// Deletes expired links.
    tenant DELETE_EXPIRED_LINKS = "delete from console_link where ws = $1 and expires_at <= $2";
    /// The first member that owns the workspace.
    tenant FIRST_OWNER = "select id from member where ws = $1 and role = 'owner' and archived_at is null order by number limit 1";
    /// Inserts a session.
    tenant INSERT_SESSION = "insert into console_session
            (ws, id, hash, api_key, member, token_epoch, created_at, used_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
    /// Session with this hash.
    tenant FIND_SESSION = concat!(session!(), " where ws = $1 and hash = $2");
    /// Sessions of a key, newest first.
    tenant LIST_OF_KEY = concat!(session!(), " where ws = $1 and api_key = $2 order by id desc");
    /// Sessions of a member, newest first.
    tenant LIST_OF_MEMBER = concat!(session!(), " where ws = $1 and member = $2 order by id desc");
    /// Records a use.
    tenant TOUCH_SESSION = "update console_session set used_at = $3 where ws = $1 and id = $2 and used_at < $3";
    /// Ends a session.
    tenant DELETE_SESSION = "delete from console_session where ws = $1 and id = $2";
    /// Ends the sessions of a key.
    tenant DELETE_OF_KEY = "delete from console_session where ws = $1 and api_key = $2";
    /// Ends the sessions of a member.
    tenant DELETE_OF_MEMBER = "delete from console_session where ws = $1 and member = $2";
    /// Deletes sessions that have expired.
    tenant DELETE_EXPIRED_SESSIONS = "delete from console_session where ws = $1 and expires_at <= $2";
    /// Deletes sessions that were not used since a time.
    tenant DELETE_UNUSED_SESSIONS = "delete from console_session where ws = $1 and used_at <= $2";
}
