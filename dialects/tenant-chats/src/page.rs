//! Numbered pages.

use parlor_kit::QueryParams;
use parlor_model::keyset::SortOrder;
use parlor_model::{Error, Result};

/// Page size unless the request sets one.
const DEFAULT_PAGE_SIZE: i64 = 50;
/// Maximum page size; larger values are an error.
pub(crate) const MAX_PAGE_SIZE: i64 = 100;

/// A page of an ordered list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageQuery {
    pub(crate) offset: i64,
    pub(crate) limit: i64,
    pub(crate) order: SortOrder,
}

impl PageQuery {
    /// Reads the query parameters `offset`, `limit` and `order`. `order` defaults to the argument.
    ///
    /// # Errors
    /// `Invalid` with the parameter's name.
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

    /// Whether a list of `total` rows has more after a page of `rows`.
    pub(crate) fn has_more(&self, rows: usize, total: i64) -> bool {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        self.offset.saturating_add(rows) < total
    }
}
