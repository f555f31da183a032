//! Cursor of the list of threads: a UUID of version 8, since clients expect a UUID, that contains the time and the number
//! of the last thread of a page. A thread that is changed or deleted in the meantime does not move the position.

use parlor_engine::thread::ThreadCursor;
use parlor_model::conversation::Conversation;
use parlor_model::{Error, Result, Timestamp};
use uuid::{Builder, Uuid, Version};

/// Mask of the 62 low bits of the UUID, which hold the thread's number. The time has 60 bits, in microseconds.
const NUMBER_MASK: u128 = (1 << 62) - 1;

/// Encodes the position after a thread.
pub(super) fn encode_cursor(thread: &Conversation) -> String {
    let micros = thread.updated_at.micros().unsigned_abs();
    let number = thread.number.unsigned_abs();
    // Layout: 48 bits of the time, 4 bits version, 12 bits of the time, 2 bits variant, 62 bits number.
    let (high, low) = (micros >> 12, micros & 0xfff);
    let bits = (u128::from(high) << 80) | (u128::from(low) << 64) | u128::from(number);
    let id = Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid();
    id.hyphenated().to_string()
}

/// Decodes a cursor of [`encode_cursor`].
///
/// # Errors
/// `Invalid` for any other text.
pub(super) fn decode_cursor(text: &str) -> Result<ThreadCursor> {
    let invalid = || Error::invalid("cursor", "must be one that a list gave");
    let id = (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
        .filter(|id| id.get_version() == Some(Version::Custom))
        .ok_or_else(invalid)?;
    let bits = id.as_u128();
    let (high, low) = (bits >> 80, (bits >> 64) & 0xfff);
    let micros = (high << 12) | low;
    Ok(ThreadCursor {
        updated_at: Timestamp::from_micros(i64::try_from(micros).map_err(|_| invalid())?),
        number: i64::try_from(bits & NUMBER_MASK).map_err(|_| invalid())?,
    })
}
