//! Reads the files of a message that leaves.

use std::time::Duration;

use parlor_model::Result;
use parlor_model::file::{File, FileDisposition};
use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::redacted::Redacted;

use super::inbound::MAX_MESSAGE_FILE_BYTES;
use super::link::FileLink;
use super::media_type::safe_media_type;
use super::read::read_piece;
use crate::Engine;
use crate::outbound::{OutboundContent, OutboundFile, OutboundFileSource, OutboundMessage};

/// Time for which a carrier may fetch a file.
const LINK_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Reads the files of a message as its carrier needs them. A mail contains them, so no more are read than a mail may have.
///
/// # Errors
/// The first error of the store of files; in it, why the files cannot leave.
pub(crate) async fn load_files(
    engine: &Engine,
    message: &mut OutboundMessage,
) -> Result<std::result::Result<(), DeliveryFailureReason>> {
    let stored = std::mem::take(&mut message.stored_files);
    let size = |file: &File| u64::try_from(file.content.size).unwrap_or(u64::MAX);
    let total = stored.iter().map(size).fold(0_u64, u64::saturating_add);
    if total > MAX_MESSAGE_FILE_BYTES {
        return Ok(Err(DeliveryFailureReason::FilesTooLarge));
    }
    let is_mail = matches!(message.content, OutboundContent::Email { .. });
    for file in stored {
        let mut bytes = read_piece(engine, &file.content, 0)
            .await?
            .unwrap_or_default();
        let media_type = safe_media_type(file.media_type.as_deref(), &bytes);
        let source = if is_mail {
            let mut index = 1;
            while let Some(piece) = read_piece(engine, &file.content, index).await? {
                bytes.extend_from_slice(&piece);
                index += 1;
            }
            OutboundFileSource::Bytes(Redacted(bytes.into()))
        } else {
            let disposition = FileDisposition::Inline;
            let (workspace, lifetime) = (message.workspace, LINK_LIFETIME);
            let link = FileLink::new(engine, workspace, file.id, lifetime, disposition);
            OutboundFileSource::Link(link.to_path(engine))
        };
        message.files.push(OutboundFile {
            size: size(&file),
            name: Redacted(file.path),
            media_type,
            source,
        });
    }
    Ok(Ok(()))
}
