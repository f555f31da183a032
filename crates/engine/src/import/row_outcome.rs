//! Result of importing one row.

/// Result of importing one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportRowOutcome {
    Imported,
    Updated,
    Unchanged,
}
