//! `GET /api-keys`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::api_key;
use parlor_kit::{AppState, QueryParams};

use super::ApiKeyResponse;
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of API keys.
    ApiKeysPage of ApiKeyResponse as ApiKeys
}

/// Oldest first, without revoked ones. Asks for `admin:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (rows, total) = api_key::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let keys = rows.into_iter().map(ApiKeyResponse::from_api_key).collect();
    Ok(ApiKeysPage::of(asked, keys, total)
        .answer(&app, &ctx)
        .await?)
}
