//! Decides where a reader resumes a log.

/// Position at which a reader resumes a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumePoint {
    /// Seq after which it continues.
    pub after: i64,
    /// Newest seq of the log.
    pub head: i64,
    /// Whether it continues at the requested position.
    pub resumed: bool,
    /// Why it does not, if a position was requested.
    pub error: Option<ResumeError>,
}

/// Why a requested position cannot be resumed. The reader's copy of the log may then have gaps or be of another
/// epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResumeError {
    /// The position is malformed: not an integer from 0 on, or not in the issued form.
    InvalidPosition,
    /// The position has no epoch.
    EpochMissing,
    /// The epoch is another one: another database, or a restored one.
    UnknownEpoch,
    /// The seq is beyond the head of the log.
    UnknownPosition,
}

impl ResumeError {
    /// Returns the error code used in frames and events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidPosition => "INVALID_POSITION",
            Self::EpochMissing => "EPOCH_MISSING",
            Self::UnknownEpoch => "UNKNOWN_EPOCH",
            Self::UnknownPosition => "UNKNOWN_POSITION",
        }
    }
}

impl ResumePoint {
    /// Starts at the head, if no position was requested.
    pub const fn live(head: i64) -> Self {
        Self {
            after: head,
            head,
            resumed: false,
            error: None,
        }
    }

    /// Resumes at the requested seq if it is valid, otherwise starts at the head. Errors do not reject the
    /// connection: automatic clients would retry with the same position for ever.
    pub fn resolve(head: i64, requested: Result<i64, ResumeError>) -> Self {
        let validate = |after: i64| match after {
            ..0 => Err(ResumeError::InvalidPosition),
            after if after > head => Err(ResumeError::UnknownPosition),
            after => Ok(after),
        };
        match requested.and_then(validate) {
            Ok(after) => Self {
                after,
                resumed: true,
                ..Self::live(head)
            },
            Err(error) => Self {
                error: Some(error),
                ..Self::live(head)
            },
        }
    }

    /// Resumes at a seq and epoch given separately. `None` for `seq` means that no number was given.
    pub fn resolve_in_epoch(
        head: i64,
        seq: Option<i64>,
        epoch: Option<&str>,
        own_epoch: &str,
    ) -> Self {
        let requested = match (seq, epoch) {
            (None | Some(..0), _) => Err(ResumeError::InvalidPosition),
            (_, None) => Err(ResumeError::EpochMissing),
            (_, Some(epoch)) if epoch != own_epoch => Err(ResumeError::UnknownEpoch),
            (Some(seq), _) => Ok(seq),
        };
        Self::resolve(head, requested)
    }

    /// Returns the number of entries to replay.
    pub const fn replay_count(&self) -> i64 {
        self.head - self.after
    }

    /// Returns the error code, if any.
    pub fn reason(&self) -> Option<&'static str> {
        self.error.map(ResumeError::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_resumes_only_within_same_epoch_and_head() {
        let find = |seq, epoch| ResumePoint::resolve_in_epoch(9, seq, epoch, "own");
        for seq in [0, 4, 9] {
            let found = find(Some(seq), Some("own"));
            assert_eq!(
                (found.after, found.resumed, found.replay_count()),
                (seq, true, 9 - seq)
            );
            assert_eq!(found.error, None);
        }
        for (seq, epoch, error) in [
            (None, Some("own"), ResumeError::InvalidPosition),
            (None, None, ResumeError::InvalidPosition),
            (Some(-1), Some("own"), ResumeError::InvalidPosition),
            (Some(4), None, ResumeError::EpochMissing),
            (Some(4), Some("other"), ResumeError::UnknownEpoch),
            (Some(10), Some("other"), ResumeError::UnknownEpoch),
            (Some(10), Some("own"), ResumeError::UnknownPosition),
        ] {
            let found = find(seq, epoch);
            assert_eq!(
                (found.after, found.resumed, found.replay_count()),
                (9, false, 0)
            );
            assert_eq!(found.error, Some(error), "{seq:?} {epoch:?}");
        }
        assert_eq!(ResumePoint::live(9).reason(), None);
    }
}
