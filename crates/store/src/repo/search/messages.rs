//! Messages by what they say.

use std::collections::{HashSet, VecDeque};

use parlor_model::Result;
use parlor_model::message::Message;

use super::{CHUNK_ROWS, FIRST_CHUNK_ROWS, MAX_PROPOSED_ROWS, longest_term_pattern, to_json_array};
use crate::ngram::{self, NgramGranularity};
use crate::repo::message::from_row;
use crate::search_terms::SearchTerms;
use crate::sql::search as sql;
use crate::visibility::Visibility;
use crate::{Row, SqlValue, Tx, params};

/// Conversations that are named to the index, at the most; of more it proposes those of the whole workspace.
const MAX_NAMED_CONVERSATIONS: usize = 256;

/// Who looks, and where.
#[derive(Debug, Clone, Copy, Default)]
pub struct SearchScope {
    /// What the caller may see.
    pub visibility: Visibility,
    /// Only conversations of this space.
    pub space: Option<i64>,
    /// Only this conversation.
    pub conversation: Option<i64>,
    /// That the viewer may see the conversation was decided before.
    pub skips_visibility: bool,
}

impl SearchScope {
    fn to_params<'a>(self, ws: i64, second: &'a str) -> [SqlValue<'a>; 9] {
        [
            ws.into(),
            second.into(),
            self.visibility.viewer.into(),
            self.visibility.involving.into(),
            self.skips_visibility.into(),
            self.space.into(),
            self.conversation.into(),
            self.visibility.thread_role.into(),
            self.visibility.departed.into(),
        ]
    }
}

/// A message that has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageMatch {
    /// Its number.
    pub number: i64,
    /// Its conversation's number.
    pub conversation: i64,
    /// How many of the words it has.
    pub words: usize,
}

/// Whether one of the words is long enough for the index of messages.
pub fn is_indexed(terms: &SearchTerms) -> bool {
    ngram::query_terms(0, terms.words(), NgramGranularity::Coarse).is_some()
}

/// Texts that are compared in one step of a search, at the most and at first; of long ones fewer.
const MAX_STEP_TEXTS: usize = 200;
const FIRST_STEP_TEXTS: usize = 32;
/// Bytes of texts that one step should compare.
const TARGET_STEP_BYTES: usize = 2 << 20;

/// A search for messages that have every word, newest first, on its way. It is done in steps, each of which reads a
/// bounded number of rows, so that others have their turn in between.
#[derive(Debug)]
pub struct MessageSearch {
    terms: SearchTerms,
    scope: SearchScope,
    /// Only messages whose number is smaller are still to be proposed.
    before: i64,
    /// How many the index has proposed.
    proposed_count: usize,
    stage: SearchStage,
    /// Proposed and not compared yet, newest first.
    proposed: VecDeque<i64>,
    /// Compared before the index was asked.
    compared: HashSet<i64>,
    /// Texts that the next step compares.
    step_texts: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SearchStage {
    /// The newest messages are looked at, whether they are in the index or not.
    Newest,
    /// The index is asked for a few.
    Few,
    /// The index is asked for many.
    Many,
    /// Everything was proposed.
    Exhausted,
}

impl MessageSearch {
    /// A search for messages before a number. Words that are too short for the index are looked for in what the others
    /// propose; alone in the newest 1,000 messages of the workspace, or of the conversation where only one is looked in.
    pub fn new(terms: SearchTerms, view: SearchScope, before: i64) -> Self {
        Self {
            terms,
            scope: view,
            before,
            proposed_count: 0,
            stage: SearchStage::Newest,
            proposed: VecDeque::new(),
            compared: HashSet::new(),
            step_texts: FIRST_STEP_TEXTS,
        }
    }

    /// Whether there is nothing left to find.
    pub fn is_finished(&self) -> bool {
        self.stage == SearchStage::Exhausted && self.proposed.is_empty()
    }

    /// Goes on by one step, and hands over what it finds until the receiver has enough.
    pub fn run_step(
        &mut self,
        tx: &mut dyn Tx,
        ws: i64,
        enough: &mut dyn FnMut(MessageMatch) -> bool,
    ) -> Result<()> {
        if self.proposed.is_empty() {
            self.propose(tx, ws)?;
        }
        if self.proposed.is_empty() {
            return Ok(());
        }
        let count = self.step_texts.min(self.proposed.len());
        let numbers: Vec<i64> = self.proposed.drain(..count).collect();
        let numbers = to_json_array(&numbers);
        let verify = self.scope.to_params(ws, &numbers);
        let mut bytes = 0;
        let mut found = Vec::new();
        tx.query(&sql::VERIFY_MESSAGES, &verify, &mut |row: &dyn Row| {
            let text = row.text(2)?;
            bytes += text.len();
            let words = self.terms.count_matches(text);
            if words == self.terms.words().len() {
                found.push(MessageMatch {
                    number: row.int(0)?,
                    conversation: row.int(1)?,
                    words,
                });
            }
            Ok(())
        })?;
        let average = bytes / count;
        self.step_texts = (TARGET_STEP_BYTES / average.max(1)).clamp(1, MAX_STEP_TEXTS);
        for one in found {
            if enough(one) {
                self.stage = SearchStage::Exhausted;
                self.proposed.clear();
                break;
            }
        }
        Ok(())
    }

    /// Has the newest messages proposed that the index is no help for, and no others.
    fn propose_recent(&mut self, tx: &mut dyn Tx, ws: i64) -> Result<()> {
        if self.stage == SearchStage::Newest {
            let statement = match self.scope.conversation {
                Some(_) => &sql::RECENT_IN_CONVERSATION,
                None => &sql::RECENT_MESSAGES,
            };
            let pattern = longest_term_pattern(&self.terms);
            let mut params = self.scope.to_params(ws, &pattern).to_vec();
            params.push(self.before.into());
            let proposed = tx.query_all(statement, &params, |row| row.int(0))?;
            self.proposed.extend(proposed);
        }
        self.stage = SearchStage::Exhausted;
        Ok(())
    }

    /// Has the next rows proposed.
    fn propose(&mut self, tx: &mut dyn Tx, ws: i64) -> Result<()> {
        let Some(grams) = ngram::query_terms(ws, self.terms.words(), NgramGranularity::Coarse)
        else {
            return self.propose_recent(tx, ws);
        };
        let few = ngram::probe_terms(self.terms.words(), NgramGranularity::Coarse);
        match self.stage {
            SearchStage::Newest => {
                let pattern = longest_term_pattern(&self.terms);
                let mut newest = self.scope.to_params(ws, &pattern).to_vec();
                newest.push(self.before.into());
                let proposed = tx.query_all(&sql::NEWEST_MESSAGES, &newest, |row| row.int(0))?;
                self.compared.extend(&proposed);
                self.proposed.extend(proposed);
                self.stage = match few {
                    Some(_) => SearchStage::Few,
                    None => SearchStage::Many,
                };
            }
            SearchStage::Few | SearchStage::Many => {
                let Some(places) = scope_terms(tx, ws, &self.scope)? else {
                    self.stage = SearchStage::Exhausted;
                    return Ok(());
                };
                // The first time only a few are asked for, most questions want no more, and by a few numbers only: where
                // those leave few rows, that is all there is to look at.
                let (chunk, statement, own, more) = match (&few, self.stage) {
                    (Some(few), SearchStage::Few) => {
                        (FIRST_CHUNK_ROWS, &sql::FIND_FEW, few, Some(grams.as_str()))
                    }
                    _ => (CHUNK_ROWS, &sql::FIND_MESSAGES, &grams, places.as_deref()),
                };
                let proposed = tx.query_all(
                    statement,
                    params![ws, own, self.before, chunk as i64, more],
                    |row| row.int(0),
                )?;
                self.proposed_count += proposed.len();
                self.before = proposed.last().copied().unwrap_or(self.before);
                let is_last = proposed.len() < chunk || self.proposed_count >= MAX_PROPOSED_ROWS;
                let fresh = proposed
                    .iter()
                    .filter(|number| !self.compared.contains(number));
                self.proposed.extend(fresh);
                self.stage = if is_last {
                    SearchStage::Exhausted
                } else {
                    SearchStage::Many
                };
            }
            SearchStage::Exhausted => {}
        }
        Ok(())
    }
}

/// All steps of a search in one go.
pub fn find_messages(
    tx: &mut dyn Tx,
    ws: i64,
    terms: &SearchTerms,
    view: &SearchScope,
    before: i64,
    enough: &mut dyn FnMut(MessageMatch) -> bool,
) -> Result<()> {
    let mut search = MessageSearch::new(terms.clone(), *view, before);
    while !search.is_finished() {
        search.run_step(tx, ws, enough)?;
    }
    Ok(())
}

/// The conversations to look in as the index knows them; the inner none is everywhere, the outer nowhere.
#[allow(clippy::option_option, reason = "nowhere and everywhere differ")]
fn scope_terms(tx: &mut dyn Tx, ws: i64, view: &SearchScope) -> Result<Option<Option<String>>> {
    let most = MAX_NAMED_CONVERSATIONS as i64 + 1;
    let numbers = match (view.conversation, view.space, view.visibility.involving) {
        (Some(conversation), _, _) => vec![conversation],
        (None, Some(space), _) => {
            tx.query_all(&sql::OF_SPACE, params![ws, space, most], |row| row.int(0))?
        }
        (None, None, Some(member)) => {
            tx.query_all(&sql::OF_MEMBER, params![ws, member, most], |row| row.int(0))?
        }
        (None, None, None) => return Ok(Some(None)),
    };
    Ok(match numbers.len() {
        0 => None,
        1..=MAX_NAMED_CONVERSATIONS => Some(Some(ngram::conversation_terms(&numbers))),
        _ => Some(None),
    })
}

/// Messages whole, newest first.
pub fn fetch_messages(tx: &mut dyn Tx, ws: i64, numbers: &[i64]) -> Result<Vec<Message>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    tx.query_all(
        &sql::MESSAGES,
        params![ws, &to_json_array(numbers)],
        from_row,
    )
}
