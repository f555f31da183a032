//! Snapshots of PostgreSQL: which transactions a statement sees.

use parlor_model::{Error, Result};

/// Snapshot of a statement, as `pg_current_snapshot()` returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// Transactions from this id on had not ended, so they are invisible.
    pub(super) end: u64,
    /// Earlier transactions that were in progress, so they are invisible as well, as the text of an array.
    pub(super) in_progress: String,
}

impl Snapshot {
    /// Parses `first:end:in_progress`, where the last part is a comma-separated list that may be empty.
    ///
    /// # Errors
    /// `Internal` for another form.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut parts = text.split(':').skip(1);
        let end = parts.next().and_then(|part| part.parse().ok());
        match (end, parts.next()) {
            (Some(end), Some(in_progress)) => Ok(Self {
                end,
                in_progress: format!("{{{in_progress}}}"),
            }),
            _ => Err(Error::internal("a snapshot has another form")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshot;

    #[test]
    fn snapshot_is_parsed() {
        let parsed = |text| Snapshot::parse(text).map(|found| (found.end, found.in_progress));
        assert_eq!(parsed("10:20:10,14").unwrap(), (20, "{10,14}".to_owned()));
        assert_eq!(parsed("20:20:").unwrap(), (20, "{}".to_owned()));
        for wrong in ["", "20", "20:20", "a:b:c"] {
            assert!(Snapshot::parse(wrong).is_err(), "{wrong}");
        }
    }
}
