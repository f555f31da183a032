//! Numbered pages.

use parlor_kit::QueryParams;
use parlor_model::keyset::SortOrder;
use parlor_model::{Error, Result};

/// Rows of a page where none are asked for.
const DEFAULT_PAGE_SIZE: i64 = 50;
/// Rows of a page at the most; more is refused.
pub(crate) const MAX_PAGE_SIZE: i64 = 100;

/// A stretch of an ordered list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageQuery {
    pub(crate) offset: i64,
    pub(crate) limit: i64,
    pub(crate) order: SortOrder,
}

impl PageQuery {
    /// Reads `offset`, `limit` and `order`.
    pub(crate) fn from_query(query: &QueryParams, order: SortOrder) -> Result<Self> {
        Ok(Self {
            offset: query.get_int("offset", 0, 0, i64::MAX)?,
            limit: query.get_int("limit", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE)?,
            order: match query.get("order") {
                None => order,
                Some("asc") => SortOrder::Ascending,
                Some("desc") => SortOrder::Descending,
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
