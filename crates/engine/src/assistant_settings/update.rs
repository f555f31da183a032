//! Updates the settings of a workspace's assistants.

use parlor_model::assistant_settings::{
    AssistantSettings, AssistantSettingsDetails, UpdateAssistantSettings,
};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::{assistant_settings as repo, audit};
use serde_json::json;

use super::seal;
use crate::Engine;

/// Number of attempts, of which all but the last may meet another update.
const MAX_ATTEMPTS: u32 = 8;

/// Changes the settings of the context's workspace, and returns them without secrets. `verify` checks the result before
/// it is stored. The next turn uses it. Requires `admin:write`.
///
/// # Errors
/// `Invalid` for values that do not fit together, see [`AssistantSettings::update`]; the error of `verify`;
/// `Unavailable` if others change the settings at the same time again and again.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    command: UpdateAssistantSettings,
    verify: impl Fn(&AssistantSettings) -> Result<()>,
) -> Result<AssistantSettingsDetails> {
    ctx.require(Scope::write(Resource::Admin))?;
    let ctx = *ctx;
    for _ in 0..MAX_ATTEMPTS {
        let stored = engine
            .store
            .read(move |tx| repo::find(tx, ctx.ws()))
            .await?;
        let mut settings = match &stored {
            Some(sealed) => seal::open(engine, ctx.ws(), sealed)?,
            None => AssistantSettings::default(),
        };
        settings.update(command.clone())?;
        verify(&settings)?;
        let sealed = seal::seal(engine, ctx.ws(), &settings)?;
        let settings = settings.into_details();
        let detail = json!({ "hasProvider": settings.settings.kind.is_some(), "hasApiKey": settings.has_api_key });
        let written = engine.store.write(move |tx| {
            if repo::find(tx, ctx.ws())? != stored {
                return Ok(false);
            }
            repo::put(tx, ctx.ws(), &sealed)?;
            let id = ctx.workspace.id.uuid();
            audit::insert(
                tx,
                &ctx,
                "assistant.update",
                EntityKind::Workspace,
                id,
                &detail,
            )?;
            Ok(true)
        });
        if written.await? {
            return Ok(settings);
        }
    }
    Err(Error::unavailable(
        "the settings of assistants change all the time",
    ))
}
