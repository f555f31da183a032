//! Which files leave with text messages.

use parlor_engine::outbound::OutboundFile;
use parlor_model::outbox::DeliveryFailureReason;

/// Files of a message at most, which is the carrier's own limit, as are the bytes and the types.
const MAX_FILES: usize = 10;
/// Bytes of all files of a message at most.
const MAX_FILE_BYTES: u64 = 5 * 1024 * 1024;
/// Media types that carriers hand on. Phones show the pictures; what they do with the rest is up to them.
const MEDIA_TYPES: [&str; 24] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "audio/3gpp",
    "audio/3gpp2",
    "audio/ac3",
    "audio/amr",
    "audio/basic",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/vnd.wave",
    "video/3gpp",
    "video/3gpp2",
    "video/mp4",
    "video/mpeg",
    "video/quicktime",
    "video/webm",
    "text/calendar",
    "text/csv",
    "text/vcard",
    "text/x-vcard",
    "application/pdf",
];

/// Checks what the carrier would refuse, or take and not hand on.
///
/// # Errors
/// The reason.
pub(super) fn check(files: &[OutboundFile]) -> Result<(), DeliveryFailureReason> {
    let total = files.iter().map(|file| file.size);
    let total = total.fold(0_u64, u64::saturating_add);
    if files.len() > MAX_FILES || total > MAX_FILE_BYTES {
        tracing::warn!("the files of a text message are too many or too large for the carrier");
        return Err(DeliveryFailureReason::FilesTooLarge);
    }
    let is_known = |file: &OutboundFile| MEDIA_TYPES.contains(&file.media_type.as_str());
    if !files.iter().all(is_known) {
        tracing::warn!("a file of a text message has a type that carriers do not hand on");
        return Err(DeliveryFailureReason::FileTypeRefused);
    }
    Ok(())
}
