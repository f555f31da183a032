//! Signed links to files of conversations: whoever has one may read the file until the link expires.
//!
//! Keeps INV-81 (`docs/invariants.md`).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parlor_model::error::{CredentialReason, EntityKind};
use parlor_model::file::{File, FileDisposition};
use parlor_model::id::{FileId, WorkspaceId};
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result, Timestamp};
use parlor_store::repo::file as repo;

use crate::{Engine, workspace};

/// What a link to a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLink {
    /// Workspace of the file.
    pub workspace: WorkspaceId,
    /// The file.
    pub file: FileId,
    /// Seconds since 1970 at which it expires.
    pub expires_at: i64,
    /// Whether browsers may show the file in place.
    pub disposition: FileDisposition,
}

impl FileLink {
    /// Creates a link that expires after a time.
    pub fn new(
        engine: &Engine,
        workspace: WorkspaceId,
        file: FileId,
        lifetime: Duration,
        disposition: FileDisposition,
    ) -> Self {
        let expires_at = engine.now().saturating_add(lifetime);
        Self {
            workspace,
            file,
            expires_at: expires_at.millis() / 1_000,
            disposition,
        }
    }

    /// Returns the path and query of the link, with its signature.
    pub fn to_path(&self, engine: &Engine) -> Redacted<String> {
        let signature = engine.vault.sign_file_link(&self.signed_text());
        Redacted(format!(
            "/files/signed/{}/{}?expires={}&disposition={}&signature={}",
            self.workspace.uuid(),
            self.file.uuid(),
            self.expires_at,
            self.disposition.as_str(),
            URL_SAFE_NO_PAD.encode(signature)
        ))
    }

    /// Returns the time at which it expires.
    pub fn expiry(&self) -> Timestamp {
        Timestamp::from_millis(self.expires_at.saturating_mul(1_000))
    }

    fn signed_text(&self) -> String {
        format!(
            "1\n{}\n{}\n{}\n{}",
            self.workspace.uuid(),
            self.file.uuid(),
            self.expires_at,
            self.disposition.as_str()
        )
    }
}

/// Returns the file of a link. One that was deleted, with its message or otherwise, is not found although the link has not
/// expired.
///
/// # Errors
/// `Unauthenticated` if the signature is not that of the link, or if it has expired; `NotFound`.
pub async fn find_linked(engine: &Engine, link: FileLink, signature: &str) -> Result<File> {
    let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| refused())?;
    if !engine
        .vault
        .verifies_file_link(&link.signed_text(), &signature)
    {
        return Err(refused());
    }
    if link.expiry() <= engine.now() {
        return Err(Error::unauthenticated(CredentialReason::TokenExpired));
    }
    let ws = workspace::find(engine, link.workspace).await?.key.number;
    let found = engine
        .store
        .read(move |tx| repo::of_any_conversation(tx, ws, link.file))
        .await?;
    found.ok_or_else(|| Error::not_found(EntityKind::File))
}
