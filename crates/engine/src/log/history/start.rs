//! Where a backward scan must begin, so that the display times do not depend on where it begins.

use parlor_model::{Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{history as repo, log};

/// Maximum number of milliseconds read beyond the requested time. An item is shifted back by one millisecond for each
/// later item of the same millisecond, so this is also the number of such items that stay distinct.
const MAX_SHIFT_MILLIS: i64 = 131_072;

/// The start of a backward scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct HistoryStart {
    /// Last seq of the chronological items.
    pub(super) position: i64,
    /// Exclusive upper bound of the backdated messages' times.
    pub(super) before: Timestamp,
}

/// Finds the start from which every item with a display time up to `until`, in milliseconds, is reached. Such an item's
/// true time may be later, by at most as many milliseconds as there are items after it.
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

/// Search for the last seq before a time. Times of chronological items increase with the seq, so it takes a logarithmic
/// number of lookups.
struct TimeSearch {
    ws: i64,
    conversation: i64,
    end: Timestamp,
}

impl TimeSearch {
    /// Returns the last seq from `low` to `high` whose time is before the end. The time of `low` must be.
    fn last_before(&self, tx: &mut dyn Tx, low: i64, high: i64) -> Result<i64> {
        if self.is_before(tx, high)? {
            return Ok(high);
        }
        // The result is usually near the head: exponential steps back, then bisection.
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
        let message = repo::last_message_in_order(tx, ws, conversation, position)?;
        if message.is_some_and(|(_, at)| at >= self.end) {
            return Ok(false);
        }
        let no_bound = Timestamp::from_micros(i64::MAX);
        let entries = log::entries_before(tx, ws, conversation, position, no_bound, 1)?;
        let entry = entries
            .first()
            .filter(|entry| repo::is_chronological(entry));
        Ok(entry.is_none_or(|entry| entry.at < self.end))
    }
}
