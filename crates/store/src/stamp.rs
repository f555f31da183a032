//! Generation of ids and times in commit order.
//!
//! Keeps INV-14 (`docs/invariants.md`).

use std::sync::Arc;

use parking_lot::Mutex;
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Id, Timestamp};
use uuid::Uuid;

/// Id and creation time. Stamps are strictly monotonic: a later one has a greater id and no earlier time.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// UUID in version 7 layout.
    pub id: Uuid,
    /// Time.
    pub at: Timestamp,
}

impl Stamp {
    /// Returns the id, typed.
    pub const fn id<K>(&self) -> Id<K> {
        Id::new(self.id)
    }
}

/// Generates stamps from the injected clock and randomness.
pub struct StampGenerator {
    clock: Arc<dyn Clock>,
    random: Arc<dyn RandomSource>,
    state: Mutex<GeneratorState>,
}

/// Last stamp, and buffered randomness.
struct GeneratorState {
    value: u128,
    at: Timestamp,
    random_bytes: [u8; RANDOM_BUFFER_BYTES],
    used: usize,
}

/// Random bytes drawn at once: a draw costs about the same for one stamp as for many.
const RANDOM_BUFFER_BYTES: usize = 1024;

const MILLIS_SHIFT: u32 = 80;
const VERSION_BITS: u128 = 0x7 << 76;
const VARIANT_BITS: u128 = 0x2 << 62;
/// The 62 bits after the variant; the 12 bits before it hold sub-millisecond time.
const LOW_BITS_MASK: u128 = (1 << 62) - 1;

impl StampGenerator {
    /// Creates a generator.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn RandomSource>) -> Self {
        Self {
            clock,
            random,
            state: Mutex::new(GeneratorState {
                value: 0,
                at: Timestamp::default(),
                random_bytes: [0; RANDOM_BUFFER_BYTES],
                used: RANDOM_BUFFER_BYTES,
            }),
        }
    }

    /// Returns the next stamp.
    pub fn next(&self) -> Stamp {
        let now = self.clock.now();
        let mut last = self.state.lock();
        let random = last.next_random(&*self.random);
        let at = now.max(last.at);
        let mut value = compose_id(time_bits(at), random & LOW_BITS_MASK);
        if value <= last.value {
            // Same time unit and a smaller random value: add a random step to the last value, so that ids stay in order
            // and cannot be guessed from one another.
            let (high, low) = split_id(last.value);
            let step = low + 1 + (random & 0xFFFF_FFFF);
            value = compose_id(high + (step >> 62), step & LOW_BITS_MASK);
        }
        (last.value, last.at) = (value, at);
        Stamp {
            id: Uuid::from_u128(value),
            at,
        }
    }

    /// Makes every later stamp greater than a stored id; the clock may have stepped back since.
    pub(crate) fn advance_past_id(&self, id: Uuid) {
        let value = id.as_u128();
        let millis = i64::try_from(value >> MILLIS_SHIFT).unwrap_or(0);
        let mut last = self.state.lock();
        if value > last.value {
            last.value = value;
            last.at = last.at.max(Timestamp::from_millis(millis));
        }
    }

    /// Makes every later stamp greater than any stamp of this time.
    pub(crate) fn advance_past_time(&self, at: Timestamp) {
        let mut last = self.state.lock();
        last.value = last.value.max(compose_id(time_bits(at), LOW_BITS_MASK));
        last.at = last.at.max(at);
    }

    /// Returns the current time, never before the last stamp.
    pub fn now(&self) -> Timestamp {
        self.clock.now().max(self.state.lock().at)
    }
}

impl GeneratorState {
    /// Returns 16 unused random bytes.
    fn next_random(&mut self, random: &dyn RandomSource) -> u128 {
        const SIZE: usize = size_of::<u128>();
        if self.used + SIZE > RANDOM_BUFFER_BYTES {
            random.fill(&mut self.random_bytes);
            self.used = 0;
        }
        let mut bytes = [0; SIZE];
        bytes.copy_from_slice(&self.random_bytes[self.used..self.used + SIZE]);
        self.used += SIZE;
        u128::from_be_bytes(bytes)
    }
}

/// Returns the time embedded in a generated id. For other ids the result is arbitrary.
pub fn timestamp_from_id(id: Uuid) -> Timestamp {
    let value = id.as_u128();
    let millis = u64::try_from(value >> MILLIS_SHIFT).unwrap_or(0);
    let rest = u64::try_from((value >> 64) & 0xFFF).unwrap_or(0);
    // Rounded down when encoded, so rounded up when decoded.
    let micros = millis * 1_000 + (rest * 1_000).div_ceil(4_096);
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// Returns 48 bits of milliseconds and 12 bits of the fraction, so that ids of nodes with synchronized clocks are in
/// order within a millisecond.
fn time_bits(at: Timestamp) -> u128 {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    let (millis, rest) = (micros / 1_000, micros % 1_000);
    u128::from(millis & ((1 << 48) - 1)) << 12 | u128::from(rest * 4_096 / 1_000)
}

/// Composes an id from `high` (48 bits of milliseconds and 12 bits of fraction) and `low` (the 62 bits after the
/// variant).
fn compose_id(high: u128, low: u128) -> u128 {
    (high >> 12) << MILLIS_SHIFT | VERSION_BITS | (high & 0xFFF) << 64 | VARIANT_BITS | low
}

fn split_id(value: u128) -> (u128, u128) {
    (
        (value >> MILLIS_SHIFT) << 12 | (value >> 64) & 0xFFF,
        value & LOW_BITS_MASK,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

    struct FakeClock(AtomicI64);
    impl Clock for FakeClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }
    struct FakeRandom(AtomicU64);
    impl RandomSource for FakeRandom {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                let n = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
                *byte = (n >> 56) as u8;
            }
        }
    }

    #[test]
    fn stamps_are_monotonic_when_clock_stops_or_steps_back() {
        let clock = Arc::new(FakeClock(AtomicI64::new(1_700_000_000_000)));
        let stamps = StampGenerator::new(clock.clone(), Arc::new(FakeRandom(AtomicU64::new(1))));
        let mut last = stamps.next();
        for round in 0..10_000 {
            if round == 5_000 {
                clock.0.fetch_sub(60_000, Ordering::Relaxed);
            }
            let next = stamps.next();
            assert!(next.id > last.id && next.at >= last.at);
            assert_eq!(
                (next.id.get_version_num(), next.id.get_variant()),
                (7, uuid::Variant::RFC4122)
            );
            last = next;
        }
    }

    #[test]
    fn stamps_exceed_stored_ids() {
        let at = |millis| {
            let clock = Arc::new(FakeClock(AtomicI64::new(millis)));
            StampGenerator::new(clock, Arc::new(FakeRandom(AtomicU64::new(7))))
        };
        let stored = at(1_700_000_000_000).next();
        let behind = at(1_600_000_000_000);
        behind.advance_past_id(stored.id);
        let next = behind.next();
        assert!(next.id > stored.id && next.at >= stored.at);
    }

    #[test]
    fn ids_of_two_nodes_are_ordered_by_microsecond() {
        let at = |micros: i64| {
            let clock = Arc::new(FakeClock(AtomicI64::new(0)));
            let stamps =
                StampGenerator::new(clock, Arc::new(FakeRandom(AtomicU64::new(micros as u64))));
            stamps.state.lock().at = Timestamp::from_micros(micros);
            stamps.next().id
        };
        let ids: Vec<_> = (0..3_000)
            .map(|step| at(1_700_000_000_000_000 + step))
            .collect();
        assert!(ids.is_sorted());
    }
}
