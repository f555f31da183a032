//! `GET /chats/export`: the chats of the list as CSV, unpaged, newest first.
//!
//! Read and ignored: `sortBy` and `sortOrder`, which a streamed export cannot apply. Rows are read and sent in batches;
//! a failed read aborts the connection.

use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use parlor_engine::conversation::{self, ConversationExportRow};
use parlor_kit::body_stream::{self, BodySender, ReceiverClosed};
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::conversation::ConversationFilter;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::VENDOR_PAGE;
use super::csv::ChatCsvWriter;
use crate::HandlerError;
use crate::auth::Caller;
use crate::chat::list::with_filter_params;
use crate::chat::{list, list_query};
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::query::parse_sort_order;

const SCOPE: Scope = Scope::read(Resource::Conversations);

/// Rows of one read.
const BATCH_ROWS: i64 = 200;

/// Declares the route.
pub(crate) fn route() -> Route {
    with_filter_params(
        get(workspace_path!("/chats/export"), handle)
            .doc("Exports chats as CSV", VENDOR_PAGE)
            .scope(SCOPE),
    )
    .responds_media_type(200, "text/csv", "A head, and a line for each chat.")
    .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Takes the filters of the list. Requires `chats:read`, also for the caller's own chats.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    method: Method,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let (_, _) = (list::parse_sort(&query)?, parse_sort_order(&query)?);
    let request = list_query::ListChatsQuery::from_query(&query)?;
    ctx.require(SCOPE)?;
    let filter = request.resolve(&app, &ctx).await?;
    // An error of the first read is still answered with a status.
    let first = read_batch(&app, &ctx, &filter, i64::MAX).await?;
    let (chunks, body) = body_stream::channel();
    if method != Method::HEAD {
        tokio::spawn(async move {
            match send_rows(&app, &ctx, &filter, first, &chunks).await {
                Ok(()) | Err(ExportError::ReceiverClosed) => {}
                Err(ExportError::Failed) => chunks.abort().await,
            }
        });
    }
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"chats.csv\""),
    );
    Ok(response)
}

enum ExportError {
    /// The client is gone.
    ReceiverClosed,
    /// A later read failed.
    Failed,
}

async fn read_batch(
    app: &AppState,
    ctx: &Ctx,
    filter: &ConversationFilter,
    before: i64,
) -> Result<Vec<ConversationExportRow>> {
    conversation::export(&app.engine, ctx, filter.clone(), before, BATCH_ROWS).await
}

async fn send_rows(
    app: &AppState,
    ctx: &Ctx,
    filter: &ConversationFilter,
    first: Vec<ConversationExportRow>,
    chunks: &BodySender,
) -> Result<(), ExportError> {
    let mut writer = ChatCsvWriter::with_header();
    let mut batch = first;
    while let Some(last) = batch.last().map(|row| row.details.conversation.number) {
        for row in &batch {
            writer.write_row(row);
        }
        let bytes = writer.take_bytes();
        chunks
            .send(bytes)
            .await
            .map_err(|ReceiverClosed| ExportError::ReceiverClosed)?;
        // Reads run on the runtime's threads: other tasks get a turn between two.
        tokio::task::yield_now().await;
        batch = read_batch(app, ctx, filter, last)
            .await
            .map_err(|_| ExportError::Failed)?;
    }
    chunks
        .send(writer.take_bytes())
        .await
        .map_err(|ReceiverClosed| ExportError::ReceiverClosed)
}
