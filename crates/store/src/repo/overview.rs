//! A member's own view of its conversations.

use parlor_model::conversation::{Kind, State};
use parlor_model::message::Role;
use parlor_model::overview::{LastMessage, Overview, Place};
use parlor_model::participant::{State as Taking, UnreadTotals};
use parlor_model::private::Private;
use parlor_model::{Result, Timestamp};

use super::listing::pattern;
use super::member::{read_opt_ref, read_ref};
use crate::sql::overview as sql;
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
    member: i64,
    stretch: &Stretch<'_>,
    others: i64,
) -> Result<Vec<Overview>> {
    let keyword = stretch.keyword.map(pattern);
    let pinned = stretch
        .after
        .map(|place| place.pinned_at.map_or(0, Timestamp::micros));
    let mut rows = tx.all(
        &sql::PAGE,
        params![
            ws,
            member,
            &keyword,
            stretch.only,
            pinned,
            stretch.after.map(|place| place.active_at),
            stretch.after.map(|place| place.number),
            stretch.limit
        ],
        read,
    )?;
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
pub fn totals(tx: &mut dyn Tx, ws: i64, member: i64) -> Result<UnreadTotals> {
    let found = tx.one(&sql::TOTALS, params![ws, member], |row| {
        Ok(UnreadTotals {
            unread: row.int(0)?,
            mentions: row.int(1)?,
        })
    })?;
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
    })
}
