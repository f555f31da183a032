//! Times and ids of baselines and seeded data, taken from the system clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// Microseconds since the Unix epoch.
#[allow(
    clippy::disallowed_methods,
    reason = "a floor has no context to take a clock from"
)]
pub(super) fn now_micros() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |elapsed| {
        i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
    })
}

/// Builds a version 7 UUID of a time. It is unique within this process, but not random.
pub(super) fn uuid_v7(micros: i64) -> Uuid {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let n = DRAWN.fetch_add(1, Ordering::Relaxed);
    let mut bytes = [0; 10];
    // Monotonic within a millisecond.
    bytes[..2].copy_from_slice(&(n as u16 & 0x0FFF).to_be_bytes());
    bytes[2..].copy_from_slice(&splitmix64(n).to_be_bytes());
    let millis = u64::try_from(micros / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

/// SplitMix64 step, random enough to keep data incompressible.
pub(super) fn splitmix64(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_uuid_is_greater() {
        let early = uuid_v7(1_700_000_000_000_000);
        let late = uuid_v7(1_700_000_000_001_000);
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
        assert_ne!(uuid_v7(1), uuid_v7(1));
    }
}
