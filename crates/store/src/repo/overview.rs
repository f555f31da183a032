//! A member's own view of its conversations.

use parlor_model::conversation::{Kind, State};
use parlor_model::message::Role;
use parlor_model::overview::{LastMessage, Overview, Place, Stirred};
use parlor_model::participant::{State as Taking, UnreadTotals};
use parlor_model::private::Private;
use parlor_model::{Result, Timestamp};

use super::listing::pattern;
use super::member::{read_opt_ref, read_ref};
use super::search::listed;
use crate::sql::overview as sql;
use crate::visibility::Own;
use crate::{Row, Tx, params};

/// Which rows to read.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// Part of a name.
    pub keyword: Option<&'a str>,
    /// Only this conversation.
    pub only: Option<i64>,
    /// Strictly behind this place.
    pub after: Option<Place>,
    /// Rows at the most.
    pub limit: i64,
}

/// The conversations a member takes or took part in, without those it has hidden; those without a title come with
/// the names of `others` who are in them.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    own: Own,
    stretch: &Stretch<'_>,
    others: i64,
) -> Result<Vec<Overview>> {
    let keyword = stretch.keyword.map(pattern);
    let pinned = stretch
        .after
        .map(|place| place.pinned_at.map_or(0, Timestamp::micros));
    let rows = tx.all(
        &sql::PAGE,
        params![
            ws,
            own.member,
            &keyword,
            stretch.only,
            pinned,
            stretch.after.map(|place| place.active_at),
            stretch.after.map(|place| place.number),
            stretch.limit,
            own.direct,
            own.gate
        ],
        read,
    )?;
    name(tx, ws, own.member, rows, others)
}

/// The same of a list of numbers, without those that it would not show.
pub fn some(
    tx: &mut dyn Tx,
    ws: i64,
    own: Own,
    numbers: &[i64],
    others: i64,
) -> Result<Vec<Overview>> {
    let numbers = listed(numbers);
    let rows = tx.all(
        &sql::SOME,
        params![ws, own.member, &numbers, own.direct, own.gate],
        read,
    )?;
    name(tx, ws, own.member, rows, others)
}

/// When something last changed in each of a member's conversations, by number, after one.
pub fn stirred(tx: &mut dyn Tx, ws: i64, own: Own, after: i64, limit: i64) -> Result<Vec<Stirred>> {
    tx.all(
        &sql::STIRRED,
        params![ws, own.member, after, limit, own.direct, own.gate],
        |row| {
            let changed = row.time(4)?.max(row.time(5)?);
            Ok(Stirred {
                number: row.int(0)?,
                id: row.id(1)?,
                taking: row.word(2, Taking::parse)?,
                listed: row.bool(3)?,
                at: row.opt_time(6)?.map_or(changed, |read| changed.max(read)),
            })
        },
    )
}

/// Which of some members take or took part in which of some conversations: pairs of numbers.
pub fn concerned(
    tx: &mut dyn Tx,
    ws: i64,
    conversations: &[i64],
    members: &[i64],
) -> Result<Vec<(i64, i64)>> {
    tx.all(
        &sql::CONCERNED,
        params![ws, &listed(conversations), &listed(members)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

/// Adds the names of others to those without a title.
fn name(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    mut rows: Vec<Overview>,
    others: i64,
) -> Result<Vec<Overview>> {
    let untitled = rows
        .iter_mut()
        .filter(|row| row.title.is_none() && row.kind != Kind::Direct);
    for row in untitled {
        row.others = tx.all(
            &sql::OTHERS,
            params![ws, row.number, member, others],
            |row| read_ref(row, 0),
        )?;
    }
    Ok(rows)
}

/// What a member has not read in all open conversations it takes part in, as it is at one moment.
pub fn totals(tx: &mut dyn Tx, ws: i64, own: Own) -> Result<UnreadTotals> {
    let found = tx.one(
        &sql::TOTALS,
        params![ws, own.member, own.direct, own.gate],
        |row| {
            Ok(UnreadTotals {
                unread: row.int(0)?,
                mentions: row.int(1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

fn read(row: &dyn Row) -> Result<Overview> {
    let number = row.int(0)?;
    let last = match row.opt_word(12, Role::parse)? {
        None => None,
        Some(role) => Some(LastMessage {
            role,
            form: row.opt_string(13)?,
            text: Private(row.opt_string(14)?.unwrap_or_default()),
            at: row.time(15)?,
        }),
    };
    Ok(Overview {
        number,
        id: row.id(1)?,
        kind: row.word(2, Kind::parse)?,
        state: row.word(3, State::parse)?,
        title: row.opt_string(4)?,
        others: Vec::new(),
        icon: row.string(5)?,
        taking: row.word(6, Taking::parse)?,
        muted: row.bool(7)?,
        place: Place {
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
