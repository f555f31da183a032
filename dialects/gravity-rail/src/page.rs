//! Numbered pages.

use parlor_kit::Query;
use parlor_model::Result;

use crate::question::asked;

/// Rows of a page unless asked otherwise.
const SIZE: i64 = 20;
/// Rows of a page at the most.
pub(crate) const LARGEST: i64 = 100;
/// Pages further on do not exist.
pub(crate) const LAST: i64 = 1_000_000_000;

/// Which page is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) page: i64,
    pub(crate) size: i64,
}

impl Asked {
    /// `page` from 1, `pageSize` from 1 to 100.
    pub(crate) fn read(query: &Query) -> Result<Self> {
        Ok(Self {
            page: asked(query.int("page", 1, 1, LAST))?,
            size: asked(query.int("pageSize", SIZE, 1, LARGEST))?,
        })
    }

    /// Rows to pass over.
    pub(crate) fn offset(self) -> i64 {
        (self.page - 1) * self.size
    }

    /// How many pages so many rows have.
    pub(crate) fn pages(self, total: i64) -> i64 {
        (total + self.size - 1) / self.size
    }
}

/// Declares the page of a list, since a document needs a name for each.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $name {
            /// The rows of this page.
            items: Vec<$item>,
            /// How many rows all pages have.
            total: i64,
            /// This page, from 1.
            page: i64,
            /// Rows of a page.
            page_size: i64,
            /// How many pages there are.
            total_pages: i64,
        }

        impl $name {
            /// The page that was asked for.
            pub(crate) fn of(asked: $crate::page::Asked, items: Vec<$item>, total: i64) -> Self {
                Self {
                    items,
                    total,
                    page: asked.page,
                    page_size: asked.size,
                    total_pages: asked.pages(total),
                }
            }
        }
    };
}
pub(crate) use page;
