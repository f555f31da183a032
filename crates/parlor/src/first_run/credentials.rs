//! `credentials.json`: identifiers and API key of the workspace that the first start created.

use parlor_engine::workspace::CreateWorkspaceResult;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::data_dir::DataDir;
use super::private_file::{io_error, write_private_file};
use crate::cli_error::{CliError, ExitKind};

/// Content of the file. It contains a secret, so the file has mode 0600 and the type no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credentials {
    /// Public URL of the server.
    pub(crate) url: String,
    /// Id of the organization.
    pub(crate) organization_id: String,
    /// Id of the workspace.
    pub(crate) workspace_id: String,
    /// Id of the workspace's owner member.
    pub(crate) owner_member_id: String,
    /// Handle of the owner member.
    pub(crate) owner_relation_id: String,
    /// API key with all scopes.
    pub(crate) api_key: String,
}

const FILE_NAME: &str = "credentials.json";

impl Credentials {
    /// Builds the credentials of a new workspace.
    pub(crate) fn from_workspace(created: &CreateWorkspaceResult, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            organization_id: created.organization.uuid().hyphenated().to_string(),
            workspace_id: created.workspace.id.uuid().hyphenated().to_string(),
            owner_member_id: created.owner.id.uuid().hyphenated().to_string(),
            owner_relation_id: created.owner.handle.clone(),
            api_key: created.secret.expose_secret().to_owned(),
        }
    }

    /// Reads the file; returns `None` if it does not exist.
    ///
    /// # Errors
    /// `Failed` if the content is not valid.
    pub(crate) fn read(data_dir: &DataDir) -> Result<Option<Self>, CliError> {
        let path = data_dir.file_path(FILE_NAME);
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

    /// Writes the file. An existing file of another workspace is renamed to `credentials.<workspace id>.json` first.
    ///
    /// # Errors
    /// `Failed` or `Refused` if a file cannot be written or renamed.
    pub(crate) fn write(&self, data_dir: &DataDir) -> Result<(), CliError> {
        if let Ok(Some(old)) = Self::read(data_dir)
            && old.workspace_id != self.workspace_id
        {
            let backup = data_dir.file_path(&format!("credentials.{}.json", old.workspace_id));
            std::fs::rename(data_dir.file_path(FILE_NAME), &backup)
                .map_err(|error| io_error("keep", &backup, &error))?;
        }
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
        write_private_file(&data_dir.file_path(FILE_NAME), &format!("{text}\n"))
    }
}
