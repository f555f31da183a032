//! `credentials.json`: what the first run made, for the owner and her programs.

use parlor_engine::workspace::CreateWorkspaceResult;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::data_dir::{DataDir, write_private_file};
use crate::cli_error::{CliError, ExitKind};

/// The file's content. It holds a secret: it is written 0600 and never logged.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// Where clients reach the server.
    pub url: String,
    /// The organization.
    pub organization_id: String,
    /// Its workspace.
    pub workspace_id: String,
    /// The workspace's owner member.
    pub owner_member_id: String,
    /// The same member's principal text.
    pub owner_relation_id: String,
    /// The key that opens everything.
    pub api_key: String,
}

const FILE_NAME: &str = "credentials.json";

impl Credentials {
    /// Of a workspace that was just made.
    pub fn from_workspace(made: &CreateWorkspaceResult, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            organization_id: made.organization.uuid().hyphenated().to_string(),
            workspace_id: made.workspace.id.uuid().hyphenated().to_string(),
            owner_member_id: made.owner.id.uuid().hyphenated().to_string(),
            owner_relation_id: made.owner.handle.clone(),
            api_key: made.secret.expose_secret().to_owned(),
        }
    }

    /// Reads the file; nothing where there is none.
    pub fn read(folder: &DataDir) -> Result<Option<Self>, CliError> {
        let path = folder.file_path(FILE_NAME);
        let Ok(text) = std::fs::read_to_string(&path) else {
            return Ok(None);
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            CliError::new(
                ExitKind::Failed,
                format!("{} cannot be read: {error}", path.display()),
            )
            .with_hint("mend it, or move it away; `parlor key create` makes another key")
        })
    }

    /// Writes the file. One that belongs to another database is kept beside it.
    pub fn write(&self, folder: &DataDir) -> Result<(), CliError> {
        if let Ok(Some(old)) = Self::read(folder)
            && old.workspace_id != self.workspace_id
        {
            let kept = folder.file_path(&format!("credentials.{}.json", old.workspace_id));
            std::fs::rename(folder.file_path(FILE_NAME), &kept)
                .map_err(|error| super::data_dir::io_error("keep", &kept, &error))?;
        }
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
        write_private_file(&folder.file_path(FILE_NAME), &format!("{text}\n"))
    }
}
