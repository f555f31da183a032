//! `GET /knowledges-content-key/{knowledge}`, after the widget's call: where the document is that an answer rests on. There
//! is none.
//!
//! Accepted and ignored: `pageNumber`.

use axum::response::Response;
use parlor_kit::Fail;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Sharely, reply};

/// Where a document is. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentAddress)]
pub(crate) struct Address {
    /// Always null.
    url: Option<String>,
}

pub(crate) async fn handle(_: Visitor) -> Result<Response, Fail<Sharely>> {
    Ok(reply::ok(&Address { url: None }))
}
