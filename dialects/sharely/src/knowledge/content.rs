//! `GET /knowledges-content-key/{knowledge}`, after the widget's call: returns the address of a source document.
//! There is never one.
//!
//! Accepted and ignored: `pageNumber`.

use axum::response::Response;
use parlor_kit::route::{Auth, Route, get};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{WIDGET_SOURCE, organization_optional};
use crate::{HandlerError, response};

/// Where a document is. After the widget's call.
#[derive(Serialize, ToSchema)]
struct DocumentAddress {
    /// Always null.
    url: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        get("/knowledges-content-key/{knowledge}", handle),
        Auth::Bearer,
    )
    .doc("Where a document is: nowhere.", WIDGET_SOURCE)
    .scope(Scope::read(Resource::Conversations))
    .responds::<DocumentAddress>(200, "No address.")
}

async fn handle(_: TokenCaller) -> Result<Response, HandlerError> {
    Ok(response::ok(&DocumentAddress { url: None }))
}
