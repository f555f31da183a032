//! Conversations by their titles, by the names of those who take part, and by what is said in them.

use std::collections::BTreeSet;

use parlor_model::Result;

use super::{CHUNK, FIRST, MOST_PROPOSED, View, listed, messages, pattern};
use crate::grams::{self, Fineness};
use crate::sql::search as sql;
use crate::terms::Terms;
use crate::{Row, Stmt, Tx, params};

/// Conversations that each of the three ways finds, at the most.
const MOST: usize = 1_000;

/// The newest conversations whose title, or whose participant's name, or one of whose messages has every word: a
/// thousand of each at the most. Whether the viewer may see them is the caller's to check, but for messages, of which
/// only visible ones are looked at.
pub fn conversations(tx: &mut dyn Tx, ws: i64, terms: &Terms, view: &View) -> Result<Vec<i64>> {
    let mut found = BTreeSet::new();
    found.extend(called(tx, ws, terms, &TITLES)?);
    let members = called(tx, ws, terms, &NAMES)?;
    if !members.is_empty() {
        found.extend(
            tx.all(&sql::INVOLVING, params![ws, &listed(&members)], |row| {
                row.int(0)
            })?,
        );
    }
    let mut talking = BTreeSet::new();
    messages(tx, ws, terms, view, i64::MAX, &mut |message| {
        talking.insert(message.conversation);
        talking.len() == MOST
    })?;
    found.extend(talking);
    Ok(found.into_iter().collect())
}

/// The newest members whose names have every word: a thousand at the most.
pub fn members(tx: &mut dyn Tx, ws: i64, terms: &Terms) -> Result<Vec<i64>> {
    called(tx, ws, terms, &NAMES)
}

/// How rows with a short text are found.
struct Called {
    newest: &'static Stmt,
    find: &'static Stmt,
    texts: &'static Stmt,
}

const TITLES: Called = Called {
    newest: &sql::NEWEST_TITLES,
    find: &sql::FIND_TITLES,
    texts: &sql::TITLES,
};
const NAMES: Called = Called {
    newest: &sql::NEWEST_NAMES,
    find: &sql::FIND_NAMES,
    texts: &sql::NAMES,
};

fn called(tx: &mut dyn Tx, ws: i64, terms: &Terms, how: &Called) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    let Some(grams) = grams::of_words(ws, terms.words(), Fineness::Fine) else {
        return Ok(found);
    };
    let mut keep = |row: &dyn Row| {
        let number = row.int(0)?;
        if found.len() < MOST
            && row.opt_text(1)?.is_some_and(|text| terms.match_text(text))
            && !found.contains(&number)
        {
            found.push(number);
        }
        Ok(())
    };
    tx.query(how.newest, params![ws, &pattern(terms)], &mut keep)?;
    let (mut before, mut looked, mut chunk) = (i64::MAX, 0, FIRST);
    while looked < MOST_PROPOSED {
        let proposed = tx.all(
            how.find,
            params![ws, &grams, before, chunk as i64, None::<&str>],
            |row| row.int(0),
        )?;
        let Some(last) = proposed.last() else { break };
        before = *last;
        tx.query(how.texts, params![ws, &listed(&proposed)], &mut keep)?;
        if proposed.len() < chunk {
            break;
        }
        looked += proposed.len();
        chunk = CHUNK;
    }
    Ok(found)
}
