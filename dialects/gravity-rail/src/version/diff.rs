//! `GET .../versions/diff?from_version&to_version`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::workflow;
use parlor_kit::route::ParameterKind::AtLeast;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{WorkflowDraft, WorkflowKey};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::VENDOR_PAGE;
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::query::{invalid_query_error, map_query_error};
use crate::respond::ok_json;

const SCOPE: Scope = Scope::read(Resource::Workflows);

/// What differs between two versions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DiffResponse {
    /// 0 is the draft.
    from_version: i64,
    /// 0 is the draft.
    to_version: i64,
    /// Field by field, tasks one by one.
    changes: Vec<FieldDiff>,
}

/// A field that differs.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
struct FieldDiff {
    /// Its name, or `tasks[n]` from 0.
    field: String,
    /// What it was; null where it was not there.
    #[schema(value_type = Value)]
    from: Value,
    /// What it is; null where it is not there any more.
    #[schema(value_type = Value)]
    to: Value,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(
        workspace_path!("/workflows/{workflow}/versions/diff"),
        handle,
    )
    .doc("Compares two versions", VENDOR_PAGE)
    .scope(SCOPE)
    .query("from_version", AtLeast(0), "A version, or 0 for the draft.")
    .required()
    .query("to_version", AtLeast(0), "A version, or 0 for the draft.")
    .required()
    .responds::<DiffResponse>(200, "What differs.")
    .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, (404, "No such workflow or version.")])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let (from, to) = (
        parse_version(&query, "from_version")?,
        parse_version(&query, "to_version")?,
    );
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("workflow"))?;
    let old = load_draft(&app, &ctx, key, from).await?;
    let new = load_draft(&app, &ctx, key, to).await?;
    let diff = DiffResponse {
        from_version: from,
        to_version: to,
        changes: diff_drafts(&old, &new),
    };
    Ok(ok_json(&diff))
}

fn parse_version(query: &QueryParams, name: &'static str) -> Result<i64> {
    if query.get(name).is_none() {
        return Err(invalid_query_error(name, "is required"));
    }
    map_query_error(query.get_int(name, 0, 0, i64::MAX))
}

async fn load_draft(
    app: &AppState,
    ctx: &Ctx,
    key: WorkflowKey,
    version: i64,
) -> Result<WorkflowDraft> {
    if version == 0 {
        Ok(workflow::find(&app.engine, ctx, key).await?.draft)
    } else {
        let (found, _) = workflow::find_version(&app.engine, ctx, key, version).await?;
        Ok(found.snapshot)
    }
}

fn diff_drafts(old: &WorkflowDraft, new: &WorkflowDraft) -> Vec<FieldDiff> {
    let fields = |draft: &WorkflowDraft| {
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
    let mut changes: Vec<FieldDiff> = fields(old)
        .into_iter()
        .zip(fields(new))
        .map(|((field, from), (_, to))| FieldDiff {
            field: field.to_owned(),
            from,
            to,
        })
        .collect();
    let task =
        |draft: &WorkflowDraft, index: usize| draft.tasks.get(index).cloned().unwrap_or_default();
    let tasks = old.tasks.len().max(new.tasks.len());
    changes.extend((0..tasks).map(|index| FieldDiff {
        field: format!("tasks[{index}]"),
        from: task(old, index),
        to: task(new, index),
    }));
    changes.retain(|change| change.from != change.to);
    changes
}
