//! A member's own conversation list.

use parlor_model::conversation::{ConversationKind, ConversationState};
use parlor_model::conversation_list_item::{
    ConversationListItem, LastMessage, ListCursor, ListItemChange,
};
use parlor_model::message::MessageRole;
use parlor_model::participant::{ParticipantState, UnreadTotals};
use parlor_model::redacted::Redacted;
use parlor_model::{Result, Timestamp};

use super::member::{read_opt_ref, read_ref};
use super::param::{like_pattern, to_json_array};
use crate::sql::conversation_list_item as sql;
use crate::visibility::OwnListScope;
use crate::{Row, Tx, params};

/// Page of a member's own list.
#[derive(Debug, Clone, Copy)]
pub struct ListItemWindow<'a> {
    /// Part of the title or name.
    pub keyword: Option<&'a str>,
    /// Only this conversation, by number.
    pub only: Option<i64>,
    /// Only rows strictly after this position.
    pub after: Option<ListCursor>,
    /// Maximum number of rows.
    pub limit: i64,
}

/// Returns one page of the conversations in which a member participates or participated, without hidden ones. Untitled
/// ones have the names of up to `others` other participants.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    own: OwnListScope,
    window: &ListItemWindow<'_>,
    others: i64,
) -> Result<Vec<ConversationListItem>> {
    let keyword = window.keyword.map(like_pattern);
    let pinned = window
        .after
        .map(|cursor| cursor.pinned_at.map_or(0, Timestamp::micros));
    let rows = tx.query_all(
        &sql::PAGE,
        params![
            ws,
            own.member,
            &keyword,
            window.only,
            pinned,
            window.after.map(|cursor| cursor.active_at),
            window.after.map(|cursor| cursor.number),
            window.limit,
            own.includes_direct,
            own.thread_role
        ],
        from_row,
    )?;
    add_participant_names(tx, ws, own.member, rows, others)
}

/// Returns the list items of the given conversations; those not in the list are left out.
pub fn find_many(
    tx: &mut dyn Tx,
    ws: i64,
    own: OwnListScope,
    numbers: &[i64],
    others: i64,
) -> Result<Vec<ConversationListItem>> {
    let numbers = to_json_array(numbers);
    let rows = tx.query_all(
        &sql::SOME,
        params![
            ws,
            own.member,
            &numbers,
            own.includes_direct,
            own.thread_role
        ],
        from_row,
    )?;
    add_participant_names(tx, ws, own.member, rows, others)
}

/// Returns the time of the last change of each of a member's conversations, by number, after the given number.
pub fn list_changes(
    tx: &mut dyn Tx,
    ws: i64,
    own: OwnListScope,
    after: i64,
    limit: i64,
) -> Result<Vec<ListItemChange>> {
    tx.query_all(
        &sql::STIRRED,
        params![
            ws,
            own.member,
            after,
            limit,
            own.includes_direct,
            own.thread_role
        ],
        |row| {
            let changed = row.time(4)?.max(row.time(5)?);
            Ok(ListItemChange {
                number: row.int(0)?,
                id: row.id(1)?,
                membership: row.enum_value(2, ParticipantState::from_name)?,
                listed: row.bool(3)?,
                at: row.opt_time(6)?.map_or(changed, |read| changed.max(read)),
            })
        },
    )
}

/// Returns the pairs (conversation, member) among the given numbers in which the member participates or participated.
pub fn affected_members(
    tx: &mut dyn Tx,
    ws: i64,
    conversations: &[i64],
    members: &[i64],
) -> Result<Vec<(i64, i64)>> {
    tx.query_all(
        &sql::CONCERNED,
        params![ws, &to_json_array(conversations), &to_json_array(members)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

/// Adds the names of other participants to untitled conversations.
fn add_participant_names(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    mut rows: Vec<ConversationListItem>,
    others: i64,
) -> Result<Vec<ConversationListItem>> {
    let untitled = rows
        .iter_mut()
        .filter(|row| row.title.is_none() && row.kind != ConversationKind::Direct);
    for row in untitled {
        row.others = tx.query_all(
            &sql::OTHERS,
            params![ws, row.number, member, others],
            |row| read_ref(row, 0),
        )?;
    }
    Ok(rows)
}

/// Returns the unread totals over all open conversations of a member, from one statement.
pub fn unread_totals(tx: &mut dyn Tx, ws: i64, own: OwnListScope) -> Result<UnreadTotals> {
    let found = tx.query_one(
        &sql::TOTALS,
        params![ws, own.member, own.includes_direct, own.thread_role],
        |row| {
            Ok(UnreadTotals {
                unread: row.int(0)?,
                mentions: row.int(1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

fn from_row(row: &dyn Row) -> Result<ConversationListItem> {
    let number = row.int(0)?;
    let last = match row.opt_enum_value(12, MessageRole::from_name)? {
        None => None,
        Some(role) => Some(LastMessage {
            role,
            subtype: row.opt_string(13)?,
            text: Redacted(row.opt_string(14)?.unwrap_or_default()),
            at: row.time(15)?,
        }),
    };
    Ok(ConversationListItem {
        number,
        id: row.id(1)?,
        kind: row.enum_value(2, ConversationKind::from_name)?,
        state: row.enum_value(3, ConversationState::from_name)?,
        title: row.opt_string(4)?,
        others: Vec::new(),
        icon: row.string(5)?,
        membership: row.enum_value(6, ParticipantState::from_name)?,
        muted: row.bool(7)?,
        cursor: ListCursor {
            pinned_at: row.opt_time(8)?,
            active_at: row.time(9)?,
            number,
        },
        unread: row.int(10)?,
        mentions: row.int(11)?,
        last,
        peer: read_opt_ref(row, 16)?,
        last_seq: row.int(22)?,
        created_at: row.time(23)?,
    })
}
