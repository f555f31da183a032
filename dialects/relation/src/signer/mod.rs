//! The vendor's signer, which is a service of its own there: the same exchange without key and envelope.

pub(crate) mod jwk;
pub(crate) mod sign;

use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::{AppState, RequestMeta, credential};
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};

use crate::Settings;
use crate::auth::{self, API_KEY};

/// What a caller without an `ApiKey` is told where there are several workspaces; never which.
macro_rules! workspace_hint {
    () => {
        "this server has several projects: send the ApiKey header of one, or have the operator name one as signer_workspace in section relation of the configuration"
    };
}
pub(crate) use workspace_hint;

/// Whether an error comes only from not saying which of several workspaces is meant: the configured one or the only one
/// would have been taken.
fn is_ambiguous(headers: &HeaderMap, error: &Error) -> bool {
    *error.kind() == ErrorKind::Unauthenticated(CredentialReason::Key)
        && credential::header(headers, API_KEY).is_none()
}

/// Whose keys sign: the workspace of an `ApiKey`; without one, the configured workspace or the only one.
async fn signing_workspace(
    app: &AppState,
    headers: &HeaderMap,
    path: &str,
    meta: &RequestMeta,
) -> Result<Ctx> {
    if credential::header(headers, API_KEY).is_some() {
        return auth::authenticate_project(app, headers, path, meta).await;
    }
    let workspace = match app.dialect_settings::<Settings>().signer_workspace {
        Some(id) => workspace::find(&app.engine, id).await?.key,
        None => match workspace::list(&app.engine).await?.as_slice() {
            [only] => only.key,
            _ => return Err(Error::unauthenticated(CredentialReason::Key)),
        },
    };
    let ctx = Ctx::unbound(workspace, Scopes::NONE, meta.request_id);
    auth::count_request(app, &ctx, path, meta)?;
    Ok(ctx)
}
