//! Secrets of links and sessions. Each names its workspace, so that it is looked up within that workspace only.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use parlor_model::error::CredentialReason;
use parlor_model::id::WorkspaceId;
use parlor_model::{Error, Result};
use uuid::Uuid;

use crate::Engine;

/// Bytes of a workspace's id.
const ID_BYTES: usize = 16;
/// Random bytes of a secret.
const RANDOM_BYTES: usize = 32;

/// Use of a secret. Secrets of one use have no hash of another.
#[derive(Clone, Copy)]
pub(super) enum SecretPurpose {
    Link,
    Session,
    Form,
}

impl SecretPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "console-link",
            Self::Session => "console-session",
            Self::Form => "console-form",
        }
    }
}

/// Generates the secret of a link or a session of a workspace.
pub(super) fn generate(engine: &Engine, workspace: WorkspaceId) -> String {
    let mut bytes = [0; ID_BYTES + RANDOM_BYTES];
    bytes[..ID_BYTES].copy_from_slice(workspace.bytes());
    bytes[ID_BYTES..].copy_from_slice(&engine.random::<RANDOM_BYTES>());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the workspace that a secret names.
///
/// # Errors
/// `Unauthenticated` for a text that is no secret.
pub(super) fn workspace_of(secret: &str) -> Result<WorkspaceId> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret).ok();
    let bytes = bytes.filter(|bytes| bytes.len() == ID_BYTES + RANDOM_BYTES);
    let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes[..ID_BYTES]).ok());
    id.map(WorkspaceId::new).ok_or_else(refused)
}

/// Returns the keyed hash under which a secret is stored.
pub(super) fn hash(engine: &Engine, purpose: SecretPurpose, secret: &str) -> [u8; 32] {
    engine
        .vault
        .hash(&format!("{}\n{secret}", purpose.as_str()))
}

/// Error for a secret that opens nothing; the same for an unknown, a used and an expired one.
pub(super) fn refused() -> Error {
    Error::unauthenticated(CredentialReason::TokenInvalid)
}
