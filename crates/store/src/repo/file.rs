//! Files and their contents.

use parlor_model::file::{Content, ContentHash, File, Location};
use parlor_model::id::{FileId, IdOrNumber, MessageId, kind};
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Id, Result, Timestamp};
use uuid::Uuid;

use crate::sql::file as sql;
use crate::{Row, Tx, params};

/// Place of a file.
#[derive(Debug, Clone, Copy)]
pub enum FileLocation<'a> {
    /// Path in the space with this number; an existing file at the path is replaced.
    Space(i64, &'a str),
    /// Name in the conversation with this number.
    Conversation(i64, &'a str),
}

/// Row of a new file.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewFileRow<'a> {
    pub id: FileId,
    pub location: FileLocation<'a>,
    pub media_type: Option<&'a str>,
    pub content: i64,
}

/// A file of a message, whose bytes are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessageFile {
    /// Its name.
    pub name: Redacted<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Where its bytes are, unless another file of the workspace has the same.
    pub location: Location,
    /// Hash of its bytes.
    pub hash: ContentHash,
    /// Number of its bytes.
    pub size: i64,
    /// It is the mail that its message was read from, whole.
    pub is_original: bool,
}

/// A file by its id, or by its row number.
pub type FileKey = IdOrNumber<kind::File>;

/// Claims the content with a hash for one more file: the existing one, or a new one whose bytes are at this location.
pub fn claim_hash(
    tx: &mut dyn Tx,
    location: Location,
    hash: ContentHash,
    size: i64,
) -> Result<Content> {
    let ws = location.ws;
    let bytes = hash.0.as_slice();
    let at = tx.next_stamp().at;
    let id = Id::<()>::new(location.id);
    // One statement: two transactions may store the same bytes at once.
    tx.execute(&sql::CLAIM_HASH, params![ws, bytes, size, &id, at])?;
    let found = tx.query_one(&sql::OF_HASH, params![ws, bytes], |row| {
        read_content(row, ws, 0)
    })?;
    found.ok_or_else(|| Error::internal("a content that was just claimed is gone"))
}

/// Claims a content for one more file.
pub fn claim(tx: &mut dyn Tx, ws: i64, content: i64) -> Result<()> {
    tx.execute(&sql::CLAIM, params![ws, content]).map(drop)
}

/// Lists unreferenced contents after a number.
pub fn unused(tx: &mut dyn Tx, ws: i64, after: i64, limit: i64) -> Result<Vec<Content>> {
    tx.query_all(&sql::UNUSED, params![ws, after, limit], |row| {
        read_content(row, ws, 0)
    })
}

/// Deletes an unreferenced content, unless it was claimed since it was read. Returns whether it was deleted.
pub fn discard(tx: &mut dyn Tx, content: &Content) -> Result<bool> {
    let ws = content.location.ws;
    let removed = tx.execute(&sql::DISCARD, params![ws, content.number, content.claims])?;
    Ok(removed > 0)
}

/// Returns whether a content has its bytes at a location.
pub fn is_location_used(tx: &mut dyn Tx, location: Location) -> Result<bool> {
    let id = Id::<()>::new(location.id);
    let found = tx.query_one(&sql::AT_LOCATION, params![location.ws, &id], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Inserts or replaces a file whose content is already claimed for it, and returns the time.
pub fn put(tx: &mut dyn Tx, ws: i64, new: &NewFileRow<'_>) -> Result<Timestamp> {
    let at = tx.next_stamp().at;
    let (statement, owner, path) = match new.location {
        FileLocation::Space(number, path) => (&sql::PUT, number, path),
        FileLocation::Conversation(number, name) => (&sql::ATTACH, number, name),
    };
    tx.execute(
        statement,
        params![ws, &new.id, owner, path, new.media_type, new.content, at],
    )?;
    Ok(at)
}

/// Inserts a file of a message whose bytes are stored, with a new id.
pub fn attach_to_message(
    tx: &mut dyn Tx,
    (ws, conversation): (i64, i64),
    message: MessageId,
    file: &NewMessageFile,
) -> Result<()> {
    let content = claim_hash(tx, file.location, file.hash, file.size)?;
    insert_for_message(tx, (ws, conversation), message, file, content.number)
}

fn insert_for_message(
    tx: &mut dyn Tx,
    (ws, conversation): (i64, i64),
    message: MessageId,
    file: &NewMessageFile,
    content: i64,
) -> Result<()> {
    let stamp = tx.next_stamp();
    let id: FileId = stamp.id();
    let values = params![
        ws,
        &id,
        conversation,
        file.name.as_str(),
        file.media_type.as_deref(),
        content,
        stamp.at,
        &message,
        file.is_original
    ];
    tx.execute(&sql::ATTACH_TO_MESSAGE, values).map(drop)
}

/// Gives a file of a conversation to a message; one that belongs to another message is copied. Does nothing if it is gone.
pub fn give_to_message(
    tx: &mut dyn Tx,
    (ws, conversation): (i64, i64),
    message: MessageId,
    id: FileId,
) -> Result<()> {
    let values = params![ws, conversation, &id, &message];
    if tx.execute(&sql::GIVE_TO_MESSAGE, values)? > 0 {
        return Ok(());
    }
    let Some(found) = attached(tx, ws, conversation, IdOrNumber::Id(id))? else {
        return Ok(());
    };
    claim(tx, ws, found.content.number)?;
    let copy = NewMessageFile {
        name: Redacted(found.path),
        media_type: found.media_type,
        location: found.content.location,
        hash: found.content.hash,
        size: found.content.size,
        is_original: false,
    };
    insert_for_message(tx, (ws, conversation), message, &copy, found.content.number)
}

/// Lists files of a message, in the order in which they were stored.
pub fn of_message(tx: &mut dyn Tx, ws: i64, message: MessageId, limit: i64) -> Result<Vec<File>> {
    tx.query_all(&sql::OF_MESSAGE, params![ws, &message, limit], |row| {
        read(row, ws)
    })
}

/// Deletes the files of a message.
pub fn delete_of_message(tx: &mut dyn Tx, ws: i64, message: MessageId) -> Result<u64> {
    tx.execute(&sql::DELETE_OF_MESSAGE, params![ws, &message])
}

/// Finds the file at a path of a space.
pub fn at_path(tx: &mut dyn Tx, ws: i64, space: i64, path: &str) -> Result<Option<File>> {
    tx.query_one(&sql::AT_PATH, params![ws, space, path], |row| read(row, ws))
}

/// Finds the space and the path of the file with an id.
pub fn find_location(
    tx: &mut dyn Tx,
    ws: i64,
    id: FileId,
) -> Result<Option<(Option<i64>, String)>> {
    tx.query_one(&sql::PLACE_OF_ID, params![ws, &id], |row| {
        Ok((row.opt_int(0)?, row.string(1)?))
    })
}

/// Lists files of a space after a path, ordered by path, and before another path if one is given.
pub fn below(
    tx: &mut dyn Tx,
    (ws, space): (i64, i64),
    after: &str,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<File>> {
    tx.query_all(
        &sql::BELOW,
        params![ws, space, after, before, limit],
        |row| read(row, ws),
    )
}

/// Finds a file of a conversation.
pub fn attached(tx: &mut dyn Tx, ws: i64, conversation: i64, key: FileKey) -> Result<Option<File>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::ATTACHED, params![ws, conversation, &id], |row| {
            read(row, ws)
        }),
        IdOrNumber::Number(number) => {
            let values = params![ws, conversation, number];
            tx.query_one(&sql::ATTACHED_NUMBER, values, |row| read(row, ws))
        }
    }
}

/// Finds a file of any conversation.
pub fn of_any_conversation(tx: &mut dyn Tx, ws: i64, id: FileId) -> Result<Option<File>> {
    tx.query_one(&sql::OF_ANY_CONVERSATION, params![ws, &id], |row| {
        read(row, ws)
    })
}

/// Lists files of a conversation after one, oldest first.
pub fn attachments(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    after: FileId,
    limit: i64,
) -> Result<Vec<File>> {
    tx.query_all(
        &sql::ATTACHMENTS,
        params![ws, conversation, &after, limit],
        |row| read(row, ws),
    )
}

/// Lists a page of the files of a conversation, oldest first.
pub fn attachment_page(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    limit: i64,
    offset: i64,
) -> Result<Vec<File>> {
    let values = params![ws, conversation, limit, offset];
    tx.query_all(&sql::ATTACHMENT_PAGE, values, |row| read(row, ws))
}

/// Counts the files of a conversation.
pub fn count_attachments(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<i64> {
    tx.query_count(&sql::COUNT_ATTACHMENTS, params![ws, conversation])
}

/// Changes the path of a file. The new path must be free.
pub fn rename(tx: &mut dyn Tx, ws: i64, number: i64, path: &str) -> Result<()> {
    let at = tx.next_stamp().at;
    tx.execute(&sql::MOVE, params![ws, number, path, at])
        .map(drop)
}

/// Deletes a file; its content stays until it is discarded.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

/// Deletes the files of a space between two paths, both exclusive, and returns their count.
pub fn delete_below(
    tx: &mut dyn Tx,
    (ws, space): (i64, i64),
    after: &str,
    before: &str,
) -> Result<u64> {
    tx.execute(&sql::DELETE_BELOW, params![ws, space, after, before])
}

/// Deletes all files of a space and returns their count.
pub fn delete_of_space(tx: &mut dyn Tx, ws: i64, space: i64) -> Result<u64> {
    tx.execute(&sql::DELETE_OF_SPACE, params![ws, space])
}

/// Inserts a chunk of bytes.
pub fn add_chunk(tx: &mut dyn Tx, location: Location, index: i64, bytes: &[u8]) -> Result<()> {
    let at = tx.next_stamp().at;
    let id = Id::<()>::new(location.id);
    tx.execute(&sql::ADD_CHUNK, params![location.ws, &id, index, bytes, at])
        .map(drop)
}

/// Finds a chunk of bytes.
pub fn chunk(tx: &mut dyn Tx, location: Location, index: i64) -> Result<Option<Vec<u8>>> {
    let id = Id::<()>::new(location.id);
    tx.query_one(&sql::CHUNK, params![location.ws, &id, index], |row| {
        row.bytes(0).map(<[u8]>::to_vec)
    })
}

/// Deletes all chunks of a location.
pub fn delete_chunks(tx: &mut dyn Tx, location: Location) -> Result<()> {
    let id = Id::<()>::new(location.id);
    tx.execute(&sql::DELETE_CHUNKS, params![location.ws, &id])
        .map(drop)
}

/// Lists locations whose first chunk is older than a time and that belong to no content.
pub fn stray_chunks(
    tx: &mut dyn Tx,
    ws: i64,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Location>> {
    tx.query_all(&sql::STRAY_CHUNKS, params![ws, before, limit], |row| {
        location(row, ws, 0)
    })
}

fn location(row: &dyn Row, ws: i64, column: usize) -> Result<Location> {
    let id: Uuid = row.id::<()>(column)?.uuid();
    Ok(Location { ws, id })
}

fn read_content(row: &dyn Row, ws: i64, first: usize) -> Result<Content> {
    let hash = row.bytes(first + 1)?.try_into();
    Ok(Content {
        number: row.int(first)?,
        hash: ContentHash(hash.map_err(|_| Error::internal("a hash has another length"))?),
        size: row.int(first + 2)?,
        location: location(row, ws, first + 3)?,
        claims: row.int(first + 4)?,
    })
}

fn read(row: &dyn Row, ws: i64) -> Result<File> {
    Ok(File {
        number: row.int(0)?,
        id: row.id(1)?,
        path: row.string(2)?,
        media_type: row.opt_string(3)?,
        updated_at: row.time(4)?,
        content: read_content(row, ws, 5)?,
        message: row.opt_id(10)?,
        is_original: row.bool(11)?,
    })
}
