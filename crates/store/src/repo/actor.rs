//! Members that may act, as credentials find them, and the epochs of their tokens.

use parlor_model::Result;
use parlor_model::access::WorkspaceRole;
use parlor_model::ctx::Actor;
use parlor_model::id::MemberId;
use parlor_model::member::MemberKind;
use parlor_model::scope::Scopes;

use super::api_key::parse_scopes;
use crate::sql::member as sql;
use crate::{Row, Tx, params};

/// Member that may act, as found by a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorRow {
    /// Member.
    pub actor: Actor,
    /// Scopes beyond those of its role.
    pub scopes: Scopes,
    /// Token epoch; tokens of earlier epochs are invalid.
    pub token_epoch: i64,
}

/// Finds a member that may act, with its scopes.
pub fn find_actor_by_handle(tx: &mut dyn Tx, ws: i64, handle: &str) -> Result<Option<ActorRow>> {
    tx.query_one(&sql::ACTOR_BY_HANDLE, params![ws, handle], read_actor)
}

/// Finds a member that may act, with its scopes.
pub fn find_actor_by_id(tx: &mut dyn Tx, ws: i64, id: MemberId) -> Result<Option<ActorRow>> {
    tx.query_one(&sql::ACTOR_BY_ID, params![ws, &id], read_actor)
}

/// Sets the first token epoch of a new member. It differs from that of any earlier member with this handle: tokens name
/// a handle, whose member may have been deleted.
pub fn begin_token_epoch(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let epoch = tx.next_stamp().at.seconds();
    tx.execute(&sql::SET_TOKEN_EPOCH, params![ws, number, epoch])
        .map(drop)
}

/// Invalidates every token issued to a member.
pub fn advance_token_epoch(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::RAISE_TOKEN_EPOCH, params![ws, number, at])
        .map(drop)
}

fn read_actor(row: &dyn Row) -> Result<ActorRow> {
    let actor = Actor {
        number: row.int(0)?,
        id: row.id(1)?,
        kind: row.enum_value(2, MemberKind::from_name)?,
        role: row.opt_enum_value(3, WorkspaceRole::from_name)?,
    };
    Ok(ActorRow {
        actor,
        scopes: parse_scopes(row.text(4)?),
        token_epoch: row.int(5)?,
    })
}
