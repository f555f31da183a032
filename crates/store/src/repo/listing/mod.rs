//! Lists of conversations.
//!
//! A workspace's list walks an index where there is one for its order, the default one above all. What a member or a
//! search chooses is few: their sort keys are read, sorted here, and the page's rows read whole.

use std::collections::HashMap;

use parlor_model::Result;
use parlor_model::conversation::{Conversation, ConversationFilter, Kind, Medium, SortBy};
use parlor_model::page::Order;
use parlor_model::space::{SpaceConversation, SpaceConversationKey};

use super::conversation::read;
use super::search;
use crate::sql::listing as sql;
use crate::terms::Terms;
use crate::visibility::{SpaceView, Visibility};
use crate::{Stmt, Tx, Value, params};

mod chosen;

/// A numbered stretch of a sorted list.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// By what.
    pub sort: SortBy,
    /// In which direction.
    pub order: Order,
    /// Rows at the most.
    pub limit: i64,
    /// Rows to pass over.
    pub offset: i64,
}

/// The conversations the filter leaves for a viewer, and how many there are in all.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    seen: Visibility,
    filter: &ConversationFilter,
    stretch: &Stretch,
) -> Result<(Vec<Conversation>, i64)> {
    let found = found(tx, ws, seen, filter)?;
    let restrictions = restrictions(ws, seen, filter, &found);
    if found.is_some() {
        return chosen::of_found(tx, ws, &restrictions, stretch);
    }
    // Owners and subjects take part, or did.
    if let Some(member) = filter.involving.or(filter.subject) {
        return chosen::of_member(tx, ws, &restrictions, member, stretch);
    }
    let total = count(tx, ws, seen, filter, &restrictions)?;
    let mut all = restrictions.to_vec();
    all.extend([Value::Int(stretch.limit), Value::Int(stretch.offset)]);
    Ok((tx.all(statement(stretch), &all, read)?, total))
}

/// The newest conversations before a number that the filter leaves for a viewer.
pub fn before(
    tx: &mut dyn Tx,
    ws: i64,
    seen: Visibility,
    filter: &ConversationFilter,
    number: i64,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let found = found(tx, ws, seen, filter)?;
    let mut all = restrictions(ws, seen, filter, &found).to_vec();
    all.extend([Value::Int(number), Value::Int(limit)]);
    tx.all(&sql::BEFORE, &all, read)
}

fn count(
    tx: &mut dyn Tx,
    ws: i64,
    seen: Visibility,
    filter: &ConversationFilter,
    restrictions: &[Value<'_>],
) -> Result<i64> {
    let plain = ConversationFilter {
        archived: filter.archived,
        is_test: filter.is_test,
        kind: filter.kind,
        search: filter.search.clone(),
        ..ConversationFilter::default()
    };
    // The index of the default order holds what these ask for; anything else is read row by row.
    if *filter != plain || seen.gate.is_some() {
        return tx.count(&sql::COUNT, restrictions);
    }
    let kind = filter.kind.map(Kind::word);
    let params = params![ws, filter.archived, filter.is_test, kind, seen.viewer];
    let shared = tx.count(&sql::COUNT_PLAIN, &params[..4])?;
    match seen.viewer {
        None => Ok(shared),
        Some(_) => Ok(shared + tx.count(&sql::COUNT_DIRECT, params)?),
    }
}

/// What the filter's search finds, as a list.
fn found(
    tx: &mut dyn Tx,
    ws: i64,
    seen: Visibility,
    filter: &ConversationFilter,
) -> Result<Option<String>> {
    let Some(text) = &filter.search else {
        return Ok(None);
    };
    let terms = Terms::parse("search", text)?;
    let view = search::View {
        seen: Visibility {
            involving: filter.involving,
            ..seen
        },
        ..search::View::default()
    };
    Ok((!terms.is_empty())
        .then(|| search::conversations(tx, ws, &terms, &view))
        .transpose()?
        .map(|numbers| search::listed(&numbers)))
}

fn restrictions<'a>(
    ws: i64,
    seen: Visibility,
    filter: &'a ConversationFilter,
    found: &'a Option<String>,
) -> [Value<'a>; 17] {
    [
        ws.into(),
        seen.viewer.into(),
        filter.involving.into(),
        filter.subject.into(),
        filter.assistant.into(),
        filter.archived.into(),
        filter.needs_response.into(),
        filter.paused.into(),
        filter.is_test.into(),
        filter.medium.map(Medium::word).into(),
        filter.kind.map(Kind::word).into(),
        (&filter.category).into(),
        filter.created_from.into(),
        filter.created_until.into(),
        found.into(),
        filter.label.into(),
        seen.gate.into(),
    ]
}

fn statement(stretch: &Stretch) -> &'static Stmt {
    match (stretch.sort, stretch.order) {
        (SortBy::CreatedAt, Order::Descending) => &sql::CREATED_DESC,
        (SortBy::CreatedAt, Order::Ascending) => &sql::CREATED_ASC,
        (SortBy::UpdatedAt, Order::Descending) => &sql::UPDATED_DESC,
        (SortBy::UpdatedAt, Order::Ascending) => &sql::UPDATED_ASC,
        (SortBy::LastMessageAt, Order::Descending) => &sql::SPOKEN_DESC,
        (SortBy::LastMessageAt, Order::Ascending) => &sql::SPOKEN_ASC,
        (SortBy::Title, Order::Descending) => &sql::TITLE_DESC,
        (SortBy::Title, Order::Ascending) => &sql::TITLE_ASC,
    }
}

/// A `like` pattern that finds a text anywhere, its own wildcards taken literally.
pub(super) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in crate::fold::fold(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// What orders the conversations of a space, by creation and then by id; direct ones apart, and what the view leaves out.
pub fn keys_of_space(
    tx: &mut dyn Tx,
    ws: i64,
    space: i64,
    seen: SpaceView,
) -> Result<Vec<SpaceConversationKey>> {
    let asked = params![ws, space, seen.gate, seen.departed];
    let mut keys = tx.all(&sql::KEYS_OF_SPACE, asked, |row| {
        Ok(SpaceConversationKey {
            number: row.int(0)?,
            id: row.id(1)?,
            kind: row.word(2, Kind::parse)?,
            created_at: row.time(3)?,
            last_message_at: row.opt_time(4)?,
        })
    })?;
    // Sorted here: all keys are read in any case, and no index has this order.
    keys.sort_unstable_by_key(|key| (key.created_at, key.id));
    Ok(keys)
}

/// What the list of a space shows of these conversations, in this order. Those that are gone, have left the space or
/// are left out by the view are passed over.
pub fn of_space(
    tx: &mut dyn Tx,
    ws: i64,
    space: i64,
    numbers: &[i64],
    seen: SpaceView,
) -> Result<Vec<SpaceConversation>> {
    let listed = search::listed(numbers);
    let asked = params![ws, &listed, seen.gate, seen.departed];
    let mut found = HashMap::with_capacity(numbers.len());
    tx.query(&sql::OF_SPACE, asked, &mut |row| {
        if row.opt_int(1)? == Some(space) {
            let shown = SpaceConversation {
                id: row.id(2)?,
                title: row.opt_string(3)?,
                kind: row.word(4, Kind::parse)?,
                created_at: row.time(5)?,
                updated_at: row.time(6)?,
                last_message_at: row.opt_time(7)?,
                has_several_messages: row.bool(8)?,
            };
            found.insert(row.int(0)?, shown);
        }
        Ok(())
    })?;
    let in_order = numbers.iter().filter_map(|number| found.remove(number));
    Ok(in_order.collect())
}

/// The conversations a member takes part in, by creation, and how many there are in all; direct ones apart.
pub fn of_member(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    gate: Option<i64>,
    order: Order,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Conversation>, i64)> {
    let statement = match order {
        Order::Descending => &sql::OF_MEMBER_DESC,
        Order::Ascending => &sql::OF_MEMBER_ASC,
    };
    let rows = tx.all(statement, params![ws, member, limit, offset, gate], read)?;
    Ok((
        rows,
        tx.count(&sql::COUNT_OF_MEMBER, params![ws, member, gate])?,
    ))
}
