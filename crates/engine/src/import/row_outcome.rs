//! The result of importing one row.

/// What became of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportRowOutcome {
    Imported,
    Updated,
    Unchanged,
}
