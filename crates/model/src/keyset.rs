//! Keyset pagination.

use crate::id::Id;
use crate::time::Timestamp;

/// Direction of a scan in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Oldest first.
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// Position in a list ordered by creation time, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreationCursor<K> {
    /// Creation time of the row at this position. If only the id is known, the row is looked up; if the row is gone,
    /// the time embedded in its id is used.
    pub created_at: Option<Timestamp>,
    /// Id of the row at this position.
    pub id: Id<K>,
}

/// Keyset query over a list in creation order. The row at the cursor need not exist any more.
#[derive(Debug, Clone, Copy)]
pub struct KeysetQuery<K> {
    /// Only rows strictly after this position in the direction of `order`.
    pub after: Option<CreationCursor<K>>,
    /// Direction.
    pub order: SortOrder,
    /// Maximum number of rows.
    pub limit: usize,
}
