//! Lists and exports: one walk, four ways to write it down.

mod accept;
mod asked;
mod cursor;
mod filter;
mod sheet;
mod stream;
mod walk;

use axum::response::Response;
use http::header::{CONTENT_TYPE, VARY};
use http::{HeaderValue, StatusCode};
use parlor_kit::{App, reply};
use parlor_model::{Ctx, Result};

use crate::{Jsonl, Settings};
use accept::Offer;
pub(crate) use asked::Asked;
pub(crate) use cursor::position;
pub(crate) use filter::{any_of, equal, metadata};
pub(crate) use sheet::{Form, Record, Sheet};
pub(crate) use walk::{Source, Step};

/// Which of the two kinds of route was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Pages, or a stream of events.
    List,
    /// Everything, or as much as asked for.
    Export,
}

/// Whether an export will be answered as JSONL.
pub(crate) fn is_lines(asked: &Asked) -> Result<bool> {
    let offer = accept::choose(asked.accept.as_deref(), Route::Export)?;
    Ok(offer == Offer::Lines)
}

/// Whether the caller of something that is no list would rather have a stream of events than one JSON object.
pub(crate) fn wants_events(asked: &Asked) -> bool {
    let offer = accept::choose(asked.accept.as_deref(), Route::List);
    offer.is_ok_and(|offer| offer == Offer::Lines)
}

/// Answers a list or an export in the form the caller accepts best.
pub(crate) async fn answer<S: Source>(
    app: &App,
    ctx: &Ctx,
    route: Route,
    asked: &Asked,
    source: S,
) -> Result<Response> {
    let offer = accept::choose(asked.accept.as_deref(), route)?;
    let settings: Settings = app.section();
    let form = match (offer, route) {
        (Offer::Csv, _) => Form::Csv,
        (Offer::Lines, Route::List) => Form::Events,
        (Offer::Lines, Route::Export) => match settings.export_jsonl {
            Jsonl::Record => Form::Records,
            Jsonl::Event => Form::Events,
        },
        (Offer::Json, _) => Form::Document,
    };
    let sheet = Sheet::new::<S::Record<'static>>(form, settings);
    let mut response = if offer == Offer::Json && route == Route::List {
        let page = walk::page(app, ctx, source, sheet, asked.page_size()).await?;
        reply::bytes_of(StatusCode::OK, offer.media_type(), page)
    } else {
        let walk = walk::Walk::new(app.clone(), *ctx, source, sheet, asked.total());
        let mut response = Response::new(stream::body(walk, asked.is_head, route).await?);
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
