//! Where a reader takes up a log, and why not where it was.

/// Where a reader takes up a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumePoint {
    /// The position it goes on after.
    pub after: i64,
    /// The newest position there is.
    pub head: i64,
    /// Whether it goes on where the reader was.
    pub resumed: bool,
    /// Why it does not, where the reader named a position.
    pub error: Option<ResumeError>,
}

/// Why a reader does not go on where it says it was. What it has of the log may have gaps, or be of another history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResumeError {
    /// What it named is no position: not a whole number from 0 on, or not in the form that was given out.
    InvalidPosition,
    /// It named a position without saying of which history.
    EpochMissing,
    /// The position is of another history: this is another database, or one that was restored.
    UnknownEpoch,
    /// The log has not reached this position.
    UnknownPosition,
}

impl ResumeError {
    /// Its word in frames and events.
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
    /// From what happens from now on, where the reader names no position.
    pub const fn live(head: i64) -> Self {
        Self {
            after: head,
            head,
            resumed: false,
            error: None,
        }
    }

    /// From the position that the reader has, where it is one of this history; otherwise from now on. A mistake is not
    /// refused: whoever reads for somebody would come back with it for ever.
    pub fn resolve(head: i64, named: Result<i64, ResumeError>) -> Self {
        let reached = |after: i64| match after {
            ..0 => Err(ResumeError::InvalidPosition),
            after if after > head => Err(ResumeError::UnknownPosition),
            after => Ok(after),
        };
        match named.and_then(reached) {
            Ok(after) => Self {
                after,
                resumed: true,
                ..Self::live(head)
            },
            Err(refusal) => Self {
                error: Some(refusal),
                ..Self::live(head)
            },
        }
    }

    /// The same where position and history are named apart; nothing for `seq` means that no number was named.
    pub fn resolve_in_epoch(
        head: i64,
        seq: Option<i64>,
        epoch: Option<&str>,
        own_epoch: &str,
    ) -> Self {
        let named = match (seq, epoch) {
            (None | Some(..0), _) => Err(ResumeError::InvalidPosition),
            (_, None) => Err(ResumeError::EpochMissing),
            (_, Some(epoch)) if epoch != own_epoch => Err(ResumeError::UnknownEpoch),
            (Some(seq), _) => Ok(seq),
        };
        Self::resolve(head, named)
    }

    /// How many entries that happened before will follow.
    pub const fn replay_count(&self) -> i64 {
        self.head - self.after
    }

    /// The word of the refusal.
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
        for (seq, epoch, refusal) in [
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
            assert_eq!(found.error, Some(refusal), "{seq:?} {epoch:?}");
        }
        assert_eq!(ResumePoint::live(9).reason(), None);
    }
}
