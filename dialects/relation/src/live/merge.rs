//! Merges the new messages of several channels by time.

use std::collections::VecDeque;

use parlor_model::Timestamp;

/// A message or system event with its sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MergeItem<T> {
    pub(super) at: Timestamp,
    /// The message's number, which ascends within a workspace; 0 for a system event.
    pub(super) number: i64,
    /// Its seq in the channel's log.
    pub(super) seq: i64,
    pub(super) value: T,
}

/// A batch of one channel's new messages, in the order of its log.
pub(super) struct NewMessages<T> {
    pub(super) items: VecDeque<MergeItem<T>>,
    /// All displayed entries up to this seq are in the batch.
    pub(super) until_seq: i64,
    /// Whether the log has entries after `until_seq`.
    pub(super) has_more: bool,
}

impl<T> NewMessages<T> {
    /// Returns the seq up to which the batch has been consumed.
    pub(super) fn taken_seq(&self) -> i64 {
        self.items
            .front()
            .map_or(self.until_seq, |next| next.seq - 1)
    }

    /// Whether neither the batch nor the log has more entries.
    pub(super) fn is_exhausted(&self) -> bool {
        self.items.is_empty() && !self.has_more
    }
}

/// Removes the earliest item of several channels and returns it with the channel's index.
///
/// Returns `None` once a channel's batch is empty and its log has more entries, or all batches are empty. Items of one
/// channel stay in the order of its log, whatever their times.
pub(super) fn pop_earliest<T>(channels: &mut [NewMessages<T>]) -> Option<(usize, T)> {
    if channels
        .iter()
        .any(|channel| channel.items.is_empty() && channel.has_more)
    {
        return None;
    }
    let heads = channels.iter().enumerate();
    let heads = heads.filter_map(|(index, channel)| Some((index, channel.items.front()?)));
    let (index, _) = heads.min_by_key(|(_, item)| (item.at, item.number))?;
    let item = channels.get_mut(index)?.items.pop_front()?;
    Some((index, item.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A batch of items with these times, in milliseconds, and numbers.
    fn channel(keys: &[(i64, i64)], has_more: bool) -> NewMessages<i64> {
        let items = keys.iter().zip(1..).map(|((at, number), seq)| MergeItem {
            at: Timestamp::from_millis(*at),
            number: *number,
            seq,
            value: *number,
        });
        let items: VecDeque<_> = items.collect();
        NewMessages {
            until_seq: items.len() as i64,
            items,
            has_more,
        }
    }

    fn all(channels: &mut [NewMessages<i64>]) -> Vec<i64> {
        std::iter::from_fn(|| pop_earliest(channels))
            .map(|(_, value)| value)
            .collect()
    }

    #[test]
    fn merge_is_by_time_and_keeps_each_channels_order() {
        let mut channels = [
            channel(&[(10, 1), (10, 4), (30, 6)], false),
            channel(&[(10, 2), (10, 3), (20, 5)], false),
            channel(&[], false),
        ];
        assert_eq!(all(&mut channels), [1, 2, 3, 4, 5, 6]);
        assert!(channels.iter().all(NewMessages::is_exhausted));
        // An old message that was stored late keeps its position in the log.
        let mut channels = [
            channel(&[(10, 1), (5, 9)], false),
            channel(&[(7, 2)], false),
        ];
        assert_eq!(all(&mut channels), [2, 1, 9]);
    }

    #[test]
    fn merge_stops_at_a_channel_with_unread_entries() {
        let mut channels = [
            channel(&[(10, 1), (20, 3)], true),
            channel(&[(15, 2), (30, 4)], false),
        ];
        assert_eq!(all(&mut channels), [1, 2, 3]);
        assert_eq!((channels[0].taken_seq(), channels[1].taken_seq()), (2, 1));
        assert!(!channels[0].is_exhausted() && !channels[1].is_exhausted());
    }
}
