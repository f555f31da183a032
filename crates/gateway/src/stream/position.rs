//! Where a reader of a stream is: the id of every event, which comes back as `Last-Event-ID`.

use parlor_model::conversation::Conversation;
use uuid::Uuid;

/// Before everything, in whichever history.
const BEGINNING: &str = "0";
/// Longest text that is looked at.
const LONGEST: usize = 64;

/// The history that positions are of. Those of another are void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Epoch(String);

impl Epoch {
    pub(super) fn of(epoch: Uuid) -> Self {
        Self(epoch.simple().to_string())
    }

    /// A position in it.
    pub(super) fn id(&self, seq: i64) -> String {
        format!("{}:{seq}", self.0)
    }

    /// The position a reader names; none where it is of another history, beyond the end of this one, or nothing at
    /// all.
    fn read(&self, text: &str, head: i64) -> Option<i64> {
        if text == BEGINNING {
            return Some(0);
        }
        if text.len() > LONGEST {
            return None;
        }
        let (epoch, seq) = text.split_once(':')?;
        // A number in our own spelling: no sign, no zeros before it.
        let seq = seq
            .parse()
            .ok()
            .filter(|read: &i64| read.to_string() == seq)?;
        (epoch == self.0 && (0..=head).contains(&seq)).then_some(seq)
    }
}

/// Where a stream takes up the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The position it goes on after.
    pub after: i64,
    /// The newest position there is.
    pub head: i64,
    /// Whether it goes on where the reader was.
    pub resumed: bool,
}

impl Taken {
    /// From where the reader was, as far as that can be told; otherwise from now on. A text that says nothing is no
    /// mistake: whoever reads for it would come back with it for ever.
    pub(super) fn of(epoch: &Epoch, named: Option<&str>, conversation: &Conversation) -> Self {
        let head = conversation.last_seq;
        let found = named.and_then(|text| epoch.read(text, head));
        Self {
            after: found.unwrap_or(head),
            head,
            resumed: found.is_some(),
        }
    }

    /// How many entries that happened before will follow.
    pub fn replayed(&self) -> i64 {
        self.head - self.after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_positions_of_this_history_are_read() {
        let epoch = Epoch::of(Uuid::from_u128(7));
        let other = Epoch::of(Uuid::from_u128(8));
        let read = |text: &str| epoch.read(text, 9);
        assert_eq!(read(&epoch.id(4)), Some(4));
        assert_eq!((read(&epoch.id(0)), read("0")), (Some(0), Some(0)));
        assert_eq!((read(&epoch.id(9)), read(&epoch.id(10))), (Some(9), None));
        assert_eq!((read(&epoch.id(-1)), read(&other.id(4))), (None, None));
        let own = epoch.id(4);
        for hostile in [
            "",
            ":",
            "4",
            "-0",
            "00",
            "\u{0}",
            "\u{1F600}:4",
            &own.replace(":4", ":04"),
            &own.replace(":4", ":+4"),
            &own.replace(":4", ":4 "),
            &own.replace(":4", ":99999999999999999999"),
            &own.to_uppercase().replace('0', "O"),
            &own.repeat(100),
        ] {
            assert_eq!(read(hostile), None, "{hostile:.60}");
        }
    }
}
