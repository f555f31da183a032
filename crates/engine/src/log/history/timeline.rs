//! The items of a log in order of time, read backwards in batches.

use std::collections::VecDeque;

use parlor_model::log::LogEntry;
use parlor_model::{Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::history::{self as repo, MessageMark};
use parlor_store::repo::log;

use super::start::HistoryStart;

/// Rows of the first batch beyond the requested ones.
const EXTRA_ROWS: usize = 8;
/// Maximum rows per batch.
const MAX_BATCH_ROWS: i64 = 2_048;

/// A seq of the log.
#[derive(Debug)]
pub(super) enum TimelineItem {
    Message(MessageMark),
    Entry(LogEntry),
}

impl TimelineItem {
    /// Returns its time.
    pub(super) fn time(&self) -> Timestamp {
        match self {
            Self::Message(mark) => mark.at,
            Self::Entry(entry) => entry.at,
        }
    }
}

/// Merges three sources: chronological messages and log entries by seq, and backdated messages by time.
pub(super) struct Timeline {
    ws: i64,
    conversation: i64,
    batch_rows: i64,
    messages: TimelineSource<MessageMark, i64>,
    entries: TimelineSource<LogEntry, i64>,
    backdated: TimelineSource<MessageMark, (Timestamp, i64)>,
}

/// Buffered rows of a source, newest first.
struct TimelineSource<T, P> {
    rows: VecDeque<T>,
    /// Where the next batch begins.
    next: P,
    is_end: bool,
}

impl<T, P> TimelineSource<T, P> {
    fn new(next: P) -> Self {
        Self {
            rows: VecDeque::new(),
            next,
            is_end: false,
        }
    }

    fn add_rows(&mut self, rows: Vec<T>, requested: i64) {
        self.is_end = i64::try_from(rows.len()).is_ok_and(|found| found < requested);
        self.rows.extend(rows);
    }
}

impl Timeline {
    pub(super) fn new(ws: i64, conversation: i64, start: HistoryStart, item_count: usize) -> Self {
        let requested =
            i64::try_from(item_count.saturating_add(EXTRA_ROWS)).unwrap_or(MAX_BATCH_ROWS);
        Self {
            ws,
            conversation,
            batch_rows: requested.min(MAX_BATCH_ROWS),
            messages: TimelineSource::new(start.position),
            entries: TimelineSource::new(start.position),
            backdated: TimelineSource::new((start.before, 0)),
        }
    }

    /// Returns the next older item, or `None` after the oldest.
    pub(super) fn next(&mut self, tx: &mut dyn Tx) -> Result<Option<TimelineItem>> {
        self.find_message(tx)?;
        self.find_entry(tx)?;
        self.find_backdated(tx)?;
        let message = self.messages.rows.front().map(|mark| (mark.seq, mark.at));
        let entry = self.entries.rows.front().map(|entry| (entry.seq, entry.at));
        let backdated = self.backdated.rows.front().map(|mark| (mark.at, mark.seq));
        let in_order = message.max(entry);
        if backdated > in_order.map(|(seq, at)| (at, seq)) {
            let item = self.backdated.rows.pop_front();
            if let Some(mark) = &item {
                self.backdated.next = (mark.at, mark.seq);
            }
            return Ok(item.map(TimelineItem::Message));
        }
        if message > entry {
            let item = self.messages.rows.pop_front();
            self.messages.next = item.as_ref().map_or(0, |mark| mark.seq - 1);
            return Ok(item.map(TimelineItem::Message));
        }
        let item = self.entries.rows.pop_front();
        self.entries.next = item.as_ref().map_or(0, |entry| entry.seq - 1);
        Ok(item.map(TimelineItem::Entry))
    }

    /// Advances the source to its next chronological message, if any.
    fn find_message(&mut self, tx: &mut dyn Tx) -> Result<()> {
        let source = &mut self.messages;
        loop {
            while let Some(mark) = source.rows.front() {
                match mark.backdated_after {
                    None if mark.seq <= source.next => return Ok(()),
                    None => {}
                    // A link always leads to a lower seq.
                    Some(after) => source.next = source.next.min(after).min(mark.seq - 1),
                }
                source.rows.pop_front();
            }
            if source.is_end {
                return Ok(());
            }
            let found =
                repo::list_marks(tx, self.ws, self.conversation, source.next, self.batch_rows)?;
            source.add_rows(found, self.batch_rows);
            self.batch_rows = (self.batch_rows * 2).min(MAX_BATCH_ROWS);
        }
    }

    /// Advances the source to its next chronological entry, if any.
    fn find_entry(&mut self, tx: &mut dyn Tx) -> Result<()> {
        let source = &mut self.entries;
        loop {
            while let Some(entry) = source.rows.front() {
                if repo::is_chronological(entry) {
                    return Ok(());
                }
                source.next = entry.seq - 1;
                source.rows.pop_front();
            }
            if source.is_end {
                return Ok(());
            }
            let no_bound = Timestamp::from_micros(i64::MAX);
            let (ws, conversation) = (self.ws, self.conversation);
            let found =
                log::entries_before(tx, ws, conversation, source.next, no_bound, self.batch_rows)?;
            source.add_rows(found, self.batch_rows);
        }
    }

    /// Advances the source to its next backdated message, if any.
    fn find_backdated(&mut self, tx: &mut dyn Tx) -> Result<()> {
        let source = &mut self.backdated;
        if source.rows.is_empty() && !source.is_end {
            let (ws, conversation) = (self.ws, self.conversation);
            let found = repo::list_backdated(tx, ws, conversation, source.next, self.batch_rows)?;
            source.add_rows(found, self.batch_rows);
        }
        Ok(())
    }
}
