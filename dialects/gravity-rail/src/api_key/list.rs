//! `GET /api-keys`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::key;
use parlor_kit::{App, Query};

use super::ApiKeyResponse;
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of API keys.
    ApiKeysPage of ApiKeyResponse as ApiKeys
}

/// Oldest first, without revoked ones. Asks for `admin:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (rows, total) = key::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let keys = rows.into_iter().map(ApiKeyResponse::of).collect();
    Ok(ApiKeysPage::of(asked, keys, total)
        .answer(&app, &ctx)
        .await?)
}
