//! Reading of rows up to a byte limit.
//!
//! Keeps INV-52 (`docs/invariants.md`).

use std::ops::ControlFlow;

/// Rows up to the one that reached a byte limit.
#[derive(Debug, Clone)]
pub struct BoundedRows<T> {
    /// Rows.
    pub items: Vec<T>,
    max_bytes: i64,
    bytes: i64,
}

impl<T> BoundedRows<T> {
    pub(super) const fn new(max_bytes: i64) -> Self {
        Self {
            items: Vec::new(),
            max_bytes,
            bytes: 0,
        }
    }

    /// Adds a row of `bytes`; breaks once the limit is reached.
    pub(super) fn push(&mut self, bytes: i64, item: T) -> ControlFlow<()> {
        self.items.push(item);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.is_full() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Returns whether the limit was reached: more rows may follow.
    pub const fn is_full(&self) -> bool {
        self.bytes >= self.max_bytes
    }
}

/// Converts a length to the database's integer type; saturates.
pub(super) fn to_count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
