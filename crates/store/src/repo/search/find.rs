//! Messages by what they say.

use std::collections::{HashSet, VecDeque};

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
    fn params<'a>(&self, ws: i64, second: &'a str) -> [Value<'a>; 9] {
        [
            ws.into(),
            second.into(),
            self.seen.viewer.into(),
            self.seen.involving.into(),
            self.is_decided.into(),
            self.space.into(),
            self.conversation.into(),
            self.seen.gate.into(),
            self.seen.departed.into(),
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

/// Whether one of the words is long enough for the index of messages.
pub fn is_indexed(terms: &Terms) -> bool {
    grams::of_words(0, terms.words(), Fineness::Coarse).is_some()
}

/// Texts that are compared in one step of a search, at the most and at first; of long ones fewer.
const STEP: usize = 200;
const FIRST_STEP: usize = 32;
/// Bytes of texts that one step should compare.
const STEP_BYTES: usize = 2 << 20;

/// A search for messages that have every word, newest first, on its way. It is done in steps, each of which reads a
/// bounded number of rows, so that others have their turn in between.
#[derive(Debug)]
pub struct MessageSearch {
    terms: Terms,
    view: View,
    /// Only messages whose number is smaller are still to be proposed.
    before: i64,
    /// How many the index has proposed.
    looked: usize,
    stage: Stage,
    /// Proposed and not compared yet, newest first.
    proposed: VecDeque<i64>,
    /// Compared before the index was asked.
    seen: HashSet<i64>,
    /// Texts that the next step compares.
    step: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The newest messages are looked at, whether they are in the index or not.
    Newest,
    /// The index is asked for a few.
    Few,
    /// The index is asked for many.
    Many,
    /// Everything was proposed.
    Over,
}

impl MessageSearch {
    /// A search for messages before a number. Words that are too short for the index are looked for in what the others
    /// propose; alone in the newest 1,000 messages of the workspace, or of the conversation where only one is looked in.
    pub fn new(terms: Terms, view: View, before: i64) -> Self {
        Self {
            terms,
            view,
            before,
            looked: 0,
            stage: Stage::Newest,
            proposed: VecDeque::new(),
            seen: HashSet::new(),
            step: FIRST_STEP,
        }
    }

    /// Whether there is nothing left to find.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over && self.proposed.is_empty()
    }

    /// Goes on by one step, and hands over what it finds until the receiver has enough.
    pub fn step(
        &mut self,
        tx: &mut dyn Tx,
        ws: i64,
        enough: &mut dyn FnMut(Found) -> bool,
    ) -> Result<()> {
        if self.proposed.is_empty() {
            self.propose(tx, ws)?;
        }
        if self.proposed.is_empty() {
            return Ok(());
        }
        let count = self.step.min(self.proposed.len());
        let numbers: Vec<i64> = self.proposed.drain(..count).collect();
        let numbers = listed(&numbers);
        let verify = self.view.params(ws, &numbers);
        let mut bytes = 0;
        let mut found = Vec::new();
        tx.query(&sql::VERIFY_MESSAGES, &verify, &mut |row: &dyn Row| {
            let text = row.text(2)?;
            bytes += text.len();
            let words = self.terms.count(text);
            if words == self.terms.words().len() {
                found.push(Found {
                    number: row.int(0)?,
                    conversation: row.int(1)?,
                    words,
                });
            }
            Ok(())
        })?;
        let average = bytes / count;
        self.step = (STEP_BYTES / average.max(1)).clamp(1, STEP);
        for one in found {
            if enough(one) {
                self.stage = Stage::Over;
                self.proposed.clear();
                break;
            }
        }
        Ok(())
    }

    /// Has the newest messages proposed that the index is no help for, and no others.
    fn propose_recent(&mut self, tx: &mut dyn Tx, ws: i64) -> Result<()> {
        if self.stage == Stage::Newest {
            let statement = match self.view.conversation {
                Some(_) => &sql::RECENT_IN_CONVERSATION,
                None => &sql::RECENT_MESSAGES,
            };
            let pattern = pattern(&self.terms);
            let mut params = self.view.params(ws, &pattern).to_vec();
            params.push(self.before.into());
            let proposed = tx.all(statement, &params, |row| row.int(0))?;
            self.proposed.extend(proposed);
        }
        self.stage = Stage::Over;
        Ok(())
    }

    /// Has the next rows proposed.
    fn propose(&mut self, tx: &mut dyn Tx, ws: i64) -> Result<()> {
        let Some(grams) = grams::of_words(ws, self.terms.words(), Fineness::Coarse) else {
            return self.propose_recent(tx, ws);
        };
        let few = grams::of_longest(self.terms.words(), Fineness::Coarse);
        match self.stage {
            Stage::Newest => {
                let pattern = pattern(&self.terms);
                let mut newest = self.view.params(ws, &pattern).to_vec();
                newest.push(self.before.into());
                let proposed = tx.all(&sql::NEWEST_MESSAGES, &newest, |row| row.int(0))?;
                self.seen.extend(&proposed);
                self.proposed.extend(proposed);
                self.stage = match few {
                    Some(_) => Stage::Few,
                    None => Stage::Many,
                };
            }
            Stage::Few | Stage::Many => {
                let Some(places) = places(tx, ws, &self.view)? else {
                    self.stage = Stage::Over;
                    return Ok(());
                };
                // The first time only a few are asked for, most questions want no more, and by a few numbers only: where
                // those leave few rows, that is all there is to look at.
                let (chunk, statement, own, more) = match (&few, self.stage) {
                    (Some(few), Stage::Few) => (FIRST, &sql::FIND_FEW, few, Some(grams.as_str())),
                    _ => (CHUNK, &sql::FIND_MESSAGES, &grams, places.as_deref()),
                };
                let proposed = tx.all(
                    statement,
                    params![ws, own, self.before, chunk as i64, more],
                    |row| row.int(0),
                )?;
                self.looked += proposed.len();
                self.before = proposed.last().copied().unwrap_or(self.before);
                let is_last = proposed.len() < chunk || self.looked >= MOST_PROPOSED;
                let fresh = proposed.iter().filter(|number| !self.seen.contains(number));
                self.proposed.extend(fresh);
                self.stage = if is_last { Stage::Over } else { Stage::Many };
            }
            Stage::Over => {}
        }
        Ok(())
    }
}

/// All steps of a search in one go.
pub fn messages(
    tx: &mut dyn Tx,
    ws: i64,
    terms: &Terms,
    view: &View,
    before: i64,
    enough: &mut dyn FnMut(Found) -> bool,
) -> Result<()> {
    let mut search = MessageSearch::new(terms.clone(), *view, before);
    while !search.is_over() {
        search.step(tx, ws, enough)?;
    }
    Ok(())
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
