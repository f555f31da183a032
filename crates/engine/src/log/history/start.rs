//! Where in a conversation a backward reading has to begin, so that the times of its items do not depend on it.

use parlor_model::{Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{history as repo, log};

/// How many milliseconds after the asked time are read at the most. An item is moved back by one millisecond for each
/// item behind it that is as early, so that this many items of one millisecond are told apart.
const MAX_SHIFT_MILLIS: i64 = 131_072;

/// Where a reading begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct HistoryStart {
    /// At this position, among those in order.
    pub(super) position: i64,
    /// Strictly before this time, among the backdated messages.
    pub(super) before: Timestamp,
}

/// The place from which everything that is shown at a time, in milliseconds, or before can be met. What is shown then may
/// be of a later time, by no more milliseconds than there are items behind it.
pub(super) fn find_start(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    head: i64,
    until: i64,
) -> Result<HistoryStart> {
    let end = Timestamp::from_millis(until.saturating_add(1));
    let mut search = TimeSearch {
        ws,
        conversation,
        end,
    };
    let last = search.last_before(tx, 0, head)?;
    let later = repo::has_backdated_since(tx, ws, conversation, end)?;
    let behind = if later { head } else { head - last };
    if behind == 0 {
        return Ok(HistoryStart {
            position: head,
            before: end,
        });
    }
    search.end = Timestamp::from_millis(until.saturating_add(1 + behind.min(MAX_SHIFT_MILLIS)));
    Ok(HistoryStart {
        position: search.last_before(tx, last, head)?,
        before: search.end,
    })
}

/// Looks for the last position before a time. Times in order rise with positions, so that halving finds it in a few
/// look-ups.
struct TimeSearch {
    ws: i64,
    conversation: i64,
    end: Timestamp,
}

impl TimeSearch {
    /// The last position between two whose time is before the end; the lower one is known to be.
    fn last_before(&self, tx: &mut dyn Tx, low: i64, high: i64) -> Result<i64> {
        if self.is_before(tx, high)? {
            return Ok(high);
        }
        // Usually it is near the head: longer and longer steps back, then halving.
        let (mut low, mut high, mut step) = (low, high, 1);
        while high - step > low {
            let probe = high - step;
            if self.is_before(tx, probe)? {
                low = probe;
                break;
            }
            high = probe;
            step *= 2;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.is_before(tx, middle)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    fn is_before(&self, tx: &mut dyn Tx, position: i64) -> Result<bool> {
        let (ws, conversation) = (self.ws, self.conversation);
        let said = repo::last_message_in_order(tx, ws, conversation, position)?;
        if said.is_some_and(|(_, at)| at >= self.end) {
            return Ok(false);
        }
        let ever = Timestamp::from_micros(i64::MAX);
        let entries = log::entries_before(tx, ws, conversation, position, ever, 1)?;
        let told = entries
            .first()
            .filter(|entry| repo::is_chronological(entry));
        Ok(told.is_none_or(|entry| entry.at < self.end))
    }
}
