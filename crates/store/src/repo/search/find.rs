//! Messages by what they say.

use std::collections::HashSet;

use parlor_model::Result;
use parlor_model::message::Message;

use super::{CHUNK, FIRST, MOST_PROPOSED, listed, pattern};
use crate::grams::{self, Fineness};
use crate::repo::message::read;
use crate::sql::search as sql;
use crate::terms::Terms;
use crate::visibility::Visibility;
use crate::{Row, Tx, Value, params};

/// Conversations that are named to the index, at the most; of more it proposes those of the whole workspace.
const NAMED: usize = 256;

/// Who looks, and where.
#[derive(Debug, Clone, Copy, Default)]
pub struct View {
    /// What the caller may see.
    pub seen: Visibility,
    /// Only conversations of this space.
    pub space: Option<i64>,
    /// Only this conversation.
    pub conversation: Option<i64>,
    /// That the viewer may see the conversation was decided before.
    pub is_decided: bool,
}

impl View {
    fn params<'a>(&self, ws: i64, second: &'a str) -> [Value<'a>; 8] {
        [
            ws.into(),
            second.into(),
            self.seen.viewer.into(),
            self.seen.involving.into(),
            self.is_decided.into(),
            self.space.into(),
            self.conversation.into(),
            self.seen.gate.into(),
        ]
    }
}

/// A message that has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub number: i64,
    /// Its conversation's number.
    pub conversation: i64,
    /// How many of the words it has.
    pub words: usize,
}

/// Hands over messages that have every word, before a number, newest first, until the receiver has enough. Words that
/// are too short for the index are looked for in what the others propose; alone they find nothing.
pub fn messages(
    tx: &mut dyn Tx,
    ws: i64,
    terms: &Terms,
    view: &View,
    before: i64,
    enough: &mut dyn FnMut(Found) -> bool,
) -> Result<()> {
    let Some(grams) = grams::of_words(ws, terms.words(), Fineness::Coarse) else {
        return Ok(());
    };
    let Some(places) = places(tx, ws, view)? else {
        return Ok(());
    };
    let pattern = pattern(terms);
    let mut newest = view.params(ws, &pattern).to_vec();
    newest.push(before.into());
    let mut seen = HashSet::new();
    for found in matching(tx, &sql::NEWEST_MESSAGES, &newest, terms)? {
        seen.insert(found.number);
        if enough(found) {
            return Ok(());
        }
    }
    let few = grams::of_longest(terms.words(), Fineness::Coarse);
    let (mut before, mut looked) = (before, 0);
    while looked < MOST_PROPOSED {
        // The first time only a few are asked for, most questions want no more, and by a few numbers only: where those
        // leave few rows, that is all there is to look at.
        let (chunk, statement, grams, more) = match &few {
            Some(few) if looked == 0 => (FIRST, &sql::FIND_FEW, few, Some(grams.as_str())),
            _ => (CHUNK, &sql::FIND_MESSAGES, &grams, places.as_deref()),
        };
        let proposed = tx.all(
            statement,
            params![ws, grams, before, chunk as i64, more],
            |row| row.int(0),
        )?;
        let Some(last) = proposed.last() else {
            return Ok(());
        };
        before = *last;
        let numbers = listed(&proposed);
        let verify = view.params(ws, &numbers);
        for found in matching(tx, &sql::VERIFY_MESSAGES, &verify, terms)? {
            if !seen.contains(&found.number) && enough(found) {
                return Ok(());
            }
        }
        if proposed.len() < chunk {
            return Ok(());
        }
        looked += proposed.len();
    }
    Ok(())
}

fn matching(
    tx: &mut dyn Tx,
    statement: &'static crate::Stmt,
    params: &[Value<'_>],
    terms: &Terms,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    tx.query(statement, params, &mut |row: &dyn Row| {
        let words = terms.count(row.text(2)?);
        if words == terms.words().len() {
            found.push(Found {
                number: row.int(0)?,
                conversation: row.int(1)?,
                words,
            });
        }
        Ok(())
    })?;
    Ok(found)
}

/// The conversations to look in as the index knows them; the inner none is everywhere, the outer nowhere.
#[allow(clippy::option_option, reason = "nowhere and everywhere differ")]
fn places(tx: &mut dyn Tx, ws: i64, view: &View) -> Result<Option<Option<String>>> {
    let most = NAMED as i64 + 1;
    let numbers = match (view.conversation, view.space, view.seen.involving) {
        (Some(conversation), _, _) => vec![conversation],
        (None, Some(space), _) => {
            tx.all(&sql::OF_SPACE, params![ws, space, most], |row| row.int(0))?
        }
        (None, None, Some(member)) => {
            tx.all(&sql::OF_MEMBER, params![ws, member, most], |row| row.int(0))?
        }
        (None, None, None) => return Ok(Some(None)),
    };
    Ok(match numbers.len() {
        0 => None,
        1..=NAMED => Some(Some(grams::of_conversations(&numbers))),
        _ => Some(None),
    })
}

/// Messages whole, newest first.
pub fn whole(tx: &mut dyn Tx, ws: i64, numbers: &[i64]) -> Result<Vec<Message>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(&sql::MESSAGES, params![ws, &listed(numbers)], read)
}
