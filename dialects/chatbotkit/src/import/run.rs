//! Reading a backup while it comes, and storing it batch by batch.

use http::StatusCode;
use parlor_engine::import;
use parlor_kit::records::{Form, LONGEST};
use parlor_kit::{App, Payload, reply};
use parlor_model::error::Kind;
use parlor_model::import::Import;
use parlor_model::{Ctx, Error, Result};
use serde_json::{Map, Value};

use super::line;
use super::report::Report;
use crate::{Outcome, Settings};

/// Lines of one batch at the most.
const LINES: usize = 500;
/// Bytes of one batch, or one line more.
const BYTES: usize = 1024 * 1024;

/// Takes a whole body; `read` makes of a record what is stored. What is refused before anything was stored is refused
/// as a whole; where the body ends badly later, the report says so at that line, as what came before is stored.
pub(crate) async fn run(
    app: &App,
    ctx: &Ctx,
    payload: Payload,
    read: fn(Map<String, Value>) -> Result<Import>,
) -> Outcome {
    let settings: Settings = app.section();
    let mut records = payload_form(&payload)
        .and_then(|form| payload.records(form, settings.import_body_limit))?;
    let mut report = Report::default();
    let (mut lines, mut bytes) = (Vec::new(), 0);
    loop {
        let next = match records.next().await {
            Ok(next) => next,
            Err(error) => {
                store(app, ctx, &mut lines, &mut report).await?;
                if !report.has_begun() {
                    return Err(error.into());
                }
                report.refuse(records.number() + 1, &error);
                break;
            }
        };
        let Some(record) = next else {
            store(app, ctx, &mut lines, &mut report).await?;
            break;
        };
        let made = match &record.text {
            Some(text) => line::object(text).and_then(read),
            None => Err(Error::new(Kind::TooLarge {
                limit: LONGEST as u64,
            })),
        };
        match made {
            Ok(import) => lines.push((record.number, import)),
            Err(error) => report.refuse(record.number, &error),
        }
        bytes += record.text.map_or(0, |text| text.len());
        if lines.len() >= LINES || bytes >= BYTES {
            bytes = 0;
            store(app, ctx, &mut lines, &mut report).await?;
        }
    }
    Ok(reply::json(StatusCode::OK, &report.in_order()))
}

async fn store(
    app: &App,
    ctx: &Ctx,
    lines: &mut Vec<(usize, Import)>,
    report: &mut Report,
) -> Result<()> {
    if !lines.is_empty() {
        let batch = import::batch(&app.engine, ctx, std::mem::take(lines)).await?;
        report.add(&batch);
    }
    Ok(())
}

/// How the records follow one another, by what the body says it is.
fn payload_form(payload: &Payload) -> Result<Form> {
    const LINE_TYPES: [&str; 4] = [
        "application/jsonl",
        "application/x-ndjson",
        "application/octet-stream",
        "text/plain",
    ];
    if payload.says("application/json") {
        Ok(Form::Document)
    } else if !payload.says_anything() || LINE_TYPES.iter().any(|kind| payload.says(kind)) {
        Ok(Form::Lines)
    } else {
        Err(Error::invalid(
            "Content-Type",
            "must be application/jsonl, application/x-ndjson or application/json",
        ))
    }
}
