//! Calls of the `parlor` command line, for entities that benchmarks need.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::BenchContext;
use crate::run;

/// Creates a member; returns its id and number.
pub(super) fn create_member(
    bench: &BenchContext,
    data: &Path,
    name: &str,
) -> Result<(String, i64)> {
    let made = run_parlor(bench, data, &["member", "create", "--name", name])?;
    let id = made["id"].as_str().context("no member was made")?;
    let number = made["number"].as_i64().context("a member has no number")?;
    Ok((id.to_owned(), number))
}

/// Additional workspace with a key that has all scopes.
pub(super) struct BenchWorkspace {
    pub(super) workspace_id: String,
    pub(super) api_key: String,
}

/// Creates a workspace.
pub(super) fn create_workspace(
    bench: &BenchContext,
    data: &Path,
    name: &str,
) -> Result<BenchWorkspace> {
    let made = run_parlor(bench, data, &["workspace", "create", "--name", name])?;
    let field = |field: &str| made[field].as_str().map(str::to_owned);
    Ok(BenchWorkspace {
        workspace_id: field("workspaceId").context("no workspace was made")?,
        api_key: field("apiKey").context("a workspace has no key")?,
    })
}

/// Issues a member token.
pub(super) fn create_token(bench: &BenchContext, data: &Path, member: &str) -> Result<String> {
    let made = run_parlor(bench, data, &["token", "create", "--member", member])?;
    let token = made["token"].as_str().context("no token was made")?;
    Ok(token.to_owned())
}

/// Sets when nothing of the first workspace leaves over its carriers.
pub(super) fn set_quiet_hours(
    bench: &BenchContext,
    data: &Path,
    database: Option<&str>,
    hours: &str,
) -> Result<()> {
    let mut words = vec!["workspace", "update", "--quiet-hours", hours];
    words.extend(database.into_iter().flat_map(|url| ["--database", url]));
    run_parlor(bench, data, &words).map(drop)
}

fn run_parlor(bench: &BenchContext, data: &Path, words: &[&str]) -> Result<Value> {
    let mut command = Command::new(&bench.parlor_program);
    command.args(words).arg("--json").arg("--data").arg(data);
    Ok(serde_json::from_str(&run::checked_output(&mut command)?)?)
}
