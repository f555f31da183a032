//! `GET /chats/labels`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::{AppState, QueryParams};

use super::LabelResponse;
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of labels.
    LabelsPage of LabelResponse as Labels
}

/// By name. Asks for `labels:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (rows, total) = label::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let labels = rows.into_iter().map(LabelResponse::from_label).collect();
    Ok(LabelsPage::of(asked, labels, total)
        .answer(&app, &ctx)
        .await?)
}
