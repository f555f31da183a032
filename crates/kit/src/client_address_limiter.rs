//! Limits by client address: rejected credentials, and requests without credentials.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::HeaderMap;
use parking_lot::Mutex;
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::{Error, Result};
use quick_cache::sync::Cache;

use crate::client_address::ClientAddress;

/// Maximum number of remembered valid credentials.
const MAX_ACCEPTED_CREDENTIALS: usize = 10_000;
/// Headers and query parameters that contain credentials.
const CREDENTIAL_HEADERS: [&str; 4] = ["authorization", "x-api-key", "apikey", "i-authorization"];
const CREDENTIAL_PARAMETERS: [&str; 2] = ["token=", "api_key="];

/// Hash of a credential, valid in this process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CredentialFingerprint(u64);

/// Response extension that marks a successful WebSocket upgrade with a valid credential. Without it a 101 may be a
/// socket that reports an error.
#[derive(Debug, Clone, Copy)]
pub struct SocketOpened;

/// Slows down guessing of credentials. Credentials that were valid before are still checked, so that other clients of
/// the same address are not locked out.
pub struct ClientAddressLimiter {
    failures: Option<DefaultKeyedRateLimiter<ClientAddress>>,
    anonymous: Option<DefaultKeyedRateLimiter<ClientAddress>>,
    /// Blocked addresses and the end of the block.
    blocked: Mutex<HashMap<ClientAddress, Instant>>,
    accepted: Cache<CredentialFingerprint, ()>,
    hasher: RandomState,
    clock: DefaultClock,
}

impl ClientAddressLimiter {
    /// Creates a limiter with the given numbers of rejected credentials and of anonymous requests per minute and
    /// address; `None` is unlimited.
    pub fn new(failures: Option<NonZeroU32>, anonymous: Option<NonZeroU32>) -> Self {
        let limiter = |limit| RateLimiter::keyed(Quota::per_minute(limit));
        Self {
            failures: failures.map(limiter),
            anonymous: anonymous.map(limiter),
            blocked: Mutex::default(),
            accepted: Cache::new(MAX_ACCEPTED_CREDENTIALS),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }

    /// Returns the fingerprint of the credentials in a request, if it has any.
    pub fn fingerprint(
        &self,
        headers: &HeaderMap,
        query: Option<&str>,
    ) -> Option<CredentialFingerprint> {
        self.failures.as_ref()?;
        let in_headers = CREDENTIAL_HEADERS
            .iter()
            .filter_map(|name| headers.get(*name));
        let in_query = query.into_iter().flat_map(|query| {
            query.split('&').filter(|pair| {
                CREDENTIAL_PARAMETERS
                    .iter()
                    .any(|name| pair.starts_with(name))
            })
        });
        let mut credentials = in_headers
            .map(http::HeaderValue::as_bytes)
            .chain(in_query.map(str::as_bytes))
            .peekable();
        credentials.peek()?;
        Some(CredentialFingerprint(
            self.hasher.hash_one(credentials.collect::<Vec<_>>()),
        ))
    }

    /// Checks whether the credential of a request may be verified.
    ///
    /// # Errors
    /// `RateLimited` for an unknown credential from a blocked address.
    pub fn check_credential(
        &self,
        address: ClientAddress,
        credentials: CredentialFingerprint,
    ) -> Result<()> {
        let until = self.blocked.lock().get(&address).copied();
        let remaining = until.map_or(Duration::ZERO, |until| {
            until.saturating_duration_since(Instant::now())
        });
        if remaining.is_zero() || self.accepted.get(&credentials).is_some() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::RateLimited {
            retry_after: remaining,
        }))
    }

    /// Remembers a credential as valid.
    pub fn record_accepted(&self, credentials: CredentialFingerprint) {
        if self.accepted.get(&credentials).is_none() {
            self.accepted.insert(credentials, ());
        }
    }

    /// Counts a rejection if the credential was wrong, as opposed to expired or missing.
    pub fn record_rejected(&self, address: Option<ClientAddress>, error: &Error) {
        let (Some(failures), Some(address)) = (&self.failures, address) else {
            return;
        };
        let is_guess = matches!(
            error.kind(),
            ErrorKind::Unauthenticated(
                CredentialReason::Key
                    | CredentialReason::TokenInvalid
                    | CredentialReason::TokenIssuer
            )
        );
        if is_guess && let Err(not_until) = failures.check_key(&address) {
            let wait = not_until.wait_time_from(self.clock.now());
            self.blocked.lock().insert(address, Instant::now() + wait);
        }
    }

    /// Counts a modifying request without credentials. Requests of unknown addresses are counted together.
    ///
    /// # Errors
    /// `RateLimited` if the address is over its limit.
    pub fn check_anonymous(&self, address: Option<ClientAddress>) -> Result<()> {
        let Some(anonymous) = &self.anonymous else {
            return Ok(());
        };
        let address = address.unwrap_or(ClientAddress::new([0, 0, 0, 0].into()));
        anonymous.check_key(&address).map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            Error::new(ErrorKind::RateLimited { retry_after })
        })
    }

    /// Removes addresses without recent requests.
    pub fn evict_idle(&self) {
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

    fn new_limiter(failures: u32) -> ClientAddressLimiter {
        ClientAddressLimiter::new(NonZeroU32::new(failures), NonZeroU32::new(2))
    }

    fn address(last: u8) -> ClientAddress {
        ClientAddress::new([192, 0, 2, last].into())
    }

    fn credential_fingerprint(limiter: &ClientAddressLimiter, key: &str) -> CredentialFingerprint {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", key.parse().unwrap());
        limiter.fingerprint(&headers, None).unwrap()
    }

    fn unauthenticated_error() -> Error {
        Error::unauthenticated(CredentialReason::Key)
    }

    #[test]
    fn blocked_address_rejects_unknown_but_accepts_known_credentials() {
        let limiter = new_limiter(3);
        let (good, guess) = (
            credential_fingerprint(&limiter, "good"),
            credential_fingerprint(&limiter, "guess"),
        );
        limiter.record_accepted(good);
        for _ in 0..4 {
            limiter.check_credential(address(1), guess).unwrap();
            limiter.record_rejected(Some(address(1)), &unauthenticated_error());
        }
        let error = limiter.check_credential(address(1), guess).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::RateLimited { .. }));
        limiter.check_credential(address(1), good).unwrap();
        limiter.check_credential(address(2), guess).unwrap();
    }

    #[test]
    fn only_wrong_credentials_are_counted() {
        let limiter = new_limiter(1);
        for error in [
            Error::unauthenticated(CredentialReason::TokenExpired),
            Error::unauthenticated(CredentialReason::TokenMissing),
            Error::new(ErrorKind::Unavailable),
        ] {
            limiter.record_rejected(Some(address(1)), &error);
            limiter.record_rejected(Some(address(1)), &error);
        }
        limiter
            .check_credential(address(1), credential_fingerprint(&limiter, "guess"))
            .unwrap();
    }

    #[test]
    fn anonymous_requests_are_counted_by_address() {
        let limiter = new_limiter(1);
        assert!(
            limiter
                .fingerprint(&HeaderMap::new(), Some("a=b"))
                .is_none()
        );
        assert!(
            limiter
                .fingerprint(&HeaderMap::new(), Some("a=b&token=x"))
                .is_some()
        );
        for _ in 0..2 {
            limiter.check_anonymous(Some(address(1))).unwrap();
        }
        assert!(limiter.check_anonymous(Some(address(1))).is_err());
        limiter.check_anonymous(Some(address(2))).unwrap();
    }

    #[test]
    fn replenished_addresses_are_evicted() {
        let limiter = new_limiter(60_000);
        for last in 0..100 {
            limiter.record_rejected(Some(address(last)), &unauthenticated_error());
        }
        let failures = limiter.failures.as_ref().unwrap();
        assert!(!failures.is_empty());
        while !failures.is_empty() {
            limiter.evict_idle();
        }
    }
}
