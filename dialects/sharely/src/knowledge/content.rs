//! `GET /knowledges-content-key/{knowledge}`, after the widget's call: where the document is that an answer rests on. There
//! is none.
//!
//! Accepted and ignored: `pageNumber`.

use axum::response::Response;
use parlor_kit::DialectError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::{Sharely, response};

/// Where a document is. After the widget's call.
#[derive(Serialize, ToSchema)]
pub(crate) struct DocumentAddress {
    /// Always null.
    url: Option<String>,
}

pub(crate) async fn handle(_: TokenCaller) -> Result<Response, DialectError<Sharely>> {
    Ok(response::ok(&DocumentAddress { url: None }))
}
