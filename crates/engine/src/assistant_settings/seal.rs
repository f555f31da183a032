//! Encryption of settings.

use parlor_model::assistant_settings::AssistantSettings;
use parlor_model::{Error, Result};

use crate::Engine;

/// Encrypts the settings of a workspace.
pub(super) fn seal(engine: &Engine, ws: i64, settings: &AssistantSettings) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(settings).map_err(|_| encoding_error())?;
    engine.vault.encrypt(&context(ws), &plain)
}

/// Decrypts the settings of a workspace.
pub(super) fn open(engine: &Engine, ws: i64, sealed: &[u8]) -> Result<AssistantSettings> {
    let plain = engine.vault.decrypt(&context(ws), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| encoding_error())
}

/// The cause is left out, because it may quote a key.
fn encoding_error() -> Error {
    Error::internal("the settings of assistants cannot be encoded or decoded")
}

/// Additional data of the encryption, so that settings cannot be moved to another workspace.
fn context(ws: i64) -> String {
    format!("{ws}/assistant-settings")
}
