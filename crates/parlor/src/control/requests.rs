//! `parlor requests` and `parlor explain`, for a running server.

use std::collections::HashMap;

use parlor_engine::{api_key, workspace};
use parlor_kit::request_history::{RequestHistory, RequestRecord};
use parlor_kit::{AppState, ids, time};
use parlor_model::id::ApiKeyId;
use serde_json::{Value, json};

use super::request_args::ListRequestsArgs;
use crate::cli_error::{CliError, ExitKind};

/// Ends of keys by which people recognize them.
type KeyHints = HashMap<ApiKeyId, String>;

/// Lists the newest requests of this node.
pub(super) async fn list(app: &AppState, args: &ListRequestsArgs) -> Result<Value, CliError> {
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let is_meant = |record: &RequestRecord| record.is_failed() || !args.failed;
    let found = app.requests.newest(limit, is_meant);
    let hints = load_hints(app, &found).await?;
    Ok(found.iter().map(|record| render(record, &hints)).collect())
}

/// Explains a request of this node.
///
/// # Errors
/// `NotFound` for a request that the node has not answered, or has forgotten.
pub(super) async fn explain(app: &AppState, id: &str) -> Result<Value, CliError> {
    let found = find(&app.requests, id).ok_or_else(|| {
        CliError::new(ExitKind::NotFound, "this node does not remember such a request")
            .with_hint("a node remembers the last 10,000 until it stops; take the id of the header X-Request-Id: parlor requests --failed")
    })?;
    let hints = load_hints(app, std::slice::from_ref(&found)).await?;
    let explanation = found.explain();
    let steps = explanation.steps.iter().map(|step| {
        json!({
            "step": step.step.as_str(),
            "outcome": step.outcome.as_str(),
            "detail": step.detail,
        })
    });
    Ok(json!({
        "request": render(&found, &hints),
        "steps": steps.collect::<Vec<_>>(),
        "remedy": explanation.remedy,
    }))
}

fn find(history: &RequestHistory, id: &str) -> Option<RequestRecord> {
    let id = ids::parse_uuid::<()>(id).or_else(|| ids::parse_hex(id))?;
    history.find(id.uuid())
}

async fn load_hints(app: &AppState, records: &[RequestRecord]) -> Result<KeyHints, CliError> {
    let mut hints = KeyHints::new();
    for workspace in workspace::list(&app.engine).await? {
        let is_used = records.iter().any(|record| {
            record
                .caller
                .is_some_and(|caller| caller.workspace == workspace.key.id)
        });
        if is_used {
            let ctx = workspace::operator_context(&app.engine, &workspace);
            let keys = api_key::list(&app.engine, &ctx).await?;
            hints.extend(keys.into_iter().map(|key| (key.id, key.hint)));
        }
    }
    Ok(hints)
}

fn render(record: &RequestRecord, hints: &KeyHints) -> Value {
    let key = record.caller.and_then(|caller| caller.key);
    json!({
        "id": record.id.hyphenated().to_string(),
        "at": time::format_iso(record.at),
        "status": record.status,
        "method": record.method,
        "route": record.route(),
        "dialect": record.dialect,
        "millis": (record.elapsed.as_secs_f64() * 100_000.0).round() / 100.0,
        "credential": record.credential.as_str(),
        "key": key.and_then(|key| hints.get(&key)),
        "workspaceId": record.caller.map(|caller| ids::format_uuid(caller.workspace)),
        "refusedBy": record.failure.as_ref().map(|failure| failure.step.as_str()),
        "rule": record.failure.as_ref().map(|failure| failure.rule.as_ref()),
    })
}
