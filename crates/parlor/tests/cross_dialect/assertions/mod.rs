//! Checks that each dialect shows the model's state.

mod chatbotkit;
mod gravity_rail;
mod relation;
mod sharely;
mod tenant_chats;

use std::collections::BTreeSet;

use parlor_testkit::tokio;
use serde_json::Value;

use crate::actors::{Actors, CheckResult, check_equal};
use crate::model::Model;

/// Checks every list in every dialect, and of the given conversations also their contents.
pub(crate) async fn check_all(actors: &Actors<'_>, model: &Model, closer: &[usize]) -> CheckResult {
    let (sharely, rail, relation, kit, chats) = tokio::join!(
        sharely::check(actors, model, closer),
        gravity_rail::check(actors, model, closer),
        relation::check(actors, model, closer),
        chatbotkit::check(actors, model, closer),
        tenant_chats::check(actors, model, closer),
    );
    for (dialect, seen) in [
        ("Sharely", sharely),
        ("Gravity Rail", rail),
        ("Relation", relation),
        ("ChatBotKit", kit),
        ("tenant chats", chats),
    ] {
        seen.map_err(|why| format!("{dialect}: {why}"))?;
    }
    Ok(())
}

/// The items of a list.
fn list_rows<'a>(list: &'a Value, name: &str) -> CheckResult<&'a Vec<Value>> {
    let rows = list[name].as_array();
    rows.ok_or_else(|| format!("no list {name:?} in {list}"))
}

/// A field of every item.
fn field_column(rows: &[Value], name: &str) -> Vec<String> {
    let text = |row: &Value| match &row[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(text).collect()
}

/// Checks that two lists hold the same items, each once, in any order.
fn check_same_set(shown: Vec<String>, so: Vec<String>, what: &str) -> CheckResult {
    let all = shown.len();
    let shown: BTreeSet<_> = shown.into_iter().collect();
    check_equal!(all, shown.len(), "{what}: things listed, each once");
    let so: BTreeSet<_> = so.into_iter().collect();
    check_equal!(shown, so, "{what}");
    Ok(())
}
