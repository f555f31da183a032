//! Lists of few out of many: what a member takes part in, what a search has found.

use std::cmp::Ordering;
use std::collections::HashMap;

use parlor_model::Result;
use parlor_model::conversation::{Conversation, SortBy};
use parlor_model::page::Order;

use super::Stretch;
use crate::repo::conversation::read;
use crate::repo::search::listed;
use crate::sql::listing as sql;
use crate::{Row, Stmt, Tx, Value, params};

/// What a conversation is sorted by.
struct Keys {
    number: i64,
    created_at: i64,
    updated_at: i64,
    last_message_at: Option<i64>,
    title: Option<String>,
}

pub(super) fn of_member(
    tx: &mut dyn Tx,
    ws: i64,
    restrictions: &[Value<'_>],
    member: i64,
    stretch: &Stretch,
) -> Result<(Vec<Conversation>, i64)> {
    let mut all = restrictions.to_vec();
    all.push(member.into());
    page(tx, ws, &sql::KEYS_OF_MEMBER, &all, stretch)
}

pub(super) fn of_found(
    tx: &mut dyn Tx,
    ws: i64,
    restrictions: &[Value<'_>],
    stretch: &Stretch,
) -> Result<(Vec<Conversation>, i64)> {
    page(tx, ws, &sql::KEYS_OF_FOUND, restrictions, stretch)
}

fn page(
    tx: &mut dyn Tx,
    ws: i64,
    statement: &'static Stmt,
    restrictions: &[Value<'_>],
    stretch: &Stretch,
) -> Result<(Vec<Conversation>, i64)> {
    let titled = stretch.sort == SortBy::Title;
    let mut keys = tx.all(statement, restrictions, |row: &dyn Row| {
        Ok(Keys {
            number: row.int(0)?,
            created_at: row.int(1)?,
            updated_at: row.int(2)?,
            last_message_at: row.opt_int(3)?,
            title: if titled { row.opt_string(4)? } else { None },
        })
    })?;
    keys.sort_unstable_by(|one, other| compare(one, other, stretch));
    let total = keys.len() as i64;
    let skipped = usize::try_from(stretch.offset).unwrap_or(usize::MAX);
    let taken = usize::try_from(stretch.limit).unwrap_or(0);
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
        .all(&sql::WHOLE, params![ws, &listed(&numbers)], read)?
        .into_iter()
        .map(|row| (row.number, row))
        .collect();
    // One that went away between the two statements is left out.
    let page = numbers
        .iter()
        .filter_map(|number| rows.remove(number))
        .collect();
    Ok((page, total))
}

/// As the statements that walk an index sort.
fn compare(one: &Keys, other: &Keys, stretch: &Stretch) -> Ordering {
    let directed = |ordering: Ordering| match stretch.order {
        Order::Ascending => ordering,
        Order::Descending => ordering.reverse(),
    };
    let ordering = match stretch.sort {
        SortBy::CreatedAt => directed(one.created_at.cmp(&other.created_at)),
        SortBy::UpdatedAt => directed(one.updated_at.cmp(&other.updated_at)),
        SortBy::LastMessageAt => last(&one.last_message_at, &other.last_message_at, directed),
        SortBy::Title => last(&one.title, &other.title, directed),
    };
    ordering.then_with(|| directed(one.number.cmp(&other.number)))
}

/// Those without a value come last in either direction.
fn last<T: Ord>(
    one: &Option<T>,
    other: &Option<T>,
    directed: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => directed(one.cmp(other)),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}
