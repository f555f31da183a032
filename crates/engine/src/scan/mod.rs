//! What bounded keyset scans have in common.

mod creation_order;

pub(crate) use creation_order::scan_start;

/// Result of one bounded read of a scan.
#[derive(Debug)]
pub struct ScanBatch<S, C> {
    /// The caller's state after the last matching row.
    pub state: S,
    /// Number of matching items passed to the callback; of transcripts, conversations passed with their last message.
    pub matched: usize,
    /// Where the next read continues.
    pub cursor: C,
    /// Whether the scan is complete.
    pub is_end: bool,
}
