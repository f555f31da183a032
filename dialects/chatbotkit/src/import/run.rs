//! Reading a backup while it comes, and storing it batch by batch.

use http::StatusCode;
use parlor_engine::import;
use parlor_kit::record_reader::{MAX_RECORD_BYTES, RecordFormat};
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::error::ErrorKind;
use parlor_model::import::ImportRecord;
use parlor_model::{Ctx, Error, Result};
use serde_json::{Map, Value};

use super::record_head;
use super::report::ImportReport;
use crate::{HandlerResult, Settings};

/// Lines of one batch at the most.
const MAX_BATCH_RECORDS: usize = 500;
/// Bytes of one batch, or one line more.
const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Takes a whole body; `read` makes of a record what is stored. What is refused before anything was stored is refused
/// as a whole; where the body ends badly later, the report says so at that line, as what came before is stored.
pub(crate) async fn run_import(
    app: &AppState,
    ctx: &Ctx,
    payload: RequestBody,
    read: fn(Map<String, Value>) -> Result<ImportRecord>,
) -> HandlerResult {
    let settings: Settings = app.dialect_settings();
    let mut records = record_format(&payload)
        .and_then(|form| payload.records(form, settings.import_body_limit))?;
    let mut report = ImportReport::default();
    let (mut lines, mut bytes) = (Vec::new(), 0);
    loop {
        let next = match records.next().await {
            Ok(next) => next,
            Err(error) => {
                store_batch(app, ctx, &mut lines, &mut report).await?;
                if !report.has_stored_records() {
                    return Err(error.into());
                }
                report.add_failure(records.number() + 1, &error);
                break;
            }
        };
        let Some(record) = next else {
            store_batch(app, ctx, &mut lines, &mut report).await?;
            break;
        };
        let made = match &record.text {
            Some(text) => record_head::parse_object(text).and_then(read),
            None => Err(Error::new(ErrorKind::TooLarge {
                limit: MAX_RECORD_BYTES as u64,
            })),
        };
        match made {
            Ok(import) => lines.push((record.number, import)),
            Err(error) => report.add_failure(record.number, &error),
        }
        bytes += record.text.map_or(0, |text| text.len());
        if lines.len() >= MAX_BATCH_RECORDS || bytes >= MAX_BATCH_BYTES {
            bytes = 0;
            store_batch(app, ctx, &mut lines, &mut report).await?;
        }
    }
    Ok(response::json(StatusCode::OK, &report.into_sorted()))
}

async fn store_batch(
    app: &AppState,
    ctx: &Ctx,
    lines: &mut Vec<(usize, ImportRecord)>,
    report: &mut ImportReport,
) -> Result<()> {
    if !lines.is_empty() {
        let batch = import::import_batch(&app.engine, ctx, std::mem::take(lines)).await?;
        report.add_batch(&batch);
    }
    Ok(())
}

/// How the records follow one another, by what the body says it is.
fn record_format(payload: &RequestBody) -> Result<RecordFormat> {
    const JSONL_MEDIA_TYPES: [&str; 4] = [
        "application/jsonl",
        "application/x-ndjson",
        "application/octet-stream",
        "text/plain",
    ];
    if payload.has_media_type("application/json") {
        Ok(RecordFormat::Document)
    } else if !payload.has_content_type()
        || JSONL_MEDIA_TYPES
            .iter()
            .any(|kind| payload.has_media_type(kind))
    {
        Ok(RecordFormat::Lines)
    } else {
        Err(Error::invalid(
            "Content-Type",
            "must be application/jsonl, application/x-ndjson or application/json",
        ))
    }
}
