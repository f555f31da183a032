//! Conversation lists that are sorted in memory: those of a member and those of a search.

use std::cmp::Ordering;
use std::collections::HashMap;

use parlor_model::Result;
use parlor_model::conversation::{Conversation, ConversationSort};
use parlor_model::keyset::SortOrder;

use super::ListWindow;
use crate::repo::conversation::from_row;
use crate::repo::param::to_json_array;
use crate::sql::listing as sql;
use crate::{Row, SqlStatement, SqlValue, Tx, params};

/// Sort keys of a conversation.
struct SortKeys {
    number: i64,
    created_at: i64,
    updated_at: i64,
    last_message_at: Option<i64>,
    title: Option<String>,
}

pub(super) fn page_of_member(
    tx: &mut dyn Tx,
    ws: i64,
    restrictions: &[SqlValue<'_>],
    member: i64,
    window: &ListWindow,
) -> Result<(Vec<Conversation>, i64)> {
    let mut all = restrictions.to_vec();
    all.push(member.into());
    sorted_page(tx, ws, &sql::KEYS_OF_MEMBER, &all, window)
}

pub(super) fn page_of_matches(
    tx: &mut dyn Tx,
    ws: i64,
    restrictions: &[SqlValue<'_>],
    window: &ListWindow,
) -> Result<(Vec<Conversation>, i64)> {
    sorted_page(tx, ws, &sql::KEYS_OF_FOUND, restrictions, window)
}

fn sorted_page(
    tx: &mut dyn Tx,
    ws: i64,
    statement: &'static SqlStatement,
    restrictions: &[SqlValue<'_>],
    window: &ListWindow,
) -> Result<(Vec<Conversation>, i64)> {
    let titled = window.sort == ConversationSort::Title;
    let mut keys = tx.query_all(statement, restrictions, |row: &dyn Row| {
        Ok(SortKeys {
            number: row.int(0)?,
            created_at: row.int(1)?,
            updated_at: row.int(2)?,
            last_message_at: row.opt_int(3)?,
            title: if titled { row.opt_string(4)? } else { None },
        })
    })?;
    keys.sort_unstable_by(|one, other| compare(one, other, window));
    let total = keys.len() as i64;
    let skipped = usize::try_from(window.offset).unwrap_or(usize::MAX);
    let taken = usize::try_from(window.limit).unwrap_or(0);
    let numbers: Vec<i64> = keys
        .iter()
        .skip(skipped)
        .take(taken)
        .map(|keys| keys.number)
        .collect();
    if numbers.is_empty() {
        return Ok((Vec::new(), total));
    }
    let mut rows: HashMap<i64, Conversation> = tx
        .query_all(&sql::WHOLE, params![ws, &to_json_array(&numbers)], from_row)?
        .into_iter()
        .map(|row| (row.number, row))
        .collect();
    // Conversations deleted between the two statements are left out.
    let page = numbers
        .iter()
        .filter_map(|number| rows.remove(number))
        .collect();
    Ok((page, total))
}

/// Compares like the `order by` clauses of the indexed lists.
fn compare(one: &SortKeys, other: &SortKeys, window: &ListWindow) -> Ordering {
    let directed = |ordering: Ordering| match window.order {
        SortOrder::Ascending => ordering,
        SortOrder::Descending => ordering.reverse(),
    };
    let ordering = match window.sort {
        ConversationSort::CreatedAt => directed(one.created_at.cmp(&other.created_at)),
        ConversationSort::UpdatedAt => directed(one.updated_at.cmp(&other.updated_at)),
        ConversationSort::LastMessageAt => {
            compare_missing_last(&one.last_message_at, &other.last_message_at, directed)
        }
        ConversationSort::Title => compare_missing_last(&one.title, &other.title, directed),
    };
    ordering.then_with(|| directed(one.number.cmp(&other.number)))
}

/// Rows without a value come last in either direction.
fn compare_missing_last<T: Ord>(
    one: &Option<T>,
    other: &Option<T>,
    directed: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => directed(one.cmp(other)),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}
