//! `GET /chats/{chat_id}/attachments`. An endpoint of this server's own.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::file;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::Result;

use super::{AttachmentResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_CHAT, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};
use crate::{HandlerError, ids};

page! {
    /// A page of files.
    AttachmentsPage of AttachmentResponse as Attachments
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/chats/{conversation}/attachments"), handle)
        .doc("Lists the files of a chat", VENDOR_PAGE)
        .responds_page::<Attachments>("A page of files, the oldest first.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_CHAT])
}

/// Oldest first. The caller's own chat, or any with `chats:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let page = PageQuery::from_query(&query)?;
    let (files, total) =
        file::attachment_page(&app.engine, &ctx, key, page.size, page.offset()).await?;
    let rows = files
        .into_iter()
        .map(AttachmentResponse::from_file)
        .collect();
    Ok(AttachmentsPage::new(page, rows, total)
        .into_response(&app, &ctx)
        .await?)
}
