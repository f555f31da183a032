//! Finds the settings of a workspace's assistants.

use parlor_model::assistant_settings::{AssistantSettings, AssistantSettingsDetails};
use parlor_model::error::ErrorKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::assistant_settings as repo;

use super::seal;
use crate::Engine;

/// Returns the settings of the context's workspace without secrets, or `None` if it has none. Requires `admin:read`.
pub async fn find(engine: &Engine, ctx: &Ctx) -> Result<Option<AssistantSettingsDetails>> {
    ctx.require(Scope::read(Resource::Admin))?;
    let found = find_with_secrets(engine, ctx.ws()).await?;
    Ok(found.map(AssistantSettings::into_details))
}

/// Returns the settings of a workspace with its key, for calls of its provider. They are never part of a response.
pub async fn find_with_secrets(engine: &Engine, ws: i64) -> Result<Option<AssistantSettings>> {
    let sealed = engine.store.read(move |tx| repo::find(tx, ws)).await?;
    sealed
        .map(|sealed| seal::open(engine, ws, &sealed))
        .transpose()
}

/// Returns whether the assistants of a workspace, by number, have a provider: the server's, or one of their own. It is
/// cached.
pub async fn has_provider(engine: &Engine, ws: i64) -> Result<bool> {
    if engine.settings.has_assistant_provider {
        // A workspace can replace the server's provider, not switch it off.
        return Ok(true);
    }
    let read = async {
        let found = find_with_secrets(engine, ws).await?;
        Ok(found.is_some_and(|settings| settings.kind.is_some()))
    };
    engine
        .own_provider_cache
        .find(&engine.store, ws, read)
        .await
}

/// Requires that the assistants of the context's workspace have a provider.
///
/// # Errors
/// `NotImplemented` without one.
pub async fn require_provider(engine: &Engine, ctx: &Ctx) -> Result<()> {
    match has_provider(engine, ctx.ws()).await? {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::NotImplemented {
            what: "a model for the assistants of this workspace",
        })),
    }
}
