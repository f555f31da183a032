//! Finds the workspace that a secret names.

use parlor_model::Result;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::ErrorKind;

use super::secret;
use crate::{Engine, workspace};

/// Returns the workspace that a secret names.
///
/// # Errors
/// `Unauthenticated` for an unknown one.
pub(super) async fn find_workspace(engine: &Engine, secret: &str) -> Result<WorkspaceRef> {
    let id = secret::workspace_of(secret)?;
    match workspace::find(engine, id).await {
        Ok(found) => Ok(found.key),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound(_)) => Err(secret::refused()),
        Err(error) => Err(error),
    }
}
