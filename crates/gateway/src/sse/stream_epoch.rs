//! Event ids of a stream, which clients send back as `Last-Event-ID`.

use uuid::Uuid;

use crate::hub::{ResumeError, ResumePoint};

/// Id before the first entry, in any epoch.
const BEGINNING_ID: &str = "0";
/// Maximum length of an id that is parsed.
const MAX_EVENT_ID_BYTES: usize = 64;

/// Epoch of the log; positions of another epoch are invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StreamEpoch(String);

impl StreamEpoch {
    pub(super) fn new(epoch: Uuid) -> Self {
        Self(epoch.simple().to_string())
    }

    /// Returns the event id of a seq.
    pub(super) fn event_id(&self, seq: i64) -> String {
        format!("{}:{seq}", self.0)
    }

    /// Parses an event id.
    fn parse_event_id(&self, text: &str) -> Result<i64, ResumeError> {
        if text == BEGINNING_ID {
            return Ok(0);
        }
        let parts = Some(text).filter(|text| text.len() <= MAX_EVENT_ID_BYTES);
        let parts = parts.and_then(|text| text.split_once(':'));
        let (epoch, seq) = parts.ok_or(ResumeError::InvalidPosition)?;
        // Only the canonical spelling is accepted: no sign, no leading zeros.
        let number = seq.parse().ok();
        let number = number.filter(|number: &i64| number.to_string() == seq);
        let number = number.ok_or(ResumeError::InvalidPosition)?;
        match epoch == self.0 {
            true => Ok(number),
            false => Err(ResumeError::UnknownEpoch),
        }
    }

    /// Resumes at the named event if possible, otherwise starts at the head.
    pub(super) fn resume(&self, last_event_id: Option<&str>, head: i64) -> ResumePoint {
        last_event_id.map_or(ResumePoint::live(head), |text| {
            ResumePoint::resolve(head, self.parse_event_id(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_id_of_other_epoch_does_not_resume() {
        let epoch = StreamEpoch::new(Uuid::from_u128(7));
        let other = StreamEpoch::new(Uuid::from_u128(8));
        let resume = |text: &str| epoch.resume(Some(text), 9);
        for (id, after) in [
            (epoch.event_id(4), 4),
            (epoch.event_id(0), 0),
            (epoch.event_id(9), 9),
            ("0".to_owned(), 0),
        ] {
            assert_eq!(
                (resume(&id).after, resume(&id).resumed),
                (after, true),
                "{id}"
            );
        }
        let own = epoch.event_id(4);
        for (hostile, refusal) in [
            (&*epoch.event_id(10), ResumeError::UnknownPosition),
            (&*epoch.event_id(-1), ResumeError::InvalidPosition),
            (&*other.event_id(4), ResumeError::UnknownEpoch),
            ("", ResumeError::InvalidPosition),
            (":", ResumeError::InvalidPosition),
            ("4", ResumeError::InvalidPosition),
            ("-0", ResumeError::InvalidPosition),
            ("00", ResumeError::InvalidPosition),
            ("\u{0}", ResumeError::InvalidPosition),
            ("\u{1F600}:4", ResumeError::UnknownEpoch),
            (&*own.replace(":4", ":04"), ResumeError::InvalidPosition),
            (&*own.replace(":4", ":+4"), ResumeError::InvalidPosition),
            (&*own.replace(":4", ":4 "), ResumeError::InvalidPosition),
            (
                &*own.replace(":4", ":99999999999999999999"),
                ResumeError::InvalidPosition,
            ),
            (
                &*own.to_uppercase().replace('0', "O"),
                ResumeError::UnknownEpoch,
            ),
            (&*own.repeat(100), ResumeError::InvalidPosition),
        ] {
            let found = resume(hostile);
            assert_eq!((found.after, found.resumed), (9, false), "{hostile:.60}");
            assert_eq!(found.error, Some(refusal), "{hostile:.60}");
        }
        assert_eq!(epoch.resume(None, 9), ResumePoint::live(9));
    }
}
