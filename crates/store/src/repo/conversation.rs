//! Conversations, one at a time.

use std::collections::HashMap;

use parlor_model::bot_config::BotConfig;
use parlor_model::conversation::{
    Conversation, ConversationKey, ConversationKind, ConversationState, GroupProfile, Medium,
    ServiceConfig,
};
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::id::ConversationId;
use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Metadata, Result, Timestamp};

use super::member::read_opt_ref;
use super::param::to_json_array;
use super::{outbox, removal, search_index};
use crate::sql::{conversation as sql, file, participant, remote_file, vote};
use crate::{Row, SqlStatement, Tx, params};

/// Row of a new conversation; references are row numbers.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewConversationRow<'a> {
    pub kind: ConversationKind,
    pub space: Option<i64>,
    pub title: Option<&'a str>,
    pub title_is_automatic: bool,
    pub owner: Option<i64>,
    pub subject: Option<i64>,
    pub service: &'a ServiceConfig,
    pub group_profile: &'a GroupProfile,
    pub description: Option<&'a str>,
    pub responder: &'a str,
    pub metadata: &'a str,
}

/// Generated columns of a new conversation.
#[derive(Debug, Clone, Copy)]
pub struct InsertConversationResult {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ConversationId,
    /// Creation time.
    pub at: Timestamp,
}

/// Inserts a conversation whose log head is at 1: the caller must write that entry.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    new: &NewConversationRow<'_>,
) -> Result<InsertConversationResult> {
    tx.register_insert(ws)?;
    let stamp = tx.next_stamp();
    let id = stamp.id();
    let (service, profile) = (new.service, new.group_profile);
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.kind.as_str(),
            new.space,
            new.title,
            new.title_is_automatic,
            new.owner,
            new.subject,
            service.medium.as_str(),
            &service.category,
            service.is_test,
            service.site,
            service.workflow,
            service.workflow_version,
            service.assignment,
            service.phone_number,
            service.inbox,
            service.assistant_enabled,
            service.assistant,
            &service.chat_model,
            &service.realtime_model,
            &profile.icon,
            &profile.announcement,
            profile.announcement_pinned,
            profile.open_access,
            new.metadata,
            stamp.at,
            new.description,
            new.responder,
        ],
        |row| row.int(0),
    )?;
    let number = number.ok_or_else(|| Error::internal("conversation was not inserted"))?;
    Ok(InsertConversationResult {
        number,
        id,
        at: stamp.at,
    })
}

/// Finds a conversation by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: ConversationKey) -> Result<Option<Conversation>> {
    match key {
        ConversationKey::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        ConversationKey::Number(number) => {
            tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row)
        }
    }
}

/// Finds the header of a conversation.
pub fn find_header(
    tx: &mut dyn Tx,
    ws: i64,
    key: ConversationKey,
) -> Result<Option<ConversationHeader>> {
    let read = |row: &dyn Row| {
        Ok(ConversationHeader {
            number: row.int(0)?,
            id: row.id(1)?,
            kind: row.enum_value(2, ConversationKind::from_name)?,
            state: row.enum_value(3, ConversationState::from_name)?,
            title_is_automatic: row.bool(4)?,
            assistant: row.opt_int(5)?,
            assistant_answers: row.bool(6)? && !row.bool(7)?,
            owner: read_opt_ref(row, 8)?,
            subject: read_opt_ref(row, 14)?,
            medium: row.enum_value(20, Medium::from_name)?,
        })
    };
    match key {
        ConversationKey::Id(id) => tx.query_one(&sql::OUTLINE_BY_ID, params![ws, &id], read),
        ConversationKey::Number(number) => {
            tx.query_one(&sql::OUTLINE_BY_NUMBER, params![ws, number], read)
        }
    }
}

/// Newest `seq` of a conversation.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct LogHead {
    pub number: i64,
    pub kind: ConversationKind,
    pub id: ConversationId,
    pub last_seq: i64,
}

/// Finds the log head of a conversation.
pub fn find_head(tx: &mut dyn Tx, ws: i64, key: ConversationKey) -> Result<Option<LogHead>> {
    let read = |row: &dyn Row| {
        Ok(LogHead {
            number: row.int(0)?,
            kind: row.enum_value(1, ConversationKind::from_name)?,
            id: row.id(2)?,
            last_seq: row.int(3)?,
        })
    };
    match key {
        ConversationKey::Id(id) => tx.query_one(&sql::HEAD_BY_ID, params![ws, &id], read),
        ConversationKey::Number(number) => {
            tx.query_one(&sql::HEAD_BY_NUMBER, params![ws, number], read)
        }
    }
}

/// Returns the newest `seq`s of conversations, by number; deleted conversations are missing.
pub fn find_last_seqs(tx: &mut dyn Tx, ws: i64, numbers: &[i64]) -> Result<HashMap<i64, i64>> {
    let mut heads = HashMap::with_capacity(numbers.len());
    tx.query(
        &sql::HEADS,
        params![ws, &to_json_array(numbers)],
        &mut |row| {
            heads.insert(row.int(0)?, row.int(1)?);
            Ok(())
        },
    )?;
    Ok(heads)
}

/// Sets the assignment of a conversation.
pub fn set_assignment(tx: &mut dyn Tx, ws: i64, number: i64, assignment: i64) -> Result<()> {
    tx.execute(&sql::SET_ASSIGNMENT, params![ws, number, assignment])
        .map(drop)
}

/// Sets a title and clears the automatic flag.
pub(crate) fn set_title(tx: &mut dyn Tx, ws: i64, number: i64, title: &str) -> Result<()> {
    search_index::reindex_title(tx, ws, number, Some(title))?;
    tx.execute(&sql::SET_TITLE, params![ws, number, title])
        .map(drop)
}

/// Finds the announcement; `None` if the conversation does not exist.
pub(crate) fn find_announcement(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<String>> {
    tx.query_one(&sql::ANNOUNCEMENT, params![ws, number], |row| row.string(0))
}

/// Sets the announcement.
pub(crate) fn set_announcement(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    text: &str,
    pinned: bool,
) -> Result<()> {
    tx.execute(&sql::SET_ANNOUNCEMENT, params![ws, number, text, pinned])
        .map(drop)
}

/// Sets or clears the space of a conversation.
pub fn set_space(tx: &mut dyn Tx, ws: i64, number: i64, space: Option<i64>) -> Result<()> {
    tx.execute(&sql::SET_SPACE, params![ws, number, space])
        .map(drop)
}

/// Writes all mutable columns except the space and the group profile.
pub fn update(tx: &mut dyn Tx, ws: i64, conversation: &Conversation) -> Result<()> {
    search_index::reindex_title(tx, ws, conversation.number, conversation.title.as_deref())?;
    let at = tx.next_stamp().at;
    let (service, metadata) = (&conversation.service, conversation.metadata.to_text());
    let subject = conversation.subject.as_ref().map(|subject| subject.number);
    let responder = conversation.responder.to_text();
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            conversation.number,
            &conversation.title,
            conversation.title_is_automatic,
            conversation.state.as_str(),
            service.is_test,
            service.site,
            service.assistant_enabled,
            service.assistant,
            &service.chat_model,
            &service.realtime_model,
            service.paused,
            service.needs_response,
            &metadata,
            at,
            subject,
            &conversation.description,
            &responder,
        ],
    )
    .map(drop)
}

/// Writes the columns that the owner may change: owner, title, state and group profile.
pub fn update_group_profile(tx: &mut dyn Tx, ws: i64, conversation: &Conversation) -> Result<()> {
    search_index::reindex_title(tx, ws, conversation.number, conversation.title.as_deref())?;
    let (at, profile) = (tx.next_stamp().at, &conversation.group_profile);
    tx.execute(
        &participant::SET_CARD,
        params![
            ws,
            conversation.number,
            conversation.owner.as_ref().map(|owner| owner.number),
            &conversation.title,
            conversation.title_is_automatic,
            conversation.state.as_str(),
            &profile.icon,
            &profile.announcement,
            profile.announcement_pinned,
            profile.open_access,
            at
        ],
    )
    .map(drop)
}

/// Deletes a conversation with everything that belongs to it, and queues the deletion as a log update. The rows of a long
/// log are invisible from now on and are removed by a job (INV-63).
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    let parts: [&'static SqlStatement; 11] = [
        &remote_file::DELETE_OF_CONVERSATION,
        &file::DELETE_OF_CONVERSATION,
        &vote::DELETE_OF_CONVERSATION,
        &sql::DELETE_DRAFTS,
        &sql::DELETE_LABELS,
        &sql::DELETE_THREAD_ROLE,
        &sql::DELETE_THREAD_SUBJECT,
        &sql::DELETE_PAIR,
        &sql::CLEAR_DEFAULT,
        &sql::DETACH_ASSIGNMENTS,
        &sql::DELETE_PARTICIPANTS,
    ];
    for statement in parts {
        tx.execute(statement, params![ws, number])?;
    }
    // It waits for appends that hold the row, and none follows it.
    let last_seq = tx.query_one(&sql::DELETE, params![ws, number], |row| row.int(0))?;
    outbox::delete_of_conversation(tx, ws, number)?;
    if let Some(last_seq) = last_seq {
        removal::begin(tx, ws, number, last_seq)?;
    }
    tx.notify_log_update(LogUpdate {
        ws,
        conversation: number,
        seq: LogUpdate::DELETED,
    });
    Ok(())
}

/// Number of columns read by [`from_row`].
pub(super) const COLUMN_COUNT: usize = 46;

pub(super) fn from_row(row: &dyn Row) -> Result<Conversation> {
    Ok(Conversation {
        number: row.int(0)?,
        id: row.id(1)?,
        kind: row.enum_value(2, ConversationKind::from_name)?,
        state: row.enum_value(3, ConversationState::from_name)?,
        space: row.opt_id(4)?,
        title: row.opt_string(5)?,
        title_is_automatic: row.bool(6)?,
        service: ServiceConfig {
            medium: row.enum_value(7, Medium::from_name)?,
            category: row.opt_string(8)?,
            is_test: row.bool(9)?,
            site: row.opt_int(10)?,
            workflow: row.opt_int(11)?,
            workflow_version: row.opt_int(12)?,
            assignment: row.opt_int(13)?,
            phone_number: row.opt_int(14)?,
            inbox: row.opt_int(15)?,
            assistant_enabled: row.bool(16)?,
            assistant: row.opt_int(17)?,
            chat_model: row.opt_string(18)?,
            realtime_model: row.opt_string(19)?,
            paused: row.bool(20)?,
            needs_response: row.bool(21)?,
        },
        group_profile: GroupProfile {
            icon: row.string(22)?,
            announcement: row.string(23)?,
            announcement_pinned: row.bool(24)?,
            open_access: row.bool(25)?,
        },
        metadata: Metadata::from_text(row.text(26)?),
        last_seq: row.int(27)?,
        last_message_at: row.opt_time(28)?,
        created_at: row.time(29)?,
        updated_at: row.time(30)?,
        owner: read_opt_ref(row, 31)?,
        subject: read_opt_ref(row, 37)?,
        last_message_seq: row.opt_int(43)?,
        description: row.opt_string(44)?,
        responder: BotConfig::from_text(row.text(45)?),
    })
}
