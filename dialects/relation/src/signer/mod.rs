//! The paths of the vendor's signer, a separate service there: the same exchange without key and envelope.

pub(crate) mod jwk;
pub(crate) mod sign;

use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, RequestMeta, credential};
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};

use crate::Settings;
use crate::auth::{self, API_KEY};

/// Describes the optional `ApiKey` header in the signer's routes.
const API_KEY_TEXT: &str = "Whose keys; must be given where the server has several projects.";

/// Error text for requests without an `ApiKey` to a server with several workspaces. It does not name them.
macro_rules! workspace_hint {
    () => {
        "this server has several projects: send the ApiKey header of one, or have the operator name one as signer_workspace in section relation of the configuration"
    };
}
pub(crate) use workspace_hint;

/// Whether the request failed only because it names none of several workspaces and none is configured.
fn is_ambiguous(headers: &HeaderMap, error: &Error) -> bool {
    *error.kind() == ErrorKind::Unauthenticated(CredentialReason::Key)
        && credential::header(headers, API_KEY).is_none()
}

/// Returns the workspace whose keys sign: that of the `ApiKey`, otherwise the configured one, otherwise the only one.
///
/// # Errors
/// `Unauthenticated` with a wrong key, or without a key where several workspaces exist; `RateLimited`.
async fn signing_workspace(
    app: &AppState,
    headers: &HeaderMap,
    route: &MatchedRoute,
    meta: &RequestMeta,
) -> Result<Ctx> {
    if credential::header(headers, API_KEY).is_some() {
        return auth::authenticate_project(app, headers, route, meta).await;
    }
    let workspace = match app.dialect_settings::<Settings>().signer_workspace {
        Some(id) => workspace::find(&app.engine, id).await?.key,
        None => match workspace::list(&app.engine).await?.as_slice() {
            [only] => only.key,
            _ => return Err(Error::unauthenticated(CredentialReason::Key)),
        },
    };
    let ctx = Ctx::unbound(workspace, Scopes::NONE, meta.request_id);
    app.count_request(&ctx, route.path(), meta)?;
    Ok(ctx)
}
