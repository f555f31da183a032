//! Lists and exports: one walk, four ways to write it down.

mod accept;
mod cursor;
mod filter;
mod list_encoder;
mod list_query;
mod row_source;
mod stream;

use axum::response::Response;
use http::header::{CONTENT_TYPE, VARY};
use http::{HeaderValue, StatusCode};
use parlor_kit::{AppState, response};
use parlor_model::{Ctx, Result};

use crate::{JsonlFormat, Settings};
use accept::ResponseFormat;
pub(crate) use cursor::decode_cursor;
pub(crate) use filter::{metadata_filters, parse_id_filter, parse_text_filter};
pub(crate) use list_encoder::{ListEncoder, ListFormat, ListRow};
pub(crate) use list_query::ListQuery;
pub(crate) use row_source::{RowSource, SourceBatch};

/// Which of the two kinds of route was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// Pages, or a stream of events.
    List,
    /// Everything, or as much as asked for.
    Export,
}

/// Whether an export will be answered as JSONL.
pub(crate) fn is_jsonl_export(asked: &ListQuery) -> Result<bool> {
    let offer = accept::negotiate(asked.accept.as_deref(), ListKind::Export)?;
    Ok(offer == ResponseFormat::Jsonl)
}

/// Whether the caller of something that is no list would rather have a stream of events than one JSON object.
pub(crate) fn prefers_event_stream(asked: &ListQuery) -> bool {
    let offer = accept::negotiate(asked.accept.as_deref(), ListKind::List);
    offer.is_ok_and(|offer| offer == ResponseFormat::Jsonl)
}

/// Answers a list or an export in the form the caller accepts best.
pub(crate) async fn respond<S: RowSource>(
    app: &AppState,
    ctx: &Ctx,
    route: ListKind,
    asked: &ListQuery,
    source: S,
) -> Result<Response> {
    let offer = accept::negotiate(asked.accept.as_deref(), route)?;
    let settings: Settings = app.dialect_settings();
    let form = match (offer, route) {
        (ResponseFormat::Csv, _) => ListFormat::Csv,
        (ResponseFormat::Jsonl, ListKind::List) => ListFormat::Events,
        (ResponseFormat::Jsonl, ListKind::Export) => match settings.export_jsonl {
            JsonlFormat::Record => ListFormat::Records,
            JsonlFormat::Event => ListFormat::Events,
        },
        (ResponseFormat::Json, _) => ListFormat::Document,
    };
    let sheet = ListEncoder::new::<S::Record<'static>>(form, settings);
    let mut response = if offer == ResponseFormat::Json && route == ListKind::List {
        let page = row_source::collect_page(app, ctx, source, sheet, asked.page_size()).await?;
        response::from_bytes(StatusCode::OK, offer.media_type(), page)
    } else {
        let walk = row_source::ListReader::new(app.clone(), *ctx, source, sheet, asked.max_rows());
        let mut response = Response::new(stream::stream_body(walk, asked.is_head, route).await?);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(offer.media_type()));
        response
    };
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}
