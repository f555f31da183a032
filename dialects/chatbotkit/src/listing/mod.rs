//! Lists and exports: query parsing, content negotiation and the scan that reads rows for pages and streams.
//!
//! Keeps INV-73 (`docs/invariants.md`).

mod accept;
mod filter;
mod list_query;
mod row_source;
mod stream;

use axum::response::Response;
use http::header::{CONTENT_TYPE, VARY};
use http::{HeaderValue, StatusCode};
use parlor_kit::{AppState, response};
use parlor_model::{Ctx, Result};

use crate::encode::{ListEncoder, ListFormat};
use crate::{JsonlFormat, Settings};
use accept::ResponseFormat;
pub(crate) use filter::{
    Unsatisfiable, contact_filter, metadata_filters, parse_id_filter, parse_text_filter,
};
pub(crate) use list_query::ListQuery;
pub(crate) use row_source::{RowSource, SourceBatch};

/// The kind of endpoint, which decides the formats and the row limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// A page, or a stream of events.
    List,
    /// All rows, or as many as requested.
    Export,
}

/// Returns whether an export is answered as JSONL.
///
/// # Errors
/// `NotAcceptable` if no format is acceptable.
pub(crate) fn is_jsonl_export(query: &ListQuery) -> Result<bool> {
    let format = accept::negotiate(query.accept.as_deref(), ListKind::Export)?;
    Ok(format == ResponseFormat::Jsonl)
}

/// Returns whether the caller of an endpoint that is no list prefers a stream of events to a JSON object.
pub(crate) fn prefers_event_stream(query: &ListQuery) -> bool {
    let format = accept::negotiate(query.accept.as_deref(), ListKind::List);
    format.is_ok_and(|format| format == ResponseFormat::Jsonl)
}

/// Responds to a list or an export in the format that the caller accepts best.
///
/// # Errors
/// `NotAcceptable` if no format is acceptable, and errors of the first read. Later errors abort the body.
pub(crate) async fn respond<S: RowSource>(
    app: &AppState,
    ctx: &Ctx,
    kind: ListKind,
    query: &ListQuery,
    source: S,
) -> Result<Response> {
    let response_format = accept::negotiate(query.accept.as_deref(), kind)?;
    let settings: Settings = app.dialect_settings();
    let list_format = match (response_format, kind) {
        (ResponseFormat::Csv, _) => ListFormat::Csv,
        (ResponseFormat::Jsonl, ListKind::List) => ListFormat::Events,
        (ResponseFormat::Jsonl, ListKind::Export) => match settings.export_jsonl {
            JsonlFormat::Record => ListFormat::Records,
            JsonlFormat::Event => ListFormat::Events,
        },
        (ResponseFormat::Json, _) => ListFormat::Document,
    };
    let encoder = ListEncoder::new::<S::Row<'static>>(list_format, settings);
    let mut response = if response_format == ResponseFormat::Json && kind == ListKind::List {
        let page = row_source::collect_page(app, ctx, source, encoder, query.page_size()).await?;
        response::from_bytes(StatusCode::OK, response_format.media_type(), page)
    } else {
        let reader =
            row_source::ListReader::new(app.clone(), *ctx, source, encoder, query.max_rows());
        let mut response = Response::new(stream::stream_body(reader, query.is_head, kind).await?);
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static(response_format.media_type()),
        );
        response
    };
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}
