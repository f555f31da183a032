//! `GET /api-keys`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::api_key;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{ApiKeyResponse, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of API keys.
    ApiKeysPage of ApiKeyResponse as ApiKeys
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/api-keys"), handle)
        .doc("Lists API keys", VENDOR_PAGE)
        .scope(Scope::read(Resource::Admin))
        .responds_page::<ApiKeys>("A page of API keys.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first, without revoked keys.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = api_key::page(&app.engine, &ctx, page.size, page.offset()).await?;
    let keys = rows.into_iter().map(ApiKeyResponse::from_api_key).collect();
    Ok(ApiKeysPage::new(page, keys, total)
        .into_response(&app, &ctx)
        .await?)
}
