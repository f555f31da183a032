//! Grants: the claims of a signed address that name the file it is for.

use parlor_engine::file::Target;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::CredentialReason;
use parlor_model::file::{File, FilePath};
use parlor_model::id::{ConversationId, FileId, SpaceId};
use parlor_model::limit;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};

/// `Grant::verb` of an address to upload to.
pub(super) const UPLOAD: &str = "upload";
/// `Grant::verb` of an address to download from.
pub(super) const DOWNLOAD: &str = "download";

/// The grant of a signed address. All values are texts: see `delegation::Claims`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Grant {
    /// [`UPLOAD`] or [`DOWNLOAD`].
    pub(super) verb: String,
    /// The space: a UUID. Absent for a file of a conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space: Option<String>,
    /// The conversation: a UUID. Absent for a file of a space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
    /// The path in the space, or the file name in the conversation.
    path: String,
    /// The file: a UUID. Absent for downloads from a space, which read the file that is at the path by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Media type of an upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) media_type: Option<String>,
    /// Size of an upload in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<String>,
}

impl Grant {
    /// Grants an upload of exactly `size` bytes.
    ///
    /// # Errors
    /// `Invalid` if the media type is too long.
    pub(super) fn upload(target: &Target, id: FileId, media_type: &str, size: u64) -> Result<Self> {
        limit::REFERENCE.validate(media_type, "type")?;
        let (space, conversation, path) = match target {
            Target::Space(space, path) => (Some(format_uuid(*space)), None, path),
            Target::Conversation(ConversationKey::Id(id), name) => {
                (None, Some(format_uuid(*id)), name)
            }
            Target::Conversation(ConversationKey::Number(_), _) => {
                return Err(Error::internal("a conversation of an address has an id"));
            }
        };
        Ok(Self {
            verb: UPLOAD.to_owned(),
            space,
            conversation,
            path: path.as_str().to_owned(),
            file: Some(format_uuid(id)),
            media_type: Some(media_type.to_owned()),
            size: Some(size.to_string()),
        })
    }

    /// Grants a download of the file at a path of a space.
    pub(super) fn download_from_space(space: SpaceId, path: &FilePath) -> Self {
        Self {
            space: Some(format_uuid(space)),
            ..Self::download(path.as_str())
        }
    }

    /// Grants a download of a file of a conversation.
    pub(crate) fn download_from_conversation(conversation: ConversationId, file: &File) -> Self {
        Self {
            conversation: Some(format_uuid(conversation)),
            file: Some(format_uuid(file.id)),
            ..Self::download(&file.path)
        }
    }

    fn download(path: &str) -> Self {
        Self {
            verb: DOWNLOAD.to_owned(),
            space: None,
            conversation: None,
            path: path.to_owned(),
            file: None,
            media_type: None,
            size: None,
        }
    }

    /// Returns the file's id, if the grant names one.
    pub(super) fn file_id(&self) -> Option<FileId> {
        parse_uuid(self.file.as_deref()?)
    }

    /// Returns the size of an upload in bytes.
    pub(super) fn size(&self) -> Option<u64> {
        self.size.as_deref()?.parse().ok()
    }

    /// Returns where the file is or will be.
    ///
    /// # Errors
    /// `Unauthenticated` unless the grant names either a space or a conversation.
    pub(super) fn target(&self) -> Result<Target> {
        let path = FilePath::parse(&self.path, "path")?;
        let space = self.space.as_deref().and_then(parse_uuid);
        let conversation = self.conversation.as_deref().and_then(parse_uuid);
        match (space, conversation) {
            (Some(space), None) => Ok(Target::Space(space, path)),
            (None, Some(id)) => Ok(Target::Conversation(ConversationKey::Id(id), path)),
            _ => Err(Error::unauthenticated(CredentialReason::TokenInvalid)),
        }
    }
}
