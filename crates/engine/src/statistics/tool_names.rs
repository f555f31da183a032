//! Names of the tools that assistants called.

use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::statistics as repo;
use serde_json::Value;

use crate::Engine;

/// Maximum number of returned names, and maximum length of a stored one.
const MAX_NAMES: i64 = 1_000;
const MAX_NAME_CHARS: usize = 200;

/// Returns the names of all tools ever called in the workspace, sorted. Requires `conversations:read`.
pub async fn tool_names(engine: &Engine, ctx: &Ctx) -> Result<Vec<String>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::list_tools(tx, ws, MAX_NAMES))
        .await
}

/// Returns the append effect that records the tools called by a message.
pub(crate) fn record_tools_effect(calls: &Value) -> Option<AppendEffect> {
    let mut names: Vec<String> = calls
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(tool_name)
        .filter(|name| !name.contains('\0') && name.chars().count() <= MAX_NAME_CHARS)
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then_some(AppendEffect::RecordTools(names))
}

/// Returns a call's tool name: `function.name` or `name`.
fn tool_name(call: &Value) -> Option<&str> {
    let of_function = call
        .get("function")
        .and_then(|function| function.get("name"));
    of_function.or_else(|| call.get("name"))?.as_str()
}
