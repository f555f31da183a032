//! What is new in several channels, in the order in which it was said.

use std::collections::VecDeque;

use parlor_model::Timestamp;

/// Something that was said, or that the system tells, with what it is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MergeItem<T> {
    pub(super) at: Timestamp,
    /// The message's number, which rises from one message to the next in a workspace; 0 for what the system tells.
    pub(super) number: i64,
    /// Its position in the channel's log.
    pub(super) seq: i64,
    pub(super) value: T,
}

/// Some of what is new in one channel, in the order of its log.
pub(super) struct NewMessages<T> {
    pub(super) items: VecDeque<MergeItem<T>>,
    /// Everything up to here is in it, or is shown nowhere.
    pub(super) until_seq: i64,
    /// There is more behind it.
    pub(super) has_more: bool,
}

impl<T> NewMessages<T> {
    /// Everything up to here was taken out.
    pub(super) fn taken_seq(&self) -> i64 {
        self.items
            .front()
            .map_or(self.until_seq, |next| next.seq - 1)
    }

    /// Whether there is nothing left, here and behind it.
    pub(super) fn is_exhausted(&self) -> bool {
        self.items.is_empty() && !self.has_more
    }
}

/// Takes out the earliest of what several channels have, with the channel's place among them, until one of them has to be
/// read on. Nothing of a channel goes past what is before it in its own log, whatever its time.
pub(super) fn pop_earliest<T>(channels: &mut [NewMessages<T>]) -> Option<(usize, T)> {
    if channels
        .iter()
        .any(|one| one.items.is_empty() && one.has_more)
    {
        return None;
    }
    let heads = channels.iter().enumerate();
    let heads = heads.filter_map(|(place, one)| Some((place, one.items.front()?)));
    let (place, _) = heads.min_by_key(|(_, said)| (said.at, said.number))?;
    let said = channels.get_mut(place)?.items.pop_front()?;
    Some((place, said.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A channel with things said at these milliseconds, under these numbers.
    fn channel(said: &[(i64, i64)], has_more: bool) -> NewMessages<i64> {
        let said = said.iter().zip(1..).map(|((at, number), seq)| MergeItem {
            at: Timestamp::from_millis(*at),
            number: *number,
            seq,
            value: *number,
        });
        let said: VecDeque<_> = said.collect();
        NewMessages {
            until_seq: said.len() as i64,
            items: said,
            has_more,
        }
    }

    fn all(channels: &mut [NewMessages<i64>]) -> Vec<i64> {
        std::iter::from_fn(|| pop_earliest(channels))
            .map(|(_, what)| what)
            .collect()
    }

    #[test]
    fn channels_are_told_in_the_order_of_time_and_each_in_its_own() {
        let mut channels = [
            channel(&[(10, 1), (10, 4), (30, 6)], false),
            channel(&[(10, 2), (10, 3), (20, 5)], false),
            channel(&[], false),
        ];
        assert_eq!(all(&mut channels), [1, 2, 3, 4, 5, 6]);
        assert!(channels.iter().all(NewMessages::is_exhausted));
        // An old thing that was stored late stays where its log has it.
        let mut channels = [
            channel(&[(10, 1), (5, 9)], false),
            channel(&[(7, 2)], false),
        ];
        assert_eq!(all(&mut channels), [2, 1, 9]);
    }

    #[test]
    fn a_channel_that_has_more_is_read_before_the_others_go_on() {
        let mut channels = [
            channel(&[(10, 1), (20, 3)], true),
            channel(&[(15, 2), (30, 4)], false),
        ];
        assert_eq!(all(&mut channels), [1, 2, 3]);
        assert_eq!((channels[0].taken_seq(), channels[1].taken_seq()), (2, 1));
        assert!(!channels[0].is_exhausted() && !channels[1].is_exhausted());
    }
}
