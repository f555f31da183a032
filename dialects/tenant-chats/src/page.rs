//! Numbered pages.

use parlor_kit::Query;
use parlor_model::page::Order;
use parlor_model::{Error, Result};

/// Rows of a page where none are asked for.
const DEFAULT: i64 = 50;
/// Rows of a page at the most; more is refused.
pub(crate) const LARGEST: i64 = 100;

/// A stretch of an ordered list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) offset: i64,
    pub(crate) limit: i64,
    pub(crate) order: Order,
}

impl Page {
    /// Reads `offset`, `limit` and `order`.
    pub(crate) fn read(query: &Query, order: Order) -> Result<Self> {
        Ok(Self {
            offset: query.int("offset", 0, 0, i64::MAX)?,
            limit: query.int("limit", DEFAULT, 1, LARGEST)?,
            order: match query.get("order") {
                None => order,
                Some("asc") => Order::Ascending,
                Some("desc") => Order::Descending,
                Some(_) => return Err(Error::invalid("order", "must be asc or desc")),
            },
        })
    }

    /// Whether rows are left behind a page of so many.
    pub(crate) fn has_more(&self, rows: usize, total: i64) -> bool {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        self.offset.saturating_add(rows) < total
    }
}
