//! Request ids.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::{Builder, Uuid};

/// Gives every request of this server its own id. An id says nothing and opens nothing, so a random beginning and a
/// count will do: drawing sixteen random bytes would cost as much as checking a key.
pub(super) struct RequestIdGenerator {
    seed: u128,
    counter: AtomicU64,
}

/// Odd, so that no two counts meet; large, so that neighbours do not look alike.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl RequestIdGenerator {
    pub(super) fn new(random: [u8; 16]) -> Self {
        Self {
            seed: u128::from_be_bytes(random),
            counter: AtomicU64::new(0),
        }
    }

    /// The next id, in the layout of a random UUID.
    pub(super) fn next_id(&self) -> Uuid {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        // The lowest 62 bits are untouched by version and variant: a step spreads over them.
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
