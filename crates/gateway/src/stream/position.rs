//! Where a reader of a stream is: the id of every event, which comes back as `Last-Event-ID`.

use uuid::Uuid;

use crate::hub::{ResumePoint, ResumeRefusal};

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

    /// The position a reader names.
    fn read(&self, text: &str) -> Result<i64, ResumeRefusal> {
        if text == BEGINNING {
            return Ok(0);
        }
        let parts = Some(text).filter(|text| text.len() <= LONGEST);
        let parts = parts.and_then(|text| text.split_once(':'));
        let (epoch, seq) = parts.ok_or(ResumeRefusal::InvalidPosition)?;
        // A number in our own spelling: no sign, no zeros before it.
        let read = seq.parse().ok();
        let read = read.filter(|read: &i64| read.to_string() == seq);
        let read = read.ok_or(ResumeRefusal::InvalidPosition)?;
        match epoch == self.0 {
            true => Ok(read),
            false => Err(ResumeRefusal::UnknownEpoch),
        }
    }

    /// From where the reader was, as far as that can be told; otherwise from now on.
    pub(super) fn resume(&self, named: Option<&str>, head: i64) -> ResumePoint {
        named.map_or(ResumePoint::now(head), |text| {
            ResumePoint::find(head, self.read(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_positions_of_this_history_are_read() {
        let epoch = Epoch::of(Uuid::from_u128(7));
        let other = Epoch::of(Uuid::from_u128(8));
        let read = |text: &str| epoch.resume(Some(text), 9);
        for (id, after) in [
            (epoch.id(4), 4),
            (epoch.id(0), 0),
            (epoch.id(9), 9),
            ("0".to_owned(), 0),
        ] {
            assert_eq!((read(&id).after, read(&id).resumed), (after, true), "{id}");
        }
        let own = epoch.id(4);
        for (hostile, refusal) in [
            (&*epoch.id(10), ResumeRefusal::UnknownPosition),
            (&*epoch.id(-1), ResumeRefusal::InvalidPosition),
            (&*other.id(4), ResumeRefusal::UnknownEpoch),
            ("", ResumeRefusal::InvalidPosition),
            (":", ResumeRefusal::InvalidPosition),
            ("4", ResumeRefusal::InvalidPosition),
            ("-0", ResumeRefusal::InvalidPosition),
            ("00", ResumeRefusal::InvalidPosition),
            ("\u{0}", ResumeRefusal::InvalidPosition),
            ("\u{1F600}:4", ResumeRefusal::UnknownEpoch),
            (&*own.replace(":4", ":04"), ResumeRefusal::InvalidPosition),
            (&*own.replace(":4", ":+4"), ResumeRefusal::InvalidPosition),
            (&*own.replace(":4", ":4 "), ResumeRefusal::InvalidPosition),
            (
                &*own.replace(":4", ":99999999999999999999"),
                ResumeRefusal::InvalidPosition,
            ),
            (
                &*own.to_uppercase().replace('0', "O"),
                ResumeRefusal::UnknownEpoch,
            ),
            (&*own.repeat(100), ResumeRefusal::InvalidPosition),
        ] {
            let found = read(hostile);
            assert_eq!((found.after, found.resumed), (9, false), "{hostile:.60}");
            assert_eq!(found.refusal, Some(refusal), "{hostile:.60}");
        }
        assert_eq!(epoch.resume(None, 9), ResumePoint::now(9));
    }
}
