//! What is counted by the client's address: credentials that are refused, and requests that show none.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::HeaderMap;
use parking_lot::Mutex;
use parlor_model::error::{Credential, Kind};
use parlor_model::{Error, Result};
use quick_cache::sync::Cache;

use crate::address::ClientAddress;

/// Credentials remembered as good, at the most.
const REMEMBERED: usize = 10_000;
/// The headers and parameters of a query that credentials stand in.
const HEADERS: [&str; 4] = ["authorization", "x-api-key", "apikey", "i-authorization"];
const PARAMETERS: [&str; 2] = ["token=", "api_key="];

/// A credential's fingerprint in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

/// In the extensions of an answer that opens a socket: the credential was good. An open socket may as well be one on which
/// a refusal is told.
#[derive(Debug, Clone, Copy)]
pub struct OpenedSocket;

/// Slows down who guesses credentials, without shutting out who shares an address with it: a credential that was good
/// before is still looked at.
pub struct Guard {
    failures: Option<DefaultKeyedRateLimiter<ClientAddress>>,
    anonymous: Option<DefaultKeyedRateLimiter<ClientAddress>>,
    /// Addresses whose next failure would be one too many, and until when.
    blocked: Mutex<HashMap<ClientAddress, Instant>>,
    good: Cache<Fingerprint, ()>,
    hasher: RandomState,
    clock: DefaultClock,
}

impl Guard {
    /// So many refused credentials, and so many requests without any, a minute for each address; none is no limit.
    pub fn new(failures: Option<NonZeroU32>, anonymous: Option<NonZeroU32>) -> Self {
        let limiter = |limit| RateLimiter::keyed(Quota::per_minute(limit));
        Self {
            failures: failures.map(limiter),
            anonymous: anonymous.map(limiter),
            blocked: Mutex::default(),
            good: Cache::new(REMEMBERED),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }

    /// The fingerprint of what a request shows, if it shows anything.
    pub fn fingerprint(&self, headers: &HeaderMap, query: Option<&str>) -> Option<Fingerprint> {
        self.failures.as_ref()?;
        let in_headers = HEADERS.iter().filter_map(|name| headers.get(*name));
        let in_query = query.into_iter().flat_map(|query| {
            query
                .split('&')
                .filter(|pair| PARAMETERS.iter().any(|name| pair.starts_with(name)))
        });
        let mut shown = in_headers
            .map(http::HeaderValue::as_bytes)
            .chain(in_query.map(str::as_bytes))
            .peekable();
        shown.peek()?;
        Some(Fingerprint(self.hasher.hash_one(shown.collect::<Vec<_>>())))
    }

    /// Refuses an unknown credential from an address that has shown too many bad ones.
    pub fn check(&self, address: ClientAddress, shown: Fingerprint) -> Result<()> {
        let until = self.blocked.lock().get(&address).copied();
        let left = until.map_or(Duration::ZERO, |until| {
            until.saturating_duration_since(Instant::now())
        });
        if left.is_zero() || self.good.get(&shown).is_some() {
            return Ok(());
        }
        Err(Error::new(Kind::RateLimited { retry_after: left }))
    }

    /// Notes that a credential opened something.
    pub fn note_good(&self, shown: Fingerprint) {
        if self.good.get(&shown).is_none() {
            self.good.insert(shown, ());
        }
    }

    /// Counts a refusal, where it is one of a credential that was not the right one.
    pub fn note_refusal(&self, address: Option<ClientAddress>, error: &Error) {
        let (Some(failures), Some(address)) = (&self.failures, address) else {
            return;
        };
        let is_guess = matches!(
            error.kind(),
            Kind::Unauthenticated(
                Credential::Key | Credential::TokenInvalid | Credential::TokenIssuer
            )
        );
        if is_guess && let Err(not_until) = failures.check_key(&address) {
            let wait = not_until.wait_time_from(self.clock.now());
            self.blocked.lock().insert(address, Instant::now() + wait);
        }
    }

    /// Counts a request that shows no credential and changes something all the same. Requests whose address is not known
    /// are counted together.
    pub fn admit_anonymous(&self, address: Option<ClientAddress>) -> Result<()> {
        let Some(anonymous) = &self.anonymous else {
            return Ok(());
        };
        let address = address.unwrap_or(ClientAddress::new([0, 0, 0, 0].into()));
        anonymous.check_key(&address).map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            Error::new(Kind::RateLimited { retry_after })
        })
    }

    /// Forgets the addresses whose counts are as good as new.
    pub fn trim(&self) {
        for limiter in [&self.failures, &self.anonymous].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        let now = Instant::now();
        let mut blocked = self.blocked.lock();
        blocked.retain(|_, until| *until > now);
        blocked.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(failures: u32) -> Guard {
        Guard::new(NonZeroU32::new(failures), NonZeroU32::new(2))
    }

    fn address(last: u8) -> ClientAddress {
        ClientAddress::new([192, 0, 2, last].into())
    }

    fn shown(guard: &Guard, key: &str) -> Fingerprint {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", key.parse().unwrap());
        guard.fingerprint(&headers, None).unwrap()
    }

    fn refused() -> Error {
        Error::unauthenticated(Credential::Key)
    }

    #[test]
    fn guesses_are_refused_unseen_and_good_credentials_are_not() {
        let guard = guard(3);
        let (good, guess) = (shown(&guard, "good"), shown(&guard, "guess"));
        guard.note_good(good);
        for _ in 0..4 {
            guard.check(address(1), guess).unwrap();
            guard.note_refusal(Some(address(1)), &refused());
        }
        let error = guard.check(address(1), guess).unwrap_err();
        assert!(matches!(error.kind(), Kind::RateLimited { .. }));
        guard.check(address(1), good).unwrap();
        guard.check(address(2), guess).unwrap();
    }

    #[test]
    fn only_wrong_credentials_count() {
        let guard = guard(1);
        for error in [
            Error::unauthenticated(Credential::TokenExpired),
            Error::unauthenticated(Credential::TokenMissing),
            Error::new(Kind::Unavailable),
        ] {
            guard.note_refusal(Some(address(1)), &error);
            guard.note_refusal(Some(address(1)), &error);
        }
        guard.check(address(1), shown(&guard, "guess")).unwrap();
    }

    #[test]
    fn who_shows_nothing_is_counted_by_address() {
        let guard = guard(1);
        assert!(guard.fingerprint(&HeaderMap::new(), Some("a=b")).is_none());
        assert!(
            guard
                .fingerprint(&HeaderMap::new(), Some("a=b&token=x"))
                .is_some()
        );
        for _ in 0..2 {
            guard.admit_anonymous(Some(address(1))).unwrap();
        }
        assert!(guard.admit_anonymous(Some(address(1))).is_err());
        guard.admit_anonymous(Some(address(2))).unwrap();
    }

    #[test]
    fn what_is_as_good_as_new_is_forgotten() {
        let guard = guard(60_000);
        for last in 0..100 {
            guard.note_refusal(Some(address(last)), &refused());
        }
        let failures = guard.failures.as_ref().unwrap();
        assert!(!failures.is_empty());
        while !failures.is_empty() {
            guard.trim();
        }
    }
}
