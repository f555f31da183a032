//! Rows that are read until there are enough bytes of them.

use std::ops::ControlFlow;

/// Rows up to the one that reached a number of bytes.
#[derive(Debug, Clone)]
pub struct BoundedRows<T> {
    /// The rows.
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

    /// Takes a row of so many bytes; breaks when that is enough.
    pub(super) fn push(&mut self, bytes: i64, item: T) -> ControlFlow<()> {
        self.items.push(item);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.is_full() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// The bytes are reached: behind the last row there may be more.
    pub const fn is_full(&self) -> bool {
        self.bytes >= self.max_bytes
    }
}

/// A length as the database counts.
pub(super) fn to_count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
