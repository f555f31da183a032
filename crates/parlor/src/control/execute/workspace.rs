//! `parlor workspace ...`

use parlor_engine::{Engine, workspace};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{dashed, time};
use crate::fault::{Exit, Fault};

pub(super) async fn create(engine: &Engine, name: &str) -> Result<Value, Fault> {
    let made = workspace::create(engine, name, false)
        .await?
        .ok_or_else(|| Fault::new(Exit::Failed, "no workspace was made"))?;
    Ok(json!({
        "organizationId": dashed(made.organization),
        "workspaceId": dashed(made.workspace.id),
        "ownerMemberId": dashed(made.owner.id),
        "apiKey": made.secret.expose_secret(),
    }))
}

pub(super) async fn list(engine: &Engine) -> Result<Value, Fault> {
    let all = workspace::list(engine).await?;
    Ok(all
        .into_iter()
        .map(|workspace| {
            json!({
                "organizationId": dashed(workspace.key.organization),
                "workspaceId": dashed(workspace.key.id),
                "name": workspace.name,
                "createdAt": time(Some(workspace.created_at)),
            })
        })
        .collect())
}
