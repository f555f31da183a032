//! Numbered pages.

use axum::response::Response;
use http::{HeaderValue, StatusCode};
use parlor_engine::workspace;
use parlor_kit::route::ParameterKind::{Between, Integer};
use parlor_kit::route::Route;
use parlor_kit::{AppState, QueryParams, response};
use parlor_model::workspace::ListShape;
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::map_query_error;

/// Response header with the number of rows of all pages.
const TOTAL_COUNT_HEADER: &str = "x-total-count";

/// Default of `pageSize`.
const DEFAULT_PAGE_SIZE: i64 = 20;
/// Limit of `pageSize`.
const MAX_PAGE_SIZE: i64 = 100;
/// Limit of `page`.
const MAX_PAGE: i64 = 1_000_000_000;

/// The requested page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageQuery {
    pub(crate) page: i64,
    pub(crate) size: i64,
}

impl PageQuery {
    /// Parses `page` (from 1) and `pageSize` (1 to 100).
    pub(crate) fn from_query(query: &QueryParams) -> Result<Self> {
        Ok(Self {
            page: map_query_error(query.get_int("page", 1, 1, MAX_PAGE))?,
            size: map_query_error(query.get_int("pageSize", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE))?,
        })
    }

    /// The only page of a short list.
    pub(crate) const fn unpaged() -> Self {
        Self {
            page: 1,
            size: MAX_PAGE_SIZE,
        }
    }

    /// The page number for an offset, which need not be a multiple of the limit.
    pub(crate) fn from_offset(offset: i64, limit: i64) -> Self {
        Self {
            page: offset / limit + 1,
            size: limit,
        }
    }

    /// Returns the number of rows before the page.
    pub(crate) fn offset(self) -> i64 {
        (self.page - 1) * self.size
    }

    /// Returns the number of pages.
    pub(crate) fn page_count(self, total: i64) -> i64 {
        (total + self.size - 1) / self.size
    }
}

/// Finds the shape of lists in the caller's workspace.
pub(crate) async fn find_list_shape(app: &AppState, ctx: &Ctx) -> Result<ListShape> {
    let found = workspace::find(&app.engine, ctx.workspace.id).await?;
    Ok(found.policy.list_shape)
}

/// Builds a response with a list and `X-Total-Count`.
pub(crate) fn list_response(list: &impl Serialize, total: i64) -> Response {
    let mut response = response::json(StatusCode::OK, list);
    response
        .headers_mut()
        .insert(TOTAL_COUNT_HEADER, HeaderValue::from(total));
    response
}

/// Declares the parameters and the response of a numbered page.
pub(crate) trait PagedRoute {
    /// Adds `page` and `pageSize`.
    fn page_params(self) -> Self;
    /// Adds `page` and `pageSize`, and a 200 response with `X-Total-Count`.
    fn responds_page<T: ToSchema>(self, text: &'static str) -> Self;
}

impl PagedRoute for Route {
    fn page_params(self) -> Self {
        self.query("page", Between(1, MAX_PAGE), "From 1; 1 by default.")
            .query(
                "pageSize",
                Between(1, MAX_PAGE_SIZE),
                "1 to 100; 20 by default.",
            )
    }

    fn responds_page<T: ToSchema>(self, text: &'static str) -> Self {
        self.page_params()
            .responds::<T>(200, text)
            .response_header_where(
                |status| status == 200,
                TOTAL_COUNT_HEADER,
                Integer,
                "How many rows all pages have.",
            )
    }
}

/// Declares two types: the page of a list, and the list in either shape, which the OpenAPI document names separately.
macro_rules! page {
    ($(#[$doc:meta])* $vis:vis $name:ident of $item:ty as $list:ident) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        $vis struct $name {
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

        $(#[$doc])*
        #[derive(utoipa::ToSchema)]
        #[allow(dead_code, reason = "documents both shapes of the list")]
        #[serde(untagged)]
        $vis enum $list {
            /// Unless the workspace's lists are arrays.
            Page($name),
            /// Where they are: the rows of the page alone. `X-Total-Count` says how many there are in all.
            Array(Vec<$item>),
        }

        impl $name {
            /// Builds the requested page.
            $vis fn new(query: $crate::page::PageQuery, items: Vec<$item>, total: i64) -> Self {
                Self {
                    items,
                    total,
                    page: query.page,
                    page_size: query.size,
                    total_pages: query.page_count(total),
                }
            }

            /// Builds the response in the workspace's list shape.
            $vis async fn into_response(
                self,
                app: &parlor_kit::AppState,
                ctx: &parlor_model::Ctx,
            ) -> parlor_model::Result<axum::response::Response> {
                Ok(match $crate::page::find_list_shape(app, ctx).await? {
                    parlor_model::workspace::ListShape::Array => {
                        $crate::page::list_response(&self.items, self.total)
                    }
                    _ => $crate::page::list_response(&self, self.total),
                })
            }
        }
    };
}
pub(crate) use page;
