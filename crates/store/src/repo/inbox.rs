//! Email inboxes of a workspace.

use parlor_model::id::{ConversationId, IdOrNumber, InboxId};
use parlor_model::inbox::{Inbox, InboxKey};
use parlor_model::{Error, Result};

use crate::sql::phone_number as sql;
use crate::{Row, Tx, params};

/// Row of a new inbox; the workflow is a row number.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewInboxRow<'a> {
    pub slug: &'a str,
    pub name: Option<&'a str>,
    pub address: &'a str,
    pub workflow: Option<i64>,
    pub is_default: bool,
    pub footer: Option<&'a str>,
    pub rules: &'a [serde_json::Value],
}

/// Inserts an inbox; `None` if its slug or address is in use.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &NewInboxRow<'_>) -> Result<Option<Inbox>> {
    let stamp = tx.next_stamp();
    let id: InboxId = stamp.id();
    let rules = rules_text(new.rules)?;
    let number = tx.query_one(
        &sql::INSERT_INBOX,
        params![
            ws,
            &id,
            new.slug,
            new.name,
            new.address,
            new.workflow,
            new.is_default,
            stamp.at,
            new.footer,
            &rules
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| Inbox {
        number,
        id,
        slug: new.slug.to_owned(),
        name: new.name.map(str::to_owned),
        address: new.address.to_owned(),
        workflow: new.workflow,
        footer: new.footer.map(str::to_owned),
        rules: new.rules.to_vec(),
        is_default: new.is_default,
        archived_at: None,
        created_at: stamp.at,
    }))
}

/// Finds one by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: InboxKey) -> Result<Option<Inbox>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::INBOX_BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => {
            tx.query_one(&sql::INBOX_BY_NUMBER, params![ws, number], from_row)
        }
    }
}

/// Finds one by its normalized address, including archived ones.
pub fn find_by_address(tx: &mut dyn Tx, ws: i64, address: &str) -> Result<Option<Inbox>> {
    tx.query_one(&sql::INBOX_BY_ADDRESS, params![ws, address], from_row)
}

/// Returns the numbers of the workspaces that have an active inbox with a normalized address, two at most.
pub fn list_workspaces(tx: &mut dyn Tx, address: &str) -> Result<Vec<i64>> {
    tx.query_all(&sql::INBOX_OWNERS, params![address], |row| row.int(0))
}

/// Locks an inbox until the transaction ends: others that lock it wait.
pub fn lock(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::LOCK_INBOX, params![ws, number]).map(drop)
}

/// Finds an open chat over mail, with its subject.
pub fn find_open_chat(
    tx: &mut dyn Tx,
    ws: i64,
    id: ConversationId,
) -> Result<Option<(i64, Option<i64>)>> {
    tx.query_one(&sql::INBOX_CHAT_BY_ID, params![ws, &id], |row| {
        Ok((row.int(0)?, row.opt_int(1)?))
    })
}

/// Returns a member's newest open chats over an inbox, with their titles unless the server has chosen them.
pub fn list_open_chats(
    tx: &mut dyn Tx,
    ws: i64,
    subject: i64,
    inbox: i64,
) -> Result<Vec<(i64, Option<String>)>> {
    let params = params![ws, subject, inbox];
    tx.query_all(&sql::INBOX_OPEN_CHATS, params, |row| {
        Ok((row.int(0)?, row.opt_string(1)?))
    })
}

/// Stores the `Message-ID` of the last mail that was received in a conversation.
pub fn set_last_mail(tx: &mut dyn Tx, ws: i64, conversation: i64, id: &str) -> Result<()> {
    tx.execute(&sql::SET_LAST_MAIL, params![ws, conversation, id])
        .map(drop)
}

/// Returns the `Message-ID` of the last mail that was received in a conversation.
pub fn find_last_mail(tx: &mut dyn Tx, ws: i64, conversation: i64) -> Result<Option<String>> {
    let found = tx.query_one(&sql::LAST_MAIL, params![ws, conversation], |row| {
        row.opt_string(0)
    })?;
    Ok(found.flatten())
}

/// Returns whether a chat of a member over mail, open or not, has the member's message with this client id.
pub fn has_message(tx: &mut dyn Tx, ws: i64, subject: i64, client_id: &str) -> Result<bool> {
    let params = params![ws, subject, client_id];
    let found = tx.query_one(&sql::INBOX_CHAT_WITH_MESSAGE, params, |_| Ok(()))?;
    Ok(found.is_some())
}

/// Finds the default inbox, or the only one.
pub fn find_default(tx: &mut dyn Tx, ws: i64) -> Result<Option<Inbox>> {
    let mut found = tx.query_all(&sql::INBOX_CANDIDATES, params![ws], from_row)?;
    let is_clear = found.len() == 1 || found.first().is_some_and(|first| first.is_default);
    Ok(is_clear.then(|| found.swap_remove(0)))
}

/// Returns one page by offset, oldest first, and the total number of rows.
pub fn page(tx: &mut dyn Tx, ws: i64, limit: i64, offset: i64) -> Result<(Vec<Inbox>, i64)> {
    let rows = tx.query_all(&sql::INBOX_PAGE, params![ws, limit, offset], from_row)?;
    Ok((rows, tx.query_count(&sql::INBOX_COUNT, params![ws])?))
}

/// Returns whether another inbox has this slug.
pub fn slug_exists(tx: &mut dyn Tx, ws: i64, slug: &str, except: i64) -> Result<bool> {
    Ok(tx
        .query_one(
            &sql::INBOX_SLUG_TAKEN,
            params![ws, slug, except],
            |_| Ok(()),
        )?
        .is_some())
}

/// Returns whether another inbox has this address.
pub fn address_exists(tx: &mut dyn Tx, ws: i64, address: &str, except: i64) -> Result<bool> {
    let found = tx.query_one(
        &sql::INBOX_ADDRESS_TAKEN,
        params![ws, address, except],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Writes all mutable columns.
pub fn update(tx: &mut dyn Tx, ws: i64, inbox: &Inbox) -> Result<()> {
    let rules = rules_text(&inbox.rules)?;
    tx.execute(
        &sql::UPDATE_INBOX,
        params![
            ws,
            inbox.number,
            &inbox.slug,
            &inbox.name,
            &inbox.address,
            inbox.workflow,
            inbox.is_default,
            &inbox.footer,
            &rules
        ],
    )
    .map(drop)
}

/// Clears the default flag of all other rows.
pub fn clear_other_defaults(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::YIELD_INBOX, params![ws, number]).map(drop)
}

/// Clears it in workflow drafts and deletes it.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::FORGET_INBOX, params![ws, number])?;
    tx.execute(&sql::DELETE_INBOX, params![ws, number])
        .map(drop)
}

fn rules_text(rules: &[serde_json::Value]) -> Result<String> {
    serde_json::to_string(rules).map_err(Error::internal)
}

fn from_row(row: &dyn Row) -> Result<Inbox> {
    Ok(Inbox {
        number: row.int(0)?,
        id: row.id(1)?,
        slug: row.string(2)?,
        name: row.opt_string(3)?,
        address: row.string(4)?,
        workflow: row.opt_int(5)?,
        is_default: row.bool(6)?,
        archived_at: row.opt_time(7)?,
        created_at: row.time(8)?,
        footer: row.opt_string(9)?,
        rules: serde_json::from_str(row.text(10)?).map_err(Error::internal)?,
    })
}
