//! `GET /chats/export`, after developer/api/workspace/chats/stats: the chats of the list as CSV, unpaged, newest first.
//!
//! Read and ignored: `sortBy` and `sortOrder`, which a file of any length cannot keep. The answer is made while it is
//! sent, a batch at a time; where reading fails, it breaks off rather than ending well.

use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use parlor_engine::conversation::{self, Exported};
use parlor_kit::stream::{self, Chunks, Gone};
use parlor_kit::{App, Query};
use parlor_model::conversation::ConversationFilter;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::sheet::Sheet;
use crate::Fail;
use crate::auth::Caller;
use crate::chat::{filter, list};
use crate::question::order;

/// Rows that are read at once.
const BATCH: i64 = 200;

/// Filters as the list does. Asks for `chats:read`: one's own chats alone are not exported.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    method: Method,
    query: Query,
) -> Result<Response, Fail> {
    let (_, _) = (list::sort(&query)?, order(&query)?);
    let asked = filter::Asked::read(&query)?;
    ctx.require(Scope::read(Resource::Conversations))?;
    let filter = asked.resolve(&app, &ctx).await?;
    // What fails at once is still told by a status.
    let first = read(&app, &ctx, &filter, i64::MAX).await?;
    let (chunks, body) = stream::body();
    if method != Method::HEAD {
        tokio::spawn(async move {
            match send(&app, &ctx, &filter, first, &chunks).await {
                Ok(()) | Err(Stop::Gone) => {}
                Err(Stop::Failed) => chunks.abort().await,
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

enum Stop {
    /// Nobody reads any more.
    Gone,
    /// The rest could not be read.
    Failed,
}

async fn read(
    app: &App,
    ctx: &Ctx,
    filter: &ConversationFilter,
    before: i64,
) -> Result<Vec<Exported>> {
    conversation::export(&app.engine, ctx, filter.clone(), before, BATCH).await
}

async fn send(
    app: &App,
    ctx: &Ctx,
    filter: &ConversationFilter,
    first: Vec<Exported>,
    chunks: &Chunks,
) -> Result<(), Stop> {
    let mut sheet = Sheet::begin();
    let mut batch = first;
    while let Some(last) = batch.last().map(|row| row.whole.conversation.number) {
        for row in &batch {
            sheet.row(row);
        }
        let ready = sheet.take();
        chunks.send(ready).await.map_err(|Gone| Stop::Gone)?;
        // A read runs on a serving thread; others have their turn between two.
        tokio::task::yield_now().await;
        batch = read(app, ctx, filter, last)
            .await
            .map_err(|_| Stop::Failed)?;
    }
    chunks.send(sheet.take()).await.map_err(|Gone| Stop::Gone)
}
