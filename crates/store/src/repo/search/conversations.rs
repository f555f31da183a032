//! Search for conversations by title, by participants' names and by message texts.

use std::collections::BTreeSet;

use parlor_model::Result;

use super::{
    CHUNK_ROWS, FIRST_CHUNK_ROWS, MAX_PROPOSED_ROWS, SearchScope, find_messages,
    longest_term_pattern,
};
use crate::ngram::{self, NgramGranularity};
use crate::repo::param::to_json_array;
use crate::search_terms::SearchTerms;
use crate::sql::search as sql;
use crate::{Row, SqlStatement, Tx, params};

/// Maximum number of matches per criterion.
const MAX_MATCHES: usize = 1_000;

/// Returns the newest conversations in which the title, a participant's name or a message has all words; at most 1,000
/// per criterion. The caller must check their visibility, except for matches by message, which are checked here.
pub fn find_conversations(
    tx: &mut dyn Tx,
    ws: i64,
    terms: &SearchTerms,
    scope: &SearchScope,
) -> Result<Vec<i64>> {
    let mut found = BTreeSet::new();
    found.extend(match_short_texts(tx, ws, terms, &TITLES)?);
    let members = match_short_texts(tx, ws, terms, &NAMES)?;
    if !members.is_empty() {
        found.extend(tx.query_all(
            &sql::INVOLVING,
            params![ws, &to_json_array(&members)],
            |row| row.int(0),
        )?);
    }
    let mut with_messages = BTreeSet::new();
    find_messages(tx, ws, terms, scope, i64::MAX, &mut |message| {
        with_messages.insert(message.conversation);
        with_messages.len() == MAX_MATCHES
    })?;
    found.extend(with_messages);
    Ok(found.into_iter().collect())
}

/// Returns the newest members whose name has all words; at most 1,000.
pub fn find_members(tx: &mut dyn Tx, ws: i64, terms: &SearchTerms) -> Result<Vec<i64>> {
    match_short_texts(tx, ws, terms, &NAMES)
}

/// Statements of a short-text index.
struct ShortTextIndex {
    newest: &'static SqlStatement,
    find: &'static SqlStatement,
    texts: &'static SqlStatement,
}

const TITLES: ShortTextIndex = ShortTextIndex {
    newest: &sql::NEWEST_TITLES,
    find: &sql::FIND_TITLES,
    texts: &sql::TITLES,
};
const NAMES: ShortTextIndex = ShortTextIndex {
    newest: &sql::NEWEST_NAMES,
    find: &sql::FIND_NAMES,
    texts: &sql::NAMES,
};

fn match_short_texts(
    tx: &mut dyn Tx,
    ws: i64,
    terms: &SearchTerms,
    index: &ShortTextIndex,
) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    let Some(required) = ngram::query_terms(ws, terms.words(), NgramGranularity::Fine) else {
        return Ok(found);
    };
    let mut verify = |row: &dyn Row| {
        let number = row.int(0)?;
        if found.len() < MAX_MATCHES
            && row.opt_text(1)?.is_some_and(|text| terms.matches_all(text))
            && !found.contains(&number)
        {
            found.push(number);
        }
        Ok(())
    };
    tx.query(
        index.newest,
        params![ws, &longest_term_pattern(terms)],
        &mut verify,
    )?;
    let (mut before, mut compared, mut chunk) = (i64::MAX, 0, FIRST_CHUNK_ROWS);
    while compared < MAX_PROPOSED_ROWS {
        let proposed = tx.query_all(
            index.find,
            params![ws, &required, before, chunk as i64, None::<&str>],
            |row| row.int(0),
        )?;
        let Some(last) = proposed.last() else { break };
        before = *last;
        tx.query(
            index.texts,
            params![ws, &to_json_array(&proposed)],
            &mut verify,
        )?;
        if proposed.len() < chunk {
            break;
        }
        compared += proposed.len();
        chunk = CHUNK_ROWS;
    }
    Ok(found)
}
