//! Parses the body of an import while it arrives, and stores it in batches.

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

/// Maximum number of records in a batch.
const MAX_BATCH_RECORDS: usize = 500;
/// Bytes of records after which a batch ends; its last record may exceed them.
const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Imports all records of a body. `parse` converts a record. If the body fails before any record is stored, the response is
/// that error; if it fails later, the failure is part of the report, since earlier records are stored.
pub(crate) async fn run_import(
    app: &AppState,
    ctx: &Ctx,
    payload: RequestBody,
    parse: fn(Map<String, Value>) -> Result<ImportRecord>,
) -> HandlerResult {
    let settings: Settings = app.dialect_settings();
    let mut records = record_format(&payload)
        .and_then(|format| payload.records(format, settings.import_body_limit))?;
    let mut report = ImportReport::default();
    let (mut batch, mut batch_bytes) = (Vec::new(), 0);
    loop {
        let next = match records.next().await {
            Ok(next) => next,
            Err(error) => {
                store_batch(app, ctx, &mut batch, &mut report).await?;
                if !report.has_stored_records() {
                    return Err(error.into());
                }
                report.add_failure(records.number() + 1, &error);
                break;
            }
        };
        let Some(record) = next else {
            store_batch(app, ctx, &mut batch, &mut report).await?;
            break;
        };
        let parsed = match &record.text {
            Some(text) => record_head::parse_object(text).and_then(parse),
            None => Err(Error::new(ErrorKind::TooLarge {
                limit: MAX_RECORD_BYTES as u64,
            })),
        };
        match parsed {
            Ok(import) => batch.push((record.number, import)),
            Err(error) => report.add_failure(record.number, &error),
        }
        batch_bytes += record.text.map_or(0, |text| text.len());
        if batch.len() >= MAX_BATCH_RECORDS || batch_bytes >= MAX_BATCH_BYTES {
            batch_bytes = 0;
            store_batch(app, ctx, &mut batch, &mut report).await?;
        }
    }
    Ok(response::json(StatusCode::OK, &report.into_sorted()))
}

/// Stores the pending records, if there are any, and clears them.
async fn store_batch(
    app: &AppState,
    ctx: &Ctx,
    records: &mut Vec<(usize, ImportRecord)>,
    report: &mut ImportReport,
) -> Result<()> {
    if !records.is_empty() {
        let result = import::import_batch(&app.engine, ctx, std::mem::take(records)).await?;
        report.add_batch(&result);
    }
    Ok(())
}

/// Returns the format of the records by the body's media type.
///
/// # Errors
/// `Invalid` for another media type.
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
            .any(|media_type| payload.has_media_type(media_type))
    {
        Ok(RecordFormat::Lines)
    } else {
        Err(Error::invalid(
            "Content-Type",
            "must be application/jsonl, application/x-ndjson or application/json",
        ))
    }
}
