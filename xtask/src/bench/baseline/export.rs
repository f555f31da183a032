//! Baseline of an export: a thread reads all spaces; a bounded queue of chunks slows it down to the client's speed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use tokio::sync::mpsc::{Sender, channel};

use super::{page, row};

const CHUNK_BYTES: usize = 64 * 1024;
const QUEUED_CHUNKS: usize = 4;

#[derive(Clone, Copy, PartialEq)]
enum ExportFormat {
    Json,
    Jsonl,
    Csv,
}

/// Returns a router with the export route.
pub(super) fn router(database: &Path) -> Router {
    let database: Arc<PathBuf> = Arc::new(database.to_owned());
    Router::new()
        .route("/api/v1/space/export", get(export))
        .with_state(database)
}

async fn export(
    State(database): State<Arc<PathBuf>>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let (format, kind) = match accept {
        Some("application/jsonl") => (ExportFormat::Jsonl, "application/jsonl"),
        Some("text/csv") => (ExportFormat::Csv, "text/csv; charset=utf-8"),
        Some("application/json") | None => (ExportFormat::Json, "application/json"),
        Some(_) => return Err(StatusCode::BAD_REQUEST),
    };
    let (sender, receiver) = channel(QUEUED_CHUNKS);
    tokio::task::spawn_blocking(move || {
        // An error aborts the stream, which the client detects.
        if let Err(error) = write_export(&database, format, &sender) {
            let _ = sender.blocking_send(Err(std::io::Error::other(error)));
        }
    });
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    Ok(([(header::CONTENT_TYPE, kind)], Body::from_stream(stream)).into_response())
}

fn write_export(
    database: &Path,
    format: ExportFormat,
    sender: &Sender<std::io::Result<Bytes>>,
) -> Result<()> {
    let connection = page::open(database)?;
    let workspace: i64 =
        connection.query_row("select number from workspace", (), |row| row.get(0))?;
    let text = format!("{} where s.ws = ?1 order by s.id desc", row::SELECT);
    let mut statement = connection.prepare(&text)?;
    let mut rows = statement.query([workspace])?;
    let mut out = String::with_capacity(CHUNK_BYTES + 4096);
    out.push_str(match format {
        ExportFormat::Json => "{\"items\":[",
        ExportFormat::Jsonl => "",
        ExportFormat::Csv => row::CSV_HEADER,
    });
    let mut first = true;
    while let Some(found) = rows.next()? {
        match format {
            ExportFormat::Csv => row::write_csv(&mut out, found)?,
            ExportFormat::Jsonl => {
                row::write_json(&mut out, found)?;
                out.push('\n');
            }
            ExportFormat::Json => {
                if !first {
                    out.push(',');
                }
                row::write_json(&mut out, found)?;
            }
        }
        first = false;
        if out.len() >= CHUNK_BYTES {
            let full = std::mem::replace(&mut out, String::with_capacity(CHUNK_BYTES + 4096));
            if sender.blocking_send(Ok(full.into())).is_err() {
                return Ok(());
            }
        }
    }
    if format == ExportFormat::Json {
        out.push_str("],\"cursor\":\"\"}");
    }
    let _ = sender.blocking_send(Ok(out.into()));
    Ok(())
}
