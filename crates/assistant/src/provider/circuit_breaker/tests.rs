use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::time::{Clock, Timestamp};

use super::permit::{CircuitBreaker, RequestPermit};
use super::*;
use crate::provider::error::ProviderErrorKind;

/// Clock that stands still.
struct FakeClock(Mutex<i64>);

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(*self.0.lock())
    }
}

impl FakeClock {
    fn advance(&self, seconds: i64) {
        *self.0.lock() += seconds * 1_000_000;
    }
}

fn open_breaker() -> (Arc<CircuitBreaker>, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock(Mutex::new(1_000_000_000)));
    let settings = CircuitBreakerSettings {
        max_failures: 3,
        open_time: Duration::from_secs(10),
    };
    let breaker = Arc::new(CircuitBreaker::new(settings, clock.clone()));
    for _ in 0..3 {
        fail(&breaker, ProviderErrorKind::Overloaded);
    }
    (breaker, clock)
}

fn acquire(breaker: &Arc<CircuitBreaker>) -> RequestPermit {
    RequestPermit::acquire(breaker).unwrap()
}

fn fail(breaker: &Arc<CircuitBreaker>, kind: ProviderErrorKind) {
    acquire(breaker).record_error(&ProviderError::new(kind));
}

fn wait_of(breaker: &Arc<CircuitBreaker>) -> Option<Duration> {
    let error = RequestPermit::acquire(breaker).err()?;
    assert_eq!(error.kind, ProviderErrorKind::CircuitOpen);
    error.retry_after
}

#[test]
fn failures_in_a_row_open_the_circuit() {
    let (breaker, clock) = open_breaker();
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(10)));
    clock.advance(4);
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(6)));
}

#[test]
fn complete_response_resets_the_count() {
    let (breaker, clock) = open_breaker();
    clock.advance(10);
    acquire(&breaker).record_success();
    for _ in 0..4 {
        fail(&breaker, ProviderErrorKind::TimedOut);
        fail(&breaker, ProviderErrorKind::Interrupted);
        acquire(&breaker).record_success();
    }
    assert_eq!(wait_of(&breaker), None);
}

#[test]
fn permanent_error_does_not_open_the_circuit() {
    let (breaker, clock) = open_breaker();
    clock.advance(10);
    let refusal = ProviderError {
        status: Some(400),
        ..ProviderError::new(ProviderErrorKind::BadRequest)
    };
    for _ in 0..9 {
        acquire(&breaker).record_error(&refusal);
        fail(&breaker, ProviderErrorKind::KeyUnreadable);
    }
    assert_eq!(wait_of(&breaker), None);
}

#[test]
fn half_open_circuit_lets_one_trial_through() {
    let (breaker, clock) = open_breaker();
    clock.advance(10);
    let trial = acquire(&breaker);
    assert_eq!(wait_of(&breaker), Some(Duration::ZERO));
    drop(trial);
    let mut next_trial = acquire(&breaker);
    next_trial.record_error(&ProviderError::new(ProviderErrorKind::Unreachable));
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(10)));
}

#[test]
fn first_event_of_trial_closes_on_probation() {
    let (breaker, clock) = open_breaker();
    clock.advance(10);
    let mut trial = acquire(&breaker);
    trial.record_first_event();
    let mut other = acquire(&breaker);
    trial.record_error(&ProviderError::new(ProviderErrorKind::Interrupted));
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(10)));
    // A result of a request that began before is not a trial.
    other.record_success();
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(10)));
}

#[test]
fn circuit_stays_open_as_long_as_provider_asks() {
    let (breaker, clock) = open_breaker();
    clock.advance(10);
    acquire(&breaker).record_error(&ProviderError {
        retry_after: Some(Duration::from_secs(60)),
        ..ProviderError::new(ProviderErrorKind::RateLimited)
    });
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(60)));
}

#[test]
fn clock_set_back_does_not_prolong_the_pause() {
    let (breaker, clock) = open_breaker();
    clock.advance(-3600);
    assert_eq!(wait_of(&breaker), Some(Duration::from_secs(10)));
    clock.advance(10);
    assert_eq!(wait_of(&breaker), None);
}
