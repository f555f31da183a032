//! Conversation lists.
//!
//! A workspace's list follows an index if there is one for its order, above all for the default order. Lists restricted
//! to a member or a search are short: their sort keys are read and sorted in memory, then the rows of the page are
//! read.

use std::collections::HashMap;

use parlor_model::Result;
use parlor_model::conversation::{
    Conversation, ConversationFilter, ConversationKind, ConversationSort, Medium,
};
use parlor_model::keyset::SortOrder;
use parlor_model::space::{SpaceConversation, SpaceConversationSortKey};

use super::conversation::from_row;
use super::param::to_json_array;
use super::search;
use crate::search_terms::SearchTerms;
use crate::sql::listing as sql;
use crate::visibility::{SpaceView, Visibility};
use crate::{SqlStatement, SqlValue, Tx, params};

mod in_memory;

/// Page of a sorted list by offset.
#[derive(Debug, Clone, Copy)]
pub struct ListWindow {
    /// Sort key.
    pub sort: ConversationSort,
    /// Direction.
    pub order: SortOrder,
    /// Maximum number of rows.
    pub limit: i64,
    /// Number of rows to skip.
    pub offset: i64,
}

/// Returns one page of the conversations that match the filter and are visible, and their total number.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    visibility: Visibility,
    filter: &ConversationFilter,
    window: &ListWindow,
) -> Result<(Vec<Conversation>, i64)> {
    let matches = search_matches(tx, ws, visibility, filter)?;
    let restrictions = restrictions(ws, visibility, filter, &matches);
    if matches.is_some() {
        return in_memory::page_of_matches(tx, ws, &restrictions, window);
    }
    // Owners and subjects participate, or did.
    if let Some(member) = filter.involving.or(filter.subject) {
        return in_memory::page_of_member(tx, ws, &restrictions, member, window);
    }
    let total = count(tx, ws, visibility, filter, &restrictions)?;
    let mut all = restrictions.to_vec();
    all.extend([SqlValue::Int(window.limit), SqlValue::Int(window.offset)]);
    Ok((tx.query_all(page_statement(window), &all, from_row)?, total))
}

/// Returns the newest conversations with numbers before `number` that match the filter and are visible.
pub fn page_before(
    tx: &mut dyn Tx,
    ws: i64,
    visibility: Visibility,
    filter: &ConversationFilter,
    number: i64,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let matches = search_matches(tx, ws, visibility, filter)?;
    let mut all = restrictions(ws, visibility, filter, &matches).to_vec();
    all.extend([SqlValue::Int(number), SqlValue::Int(limit)]);
    tx.query_all(&sql::BEFORE, &all, from_row)
}

fn count(
    tx: &mut dyn Tx,
    ws: i64,
    visibility: Visibility,
    filter: &ConversationFilter,
    restrictions: &[SqlValue<'_>],
) -> Result<i64> {
    let plain = ConversationFilter {
        archived: filter.archived,
        is_test: filter.is_test,
        kind: filter.kind,
        search: filter.search.clone(),
        ..ConversationFilter::default()
    };
    // The index of the default order covers these filters; all others read rows.
    if *filter != plain || visibility.thread_role.is_some() {
        return tx.query_count(&sql::COUNT, restrictions);
    }
    let kind = filter.kind.map(ConversationKind::as_str);
    let params = params![ws, filter.archived, filter.is_test, kind, visibility.viewer];
    let shared = tx.query_count(&sql::COUNT_PLAIN, &params[..4])?;
    match visibility.viewer {
        None => Ok(shared),
        Some(_) => Ok(shared + tx.query_count(&sql::COUNT_DIRECT, params)?),
    }
}

/// Returns the numbers that the filter's search matches, as a JSON array.
fn search_matches(
    tx: &mut dyn Tx,
    ws: i64,
    visibility: Visibility,
    filter: &ConversationFilter,
) -> Result<Option<String>> {
    let Some(text) = &filter.search else {
        return Ok(None);
    };
    let terms = SearchTerms::parse("search", text)?;
    let view = search::SearchScope {
        visibility: Visibility {
            involving: filter.involving,
            ..visibility
        },
        ..search::SearchScope::default()
    };
    Ok((!terms.is_empty())
        .then(|| search::find_conversations(tx, ws, &terms, &view))
        .transpose()?
        .map(|numbers| to_json_array(&numbers)))
}

fn restrictions<'a>(
    ws: i64,
    visibility: Visibility,
    filter: &'a ConversationFilter,
    matches: &'a Option<String>,
) -> [SqlValue<'a>; 17] {
    [
        ws.into(),
        visibility.viewer.into(),
        filter.involving.into(),
        filter.subject.into(),
        filter.assistant.into(),
        filter.archived.into(),
        filter.needs_response.into(),
        filter.paused.into(),
        filter.is_test.into(),
        filter.medium.map(Medium::as_str).into(),
        filter.kind.map(ConversationKind::as_str).into(),
        (&filter.category).into(),
        filter.created_from.into(),
        filter.created_until.into(),
        matches.into(),
        filter.label.into(),
        visibility.thread_role.into(),
    ]
}

fn page_statement(window: &ListWindow) -> &'static SqlStatement {
    match (window.sort, window.order) {
        (ConversationSort::CreatedAt, SortOrder::Descending) => &sql::CREATED_DESC,
        (ConversationSort::CreatedAt, SortOrder::Ascending) => &sql::CREATED_ASC,
        (ConversationSort::UpdatedAt, SortOrder::Descending) => &sql::UPDATED_DESC,
        (ConversationSort::UpdatedAt, SortOrder::Ascending) => &sql::UPDATED_ASC,
        (ConversationSort::LastMessageAt, SortOrder::Descending) => &sql::SPOKEN_DESC,
        (ConversationSort::LastMessageAt, SortOrder::Ascending) => &sql::SPOKEN_ASC,
        (ConversationSort::Title, SortOrder::Descending) => &sql::TITLE_DESC,
        (ConversationSort::Title, SortOrder::Ascending) => &sql::TITLE_ASC,
    }
}

/// Returns the sort keys of a space's conversations, by creation time and id, without direct ones and without those that
/// the view hides.
pub fn list_space_keys(
    tx: &mut dyn Tx,
    ws: i64,
    space: i64,
    view: SpaceView,
) -> Result<Vec<SpaceConversationSortKey>> {
    let mut keys = tx.query_all(
        &sql::KEYS_OF_SPACE,
        params![ws, space, view.gate, view.departed],
        |row| {
            Ok(SpaceConversationSortKey {
                number: row.int(0)?,
                id: row.id(1)?,
                kind: row.enum_value(2, ConversationKind::from_name)?,
                created_at: row.time(3)?,
                last_message_at: row.opt_time(4)?,
            })
        },
    )?;
    // Sorted in memory: all keys are read in any case, and no index has this order.
    keys.sort_unstable_by_key(|key| (key.created_at, key.id));
    Ok(keys)
}

/// Returns the given conversations of a space in the given order. Those that are deleted, have left the space or are
/// hidden by the view are left out.
pub fn list_in_space(
    tx: &mut dyn Tx,
    ws: i64,
    space: i64,
    numbers: &[i64],
    view: SpaceView,
) -> Result<Vec<SpaceConversation>> {
    let numbers_json = to_json_array(numbers);
    let mut matches = HashMap::with_capacity(numbers.len());
    tx.query(
        &sql::OF_SPACE,
        params![ws, &numbers_json, view.gate, view.departed],
        &mut |row| {
            if row.opt_int(1)? == Some(space) {
                let shown = SpaceConversation {
                    id: row.id(2)?,
                    title: row.opt_string(3)?,
                    kind: row.enum_value(4, ConversationKind::from_name)?,
                    created_at: row.time(5)?,
                    updated_at: row.time(6)?,
                    last_message_at: row.opt_time(7)?,
                    has_several_messages: row.bool(8)?,
                };
                matches.insert(row.int(0)?, shown);
            }
            Ok(())
        },
    )?;
    let in_order = numbers.iter().filter_map(|number| matches.remove(number));
    Ok(in_order.collect())
}

/// Returns one page of the conversations in which a member participates, in creation order, without direct ones, and
/// their total number.
pub fn page_of_member(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    thread_role: Option<i64>,
    order: SortOrder,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Conversation>, i64)> {
    let statement = match order {
        SortOrder::Descending => &sql::OF_MEMBER_DESC,
        SortOrder::Ascending => &sql::OF_MEMBER_ASC,
    };
    let rows = tx.query_all(
        statement,
        params![ws, member, limit, offset, thread_role],
        from_row,
    )?;
    Ok((
        rows,
        tx.query_count(&sql::COUNT_OF_MEMBER, params![ws, member, thread_role])?,
    ))
}
