//! Files of messages that are still at a carrier. The jobs that fetch them find nothing if they are deleted.

use std::time::Duration;

use parlor_model::id::MessageId;
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result};

use super::job::{self, JobKind};
use crate::sql::remote_file as sql;
use crate::{Tx, params};

/// A file that its carrier hands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRemoteFile {
    /// Its address at the carrier.
    pub url: Redacted<String>,
    /// Its media type, as the carrier says.
    pub media_type: Option<String>,
}

/// A file that is still at its carrier.
#[derive(Debug, Clone)]
pub struct RemoteFile {
    /// Number of the conversation.
    pub conversation: i64,
    /// The message that it belongs to.
    pub message: MessageId,
    /// Address and media type.
    pub file: NewRemoteFile,
}

/// Inserts a file of a message, and the job that fetches it.
pub fn insert(
    tx: &mut dyn Tx,
    (ws, conversation): (i64, i64),
    message: MessageId,
    new: &NewRemoteFile,
) -> Result<()> {
    let at = tx.next_stamp().at;
    let media_type = new.media_type.as_deref();
    let values = params![ws, conversation, &message, new.url.as_str(), media_type, at];
    let number = tx.query_one(&sql::INSERT, values, |row| row.int(0))?;
    let number = number.ok_or_else(|| Error::internal("no number of a file"))?;
    job::insert(tx, JobKind::FetchFile, Some(ws), number, Duration::ZERO).map(drop)
}

/// Finds a file.
pub fn find(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<RemoteFile>> {
    tx.query_one(&sql::FIND, params![ws, number], |row| {
        Ok(RemoteFile {
            conversation: row.int(0)?,
            message: row.id(1)?,
            file: NewRemoteFile {
                url: Redacted(row.string(2)?),
                media_type: row.opt_string(3)?,
            },
        })
    })
}

/// Deletes a file. Returns whether it was there.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<bool> {
    let deleted = tx.execute(&sql::DELETE, params![ws, number])?;
    Ok(deleted > 0)
}

/// Deletes the files of a message. Of a fetch that ends at the same time nothing is left if this comes before the deletion of
/// the message's stored files.
pub fn delete_of_message(tx: &mut dyn Tx, ws: i64, message: MessageId) -> Result<()> {
    tx.execute(&sql::DELETE_OF_MESSAGE, params![ws, &message])
        .map(drop)
}
