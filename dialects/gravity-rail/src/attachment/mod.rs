//! Files of a chat: what came with text messages and mails, what is uploaded, and the mails themselves as they came. These
//! endpoints are this server's own; the vendor's pages name none.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod upload;

use std::time::Duration;

use parlor_engine::file::{FileLink, UNKNOWN_MEDIA_TYPE};
use parlor_kit::{AppState, time};
use parlor_model::Ctx;
use parlor_model::file::{File, FileDisposition};
use serde::Serialize;
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;

/// The vendor's pages name no such endpoints.
const VENDOR_PAGE: &str = "";
/// Time for which a link to a file is valid.
const LINK_LIFETIME: Duration = Duration::from_secs(15 * 60);
const NO_FILE: DocumentedError = (404, "No such chat, or no such file of it.");

/// A file of a chat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttachmentResponse {
    id: i64,
    uuid: String,
    /// Its name, without folders.
    name: String,
    /// Its media type.
    content_type: String,
    /// Its bytes.
    size: i64,
    /// The message that it belongs to; null for one that was uploaded and not sent yet.
    message_uuid: Option<String>,
    /// It is the mail that the message was read from, as it came.
    is_original: bool,
    created_at: String,
    /// A link to its bytes that needs no token; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url: Option<String>,
    /// When the link expires; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url_expires_at: Option<String>,
}

impl AttachmentResponse {
    /// Builds the object of a list.
    fn from_file(file: File) -> Self {
        Self {
            id: file.number,
            uuid: ids::format_uuid(file.id),
            name: file.path,
            content_type: file
                .media_type
                .unwrap_or_else(|| UNKNOWN_MEDIA_TYPE.to_owned()),
            size: file.content.size,
            message_uuid: file.message.map(ids::format_uuid),
            is_original: file.is_original,
            created_at: time::format_iso(file.updated_at),
            url: None,
            url_expires_at: None,
        }
    }

    /// Builds the object of one file, with a link. Whoever gets it may read the chat.
    fn with_link(app: &AppState, ctx: &Ctx, file: File) -> Self {
        let engine = &app.engine;
        let disposition = FileDisposition::Inline;
        let link = FileLink::new(
            engine,
            ctx.workspace.id,
            file.id,
            LINK_LIFETIME,
            disposition,
        );
        let path = link.to_path(engine);
        Self {
            url: Some(format!("{}{}", app.settings.public_url, path.as_str())),
            url_expires_at: Some(time::format_iso(link.expiry())),
            ..Self::from_file(file)
        }
    }
}
