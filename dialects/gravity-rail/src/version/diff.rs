//! `GET .../versions/diff?from_version&to_version`, after developer/api/workspace/workflow_versions.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::workflow;
use parlor_kit::{App, Params, Query, reply};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Draft, WorkflowKey};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Fail;
use crate::auth::Caller;
use crate::question::{asked, invalid};
use crate::workflow::key;

/// What differs between two versions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiffResponse {
    /// 0 is the draft.
    from_version: i64,
    /// 0 is the draft.
    to_version: i64,
    /// Field by field, tasks one by one.
    changes: Vec<Change>,
}

/// A field that differs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Change {
    /// Its name, or `tasks[n]` from 0.
    field: String,
    /// What it was; null where it was not there.
    #[schema(value_type = Value)]
    from: Value,
    /// What it is; null where it is not there any more.
    #[schema(value_type = Value)]
    to: Value,
}

/// Asks for `workflows:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    query: Query,
) -> Result<Response, Fail> {
    let (from, to) = (
        number(&query, "from_version")?,
        number(&query, "to_version")?,
    );
    ctx.require(Scope::read(Resource::Workflows))?;
    let key = key(params.get("workflow"))?;
    let one = content(&app, &ctx, key, from).await?;
    let other = content(&app, &ctx, key, to).await?;
    let diff = DiffResponse {
        from_version: from,
        to_version: to,
        changes: changes(&one, &other),
    };
    Ok(reply::json(StatusCode::OK, &diff))
}

fn number(query: &Query, name: &'static str) -> Result<i64> {
    if query.get(name).is_none() {
        return Err(invalid(name, "is required"));
    }
    asked(query.int(name, 0, 0, i64::MAX))
}

async fn content(app: &App, ctx: &Ctx, key: WorkflowKey, version: i64) -> Result<Draft> {
    if version == 0 {
        Ok(workflow::find(&app.engine, ctx, key).await?.draft)
    } else {
        let (found, _) = workflow::version(&app.engine, ctx, key, version).await?;
        Ok(found.snapshot)
    }
}

fn changes(one: &Draft, other: &Draft) -> Vec<Change> {
    let fields = |draft: &Draft| {
        [
            ("slug", json!(draft.slug)),
            ("name", json!(draft.name)),
            ("description", json!(draft.description)),
            ("agentMemberId", json!(draft.agent)),
            ("defaultPhoneNumberId", json!(draft.default_phone_number)),
            ("defaultInboxId", json!(draft.default_inbox)),
            ("openingMessage", json!(draft.opening_message)),
        ]
    };
    let mut changes: Vec<Change> = fields(one)
        .into_iter()
        .zip(fields(other))
        .map(|((field, from), (_, to))| Change {
            field: field.to_owned(),
            from,
            to,
        })
        .collect();
    let task = |draft: &Draft, index: usize| draft.tasks.get(index).cloned().unwrap_or_default();
    let tasks = one.tasks.len().max(other.tasks.len());
    changes.extend((0..tasks).map(|index| Change {
        field: format!("tasks[{index}]"),
        from: task(one, index),
        to: task(other, index),
    }));
    changes.retain(|change| change.from != change.to);
    changes
}
