//! Where a list of threads goes on: a UUID of the free form (version 8), as clients expect one, that holds the place
//! itself. So a thread that changes or vanishes meanwhile moves nothing.

use parlor_engine::thread::ThreadCursor;
use parlor_model::conversation::Conversation;
use parlor_model::{Error, Result, Timestamp};
use uuid::{Builder, Uuid, Version};

/// The low bits of a UUID, behind its variant: the number's. The time has 60, in microseconds.
const NUMBER_MASK: u128 = (1 << 62) - 1;

/// The cursor behind a thread.
pub(super) fn encode_cursor(thread: &Conversation) -> String {
    let micros = thread.updated_at.micros().unsigned_abs();
    let number = thread.number.unsigned_abs();
    // 48 bits of the time, the version's four, 12 bits of the time, the variant's two, the number.
    let (high, low) = (micros >> 12, micros & 0xfff);
    let bits = (u128::from(high) << 80) | (u128::from(low) << 64) | u128::from(number);
    let id = Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid();
    id.hyphenated().to_string()
}

/// Reads what [`write`] wrote; nothing else.
pub(super) fn decode_cursor(text: &str) -> Result<ThreadCursor> {
    let refused = || Error::invalid("cursor", "must be one that a list gave");
    let id = (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
        .filter(|id| id.get_version() == Some(Version::Custom))
        .ok_or_else(refused)?;
    let bits = id.as_u128();
    let (high, low) = (bits >> 80, (bits >> 64) & 0xfff);
    let micros = (high << 12) | low;
    Ok(ThreadCursor {
        updated_at: Timestamp::from_micros(i64::try_from(micros).map_err(|_| refused())?),
        number: i64::try_from(bits & NUMBER_MASK).map_err(|_| refused())?,
    })
}
