//! Generation of request ids.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::{Builder, Uuid};

/// Generates unique ids from a random seed and a counter. Ids are no secrets; sixteen random bytes per request would
/// cost as much as an API key check.
pub(super) struct RequestIdGenerator {
    seed: u128,
    counter: AtomicU64,
}

/// Multiplier of the counter: odd, so that the mapping is a bijection; large, so that consecutive ids differ visibly.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl RequestIdGenerator {
    pub(super) fn new(random: [u8; 16]) -> Self {
        Self {
            seed: u128::from_be_bytes(random),
            counter: AtomicU64::new(0),
        }
    }

    /// Returns the next id as a UUID of version 4.
    pub(super) fn next_id(&self) -> Uuid {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        // The low 62 bits are not overwritten by version and variant.
        let spread = u128::from(count.wrapping_mul(STEP) & (u64::MAX >> 2));
        Builder::from_random_bytes((self.seed ^ spread).to_be_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::RequestIdGenerator;

    #[test]
    fn request_ids_are_unique() {
        let ids = RequestIdGenerator::new([7; 16]);
        let seen: HashSet<_> = (0..10_000).map(|_| ids.next_id()).collect();
        assert_eq!(seen.len(), 10_000);
        assert!(seen.iter().all(|id| id.get_version_num() == 4));
    }
}
