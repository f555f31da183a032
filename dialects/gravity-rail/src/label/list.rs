//! `GET /chats/labels`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::{App, Query};

use super::LabelResponse;
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of labels.
    LabelsPage of LabelResponse as Labels
}

/// By name. Asks for `labels:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (rows, total) = label::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let labels = rows.into_iter().map(LabelResponse::of).collect();
    Ok(LabelsPage::of(asked, labels, total)
        .answer(&app, &ctx)
        .await?)
}
