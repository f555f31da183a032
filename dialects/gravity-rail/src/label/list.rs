//! `GET /chats/labels`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::LabelResponse;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of labels.
    LabelsPage of LabelResponse as Labels
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/labels"), handle)
        .doc("Lists the labels of the workspace", "")
        .scope(Scope::read(Resource::Labels))
        .responds_page::<Labels>("A page of labels.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// By name.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = label::page(&app.engine, &ctx, page.size, page.offset()).await?;
    let labels = rows.into_iter().map(LabelResponse::from_label).collect();
    Ok(LabelsPage::new(page, labels, total)
        .into_response(&app, &ctx)
        .await?)
}
