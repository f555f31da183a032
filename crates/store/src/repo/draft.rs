//! Message drafts.

use parlor_model::draft::Draft;
use parlor_model::error::ForbiddenReason;
use parlor_model::id::MessageId;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::{Error, Metadata, Result};

use crate::sql::draft as sql;
use crate::{Row, Tx, params};

/// Inserts or updates a draft.
///
/// # Errors
/// `Forbidden` if another conversation has meanwhile got a draft with this id.
pub fn save(tx: &mut dyn Tx, ws: i64, draft: &Draft) -> Result<()> {
    let details = draft.details.to_text()?;
    let metadata = draft.metadata.to_text();
    let kept = tx.execute(
        &sql::PUT,
        params![
            ws,
            &draft.id,
            draft.conversation,
            draft.author,
            draft.role.as_str(),
            details.as_deref().unwrap_or("{}"),
            &metadata,
            draft.updated_at
        ],
    )?;
    if kept == 0 {
        return Err(Error::forbidden(ForbiddenReason::NotOwn));
    }
    Ok(())
}

/// Finds a draft by id, in any conversation.
pub fn find(tx: &mut dyn Tx, ws: i64, id: MessageId) -> Result<Option<Draft>> {
    tx.query_one(&sql::BY_ID, params![ws, &id], from_row)
}

/// Finds a draft by id, with the size of its details and metadata in bytes.
pub fn find_with_size(tx: &mut dyn Tx, ws: i64, id: MessageId) -> Result<Option<(Draft, usize)>> {
    tx.query_one(&sql::BY_ID, params![ws, &id], |row| {
        let bytes = row.text(4)?.len() + row.text(5)?.len();
        Ok((from_row(row)?, bytes))
    })
}

/// Returns the ids of a conversation's drafts, oldest first.
pub fn list_ids(tx: &mut dyn Tx, ws: i64, conversation: i64, limit: i64) -> Result<Vec<MessageId>> {
    tx.query_all(&sql::IDS, params![ws, conversation, limit], |row| row.id(0))
}

/// Returns whether a draft exists in a conversation.
pub(crate) fn exists_in_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    id: MessageId,
) -> Result<bool> {
    let found = find(tx, ws, id)?;
    Ok(found.is_some_and(|draft| draft.conversation == conversation))
}

/// Deletes a draft from a conversation, if it exists.
pub fn delete(tx: &mut dyn Tx, ws: i64, conversation: i64, id: MessageId) -> Result<()> {
    tx.execute(&sql::END, params![ws, conversation, &id])
        .map(drop)
}

fn from_row(row: &dyn Row) -> Result<Draft> {
    Ok(Draft {
        id: row.id(0)?,
        conversation: row.int(1)?,
        author: row.opt_int(2)?,
        role: row.enum_value(3, MessageRole::from_name)?,
        details: MessageDetails::from_text(Some(row.text(4)?)),
        metadata: Metadata::from_text(row.text(5)?),
        created_at: row.time(6)?,
        updated_at: row.time(7)?,
    })
}
