//! Search for messages by text.

use std::collections::{HashSet, VecDeque};

use parlor_model::Result;
use parlor_model::message::Message;

use super::{CHUNK_ROWS, FIRST_CHUNK_ROWS, MAX_PROPOSED_ROWS, longest_term_pattern};
use crate::ngram::{self, NgramGranularity};
use crate::repo::message::from_row;
use crate::repo::param::to_json_array;
use crate::search_terms::SearchTerms;
use crate::sql::search as sql;
use crate::visibility::Visibility;
use crate::{Row, SqlValue, Tx, params};

/// Maximum number of conversations passed to the index as scope terms; beyond it the whole workspace is searched.
const MAX_NAMED_CONVERSATIONS: usize = 256;

/// Scope of a search.
#[derive(Debug, Clone, Copy, Default)]
pub struct SearchScope {
    /// Visibility.
    pub visibility: Visibility,
    /// Only conversations of this space.
    pub space: Option<i64>,
    /// Only this conversation.
    pub conversation: Option<i64>,
    /// The visibility of the conversation was checked before.
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

/// Verified match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageMatch {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Conversation number.
    pub conversation: i64,
    /// Number of words that occur.
    pub words: usize,
}

/// Returns whether any word is long enough for the message index.
pub fn is_indexed(terms: &SearchTerms) -> bool {
    ngram::query_terms(0, terms.words(), NgramGranularity::Coarse).is_some()
}

/// Maximum number of texts compared in one step, and the number in the first step.
const MAX_STEP_TEXTS: usize = 200;
const FIRST_STEP_TEXTS: usize = 32;
/// Target size of the texts compared in one step, in bytes.
const TARGET_STEP_BYTES: usize = 2 << 20;

/// Incremental search for messages with all words, newest first. Each step reads a bounded number of rows, so that
/// other work runs in between.
#[derive(Debug)]
pub struct MessageSearch {
    terms: SearchTerms,
    scope: SearchScope,
    /// Only messages with smaller numbers are still to be proposed.
    before: i64,
    /// Number of rows proposed by the index.
    proposed_count: usize,
    stage: SearchStage,
    /// Proposed rows not yet compared, newest first.
    proposed: VecDeque<i64>,
    /// Rows compared before the index was queried.
    compared: HashSet<i64>,
    /// Number of texts that the next step compares.
    step_texts: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SearchStage {
    /// The newest messages are compared, indexed or not.
    Newest,
    /// A small first chunk is requested from the index.
    Few,
    /// Large chunks are requested from the index.
    Many,
    /// All rows were proposed.
    Exhausted,
}

impl MessageSearch {
    /// Creates a search for messages with numbers before `before`. Words too short for the index are compared within
    /// the rows that the other words propose; alone, within the newest 1,000 messages of the workspace or of the given
    /// conversation.
    pub fn new(terms: SearchTerms, scope: SearchScope, before: i64) -> Self {
        Self {
            terms,
            scope,
            before,
            proposed_count: 0,
            stage: SearchStage::Newest,
            proposed: VecDeque::new(),
            compared: HashSet::new(),
            step_texts: FIRST_STEP_TEXTS,
        }
    }

    /// Returns whether the search is complete.
    pub fn is_finished(&self) -> bool {
        self.stage == SearchStage::Exhausted && self.proposed.is_empty()
    }

    /// Runs one step and passes matches to `enough` until it returns true.
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
        for message_match in found {
            if enough(message_match) {
                self.stage = SearchStage::Exhausted;
                self.proposed.clear();
                break;
            }
        }
        Ok(())
    }

    /// Proposes the newest messages only, for queries that the index cannot serve.
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

    /// Proposes the next rows.
    fn propose(&mut self, tx: &mut dyn Tx, ws: i64) -> Result<()> {
        let Some(terms) = ngram::query_terms(ws, self.terms.words(), NgramGranularity::Coarse)
        else {
            return self.propose_recent(tx, ws);
        };
        let probe = ngram::probe_terms(self.terms.words(), NgramGranularity::Coarse);
        match self.stage {
            SearchStage::Newest => {
                let pattern = longest_term_pattern(&self.terms);
                let mut newest = self.scope.to_params(ws, &pattern).to_vec();
                newest.push(self.before.into());
                let proposed = tx.query_all(&sql::NEWEST_MESSAGES, &newest, |row| row.int(0))?;
                self.compared.extend(&proposed);
                self.proposed.extend(proposed);
                self.stage = match probe {
                    Some(_) => SearchStage::Few,
                    None => SearchStage::Many,
                };
            }
            SearchStage::Few | SearchStage::Many => {
                let Some(scope_terms) = scope_terms(tx, ws, &self.scope)? else {
                    self.stage = SearchStage::Exhausted;
                    return Ok(());
                };
                // The first chunk is small and uses few terms: if they leave few rows, no further chunk is needed.
                let (chunk, statement, required, any_of) = match (&probe, self.stage) {
                    (Some(probe), SearchStage::Few) => (
                        FIRST_CHUNK_ROWS,
                        &sql::FIND_FEW,
                        probe,
                        Some(terms.as_str()),
                    ),
                    _ => (
                        CHUNK_ROWS,
                        &sql::FIND_MESSAGES,
                        &terms,
                        scope_terms.as_deref(),
                    ),
                };
                let proposed = tx.query_all(
                    statement,
                    params![ws, required, self.before, chunk as i64, any_of],
                    |row| row.int(0),
                )?;
                self.proposed_count += proposed.len();
                self.before = proposed.last().copied().unwrap_or(self.before);
                let is_last = proposed.len() < chunk || self.proposed_count >= MAX_PROPOSED_ROWS;
                let new = proposed
                    .iter()
                    .filter(|number| !self.compared.contains(number));
                self.proposed.extend(new);
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

/// Runs all steps of a search.
pub fn find_messages(
    tx: &mut dyn Tx,
    ws: i64,
    terms: &SearchTerms,
    scope: &SearchScope,
    before: i64,
    enough: &mut dyn FnMut(MessageMatch) -> bool,
) -> Result<()> {
    let mut search = MessageSearch::new(terms.clone(), *scope, before);
    while !search.is_finished() {
        search.run_step(tx, ws, enough)?;
    }
    Ok(())
}

/// Returns the scope terms of the search: the inner `None` is the whole workspace, the outer `None` an empty scope.
#[allow(
    clippy::option_option,
    reason = "an empty scope and the whole workspace differ"
)]
fn scope_terms(tx: &mut dyn Tx, ws: i64, scope: &SearchScope) -> Result<Option<Option<String>>> {
    let limit = MAX_NAMED_CONVERSATIONS as i64 + 1;
    let numbers = match (scope.conversation, scope.space, scope.visibility.involving) {
        (Some(conversation), _, _) => vec![conversation],
        (None, Some(space), _) => {
            tx.query_all(&sql::OF_SPACE, params![ws, space, limit], |row| row.int(0))?
        }
        (None, None, Some(member)) => {
            tx.query_all(&sql::OF_MEMBER, params![ws, member, limit], |row| {
                row.int(0)
            })?
        }
        (None, None, None) => return Ok(Some(None)),
    };
    Ok(match numbers.len() {
        0 => None,
        1..=MAX_NAMED_CONVERSATIONS => Some(Some(ngram::conversation_terms(&numbers))),
        _ => Some(None),
    })
}

/// Returns messages with all columns, newest first.
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
