//! Audit trail.

use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Id, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::sql::audit as sql;
use crate::{Tx, params};

/// Audited act, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Action name.
    pub action: String,
    /// Kind of the affected entity.
    pub noun: String,
    /// Id of the affected entity.
    pub id: Uuid,
    /// Counts and settings as a JSON object; never names, addresses or text.
    pub detail: String,
}

/// Inserts an audit row in the transaction of the act. The detail holds counts and settings only.
pub fn insert(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    action: &str,
    noun: EntityKind,
    id: Uuid,
    detail: &Value,
) -> Result<()> {
    let at = tx.next_stamp().at;
    let detail = detail.to_string();
    let (id, request): (Id<()>, Id<()>) = (Id::new(id), Id::new(ctx.request));
    let actor = ctx.actor.map(|actor| actor.id);
    tx.execute(
        &sql::INSERT,
        params![
            ctx.ws(),
            at,
            action,
            noun.as_str(),
            &id,
            actor.as_ref(),
            ctx.key.as_ref(),
            &request,
            &detail
        ],
    )
    .map(drop)
}

/// Returns the newest acts.
pub fn list(tx: &mut dyn Tx, ws: i64, limit: i64) -> Result<Vec<AuditEntry>> {
    tx.query_all(&sql::LIST, params![ws, limit], |row| {
        Ok(AuditEntry {
            action: row.string(1)?,
            noun: row.string(2)?,
            id: row.id::<()>(3)?.uuid(),
            detail: row.string(4)?,
        })
    })
}
