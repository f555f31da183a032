//! `credentials.json`: what the first run made, for the owner and her programs.

use parlor_engine::workspace::FirstKey;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::folder::{Folder, write_private};
use crate::fault::{Exit, Fault};

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

const NAME: &str = "credentials.json";

impl Credentials {
    /// Of a workspace that was just made.
    pub fn of(made: &FirstKey, url: &str) -> Self {
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
    pub fn read(folder: &Folder) -> Result<Option<Self>, Fault> {
        let path = folder.file(NAME);
        let Ok(text) = std::fs::read_to_string(&path) else {
            return Ok(None);
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Fault::new(
                Exit::Failed,
                format!("{} cannot be read: {error}", path.display()),
            )
            .fix("mend it, or move it away; `parlor key create` makes another key")
        })
    }

    /// Writes the file. One that belongs to another database is kept beside it.
    pub fn write(&self, folder: &Folder) -> Result<(), Fault> {
        if let Ok(Some(old)) = Self::read(folder)
            && old.workspace_id != self.workspace_id
        {
            let kept = folder.file(&format!("credentials.{}.json", old.workspace_id));
            std::fs::rename(folder.file(NAME), &kept)
                .map_err(|error| super::folder::cannot("keep", &kept, &error))?;
        }
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Fault::new(Exit::Failed, error.to_string()))?;
        write_private(&folder.file(NAME), &format!("{text}\n"))
    }
}
