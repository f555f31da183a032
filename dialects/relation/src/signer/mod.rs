//! The vendor's signer, which is a service of its own there: the same exchange without key and envelope.

pub(crate) mod jwk;
pub(crate) mod sign;

use http::HeaderMap;
use parlor_engine::workspace;
use parlor_kit::{App, Meta, credential};
use parlor_model::error::Credential;
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Error, Result};

use crate::Settings;
use crate::auth::{self, API_KEY};

/// Whose keys sign: the workspace of an `ApiKey`; without one, the configured workspace or the only one.
async fn place(app: &App, headers: &HeaderMap, path: &str, meta: &Meta) -> Result<Ctx> {
    if credential::header(headers, API_KEY).is_some() {
        return auth::project(app, headers, path, meta).await;
    }
    let workspace = match app.section::<Settings>().signer_workspace {
        Some(id) => workspace::find(&app.engine, id).await?.key,
        None => match workspace::list(&app.engine).await?.as_slice() {
            [only] => only.key,
            _ => return Err(Error::unauthenticated(Credential::Key)),
        },
    };
    let ctx = Ctx::unbound(workspace, Scopes::NONE, meta.request);
    auth::count(app, &ctx, path, meta)?;
    Ok(ctx)
}
