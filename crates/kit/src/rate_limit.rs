//! Rate limits of requests per credential and endpoint or per tenant, and of messages per connection.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parlor_model::error::ErrorKind;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::RequestMeta;
use crate::client_address::ClientAddress;
use crate::rate_limit_status::RateLimitStatus;

/// Counted caller: a credential, an address without one, or a whole tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum RateLimitSubject {
    Tenant(Uuid),
    Credential(Uuid),
    Address(ClientAddress),
    Unknown,
}

/// Subject and route template; for a tenant, the name of an API.
type RateLimitKey = (RateLimitSubject, &'static str);

/// Limits requests per credential and route template.
pub struct RequestLimiter {
    limiter: RateLimiter<
        RateLimitKey,
        DashMapStateStore<RateLimitKey>,
        DefaultClock,
        StateInformationMiddleware,
    >,
    per_minute: u32,
    clock: DefaultClock,
}

impl RequestLimiter {
    /// Creates a limiter of requests per minute for each credential and endpoint, with bursts up to that number.
    pub fn new(per_minute: NonZeroU32) -> Self {
        let quota = Quota::per_minute(per_minute);
        Self {
            limiter: RateLimiter::dashmap_with_clock(quota, DefaultClock::default())
                .with_middleware::<StateInformationMiddleware>(),
            per_minute: per_minute.get(),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of a context on a route.
    ///
    /// # Errors
    /// `RateLimited` over the limit.
    pub fn check_request(&self, ctx: &Ctx, route: &'static str, meta: &RequestMeta) -> Result<()> {
        Self::record_status(
            meta,
            self.check_key(Self::subject_for(ctx, meta.address), route),
        )
    }

    /// Counts a request of a tenant on an API, over all its keys and endpoints.
    ///
    /// # Errors
    /// `RateLimited` over the limit.
    pub fn check_tenant_request(
        &self,
        ctx: &Ctx,
        api: &'static str,
        meta: &RequestMeta,
    ) -> Result<()> {
        Self::record_status(meta, self.check_tenant_action(ctx, api))
    }

    /// Counts an action on a live connection as a request of the tenant.
    pub fn check_tenant_action(
        &self,
        ctx: &Ctx,
        api: &'static str,
    ) -> (RateLimitStatus, Result<()>) {
        self.check_key(RateLimitSubject::Tenant(ctx.workspace.id.uuid()), api)
    }

    fn record_status(
        meta: &RequestMeta,
        (status, result): (RateLimitStatus, Result<()>),
    ) -> Result<()> {
        // A request is counted once; if a dialect counts twice, the first status stands.
        let _ = meta.rate_limit.set(status);
        result
    }

    /// Removes callers with a replenished limit, so that memory follows the callers of the last minute.
    pub fn evict_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    fn subject_for(ctx: &Ctx, address: Option<ClientAddress>) -> RateLimitSubject {
        let credential = ctx
            .key
            .map(parlor_model::Id::uuid)
            .or(ctx.actor.map(|actor| actor.id.uuid()));
        match (credential, address) {
            (Some(credential), _) => RateLimitSubject::Credential(credential),
            (None, Some(address)) => RateLimitSubject::Address(address),
            (None, None) => RateLimitSubject::Unknown,
        }
    }

    fn check_key(
        &self,
        subject: RateLimitSubject,
        route: &'static str,
    ) -> (RateLimitStatus, Result<()>) {
        let (remaining, wait) = match self.limiter.check_key(&(subject, route)) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(not_until) => (0, Some(not_until.wait_time_from(self.clock.now()))),
        };
        let used = f64::from(self.per_minute.saturating_sub(remaining));
        let reset = Duration::from_secs_f64(60.0 * used / f64::from(self.per_minute));
        let status = RateLimitStatus {
            limit: self.per_minute,
            remaining,
            reset,
        };
        let result = match wait {
            None => Ok(()),
            Some(retry_after) => Err(Error::new(ErrorKind::RateLimited { retry_after })),
        };
        (status, result)
    }
}

/// Limits the messages of one live connection.
pub struct ConnectionLimiter {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl ConnectionLimiter {
    /// Creates a limiter of messages per second, with bursts up to that number.
    pub fn per_second(limit: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::direct(Quota::per_second(limit)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a message.
    ///
    /// # Errors
    /// `RateLimited`, with the time until the next message is allowed.
    pub fn check_message(&self) -> Result<()> {
        self.limiter.check().map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            Error::new(ErrorKind::RateLimited { retry_after })
        })
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::scope::Scopes;

    use super::*;

    fn unbound_context() -> Ctx {
        let workspace = parlor_model::ctx::WorkspaceRef {
            number: 1,
            id: parlor_model::Id::MIN,
            organization: parlor_model::Id::MIN,
        };
        Ctx::unbound(workspace, Scopes::NONE, Uuid::nil())
    }

    fn meta_from_address(last: u8) -> RequestMeta {
        RequestMeta {
            address: Some(ClientAddress::new([192, 0, 2, last].into())),
            ..RequestMeta::default()
        }
    }

    #[test]
    fn anonymous_callers_are_counted_by_address() {
        let limiter = RequestLimiter::new(NonZeroU32::MIN);
        limiter
            .check_request(&unbound_context(), "/", &meta_from_address(1))
            .unwrap();
        assert!(
            limiter
                .check_request(&unbound_context(), "/", &meta_from_address(1))
                .is_err()
        );
        limiter
            .check_request(&unbound_context(), "/", &meta_from_address(2))
            .unwrap();
    }

    #[test]
    fn tenant_is_counted_across_credentials() {
        let limiter = RequestLimiter::new(NonZeroU32::MIN);
        let (one, two) = (meta_from_address(1), meta_from_address(2));
        limiter
            .check_tenant_request(&unbound_context(), "api", &one)
            .unwrap();
        assert!(
            limiter
                .check_tenant_request(&unbound_context(), "api", &two)
                .is_err()
        );
        assert!(
            limiter
                .check_tenant_action(&unbound_context(), "api")
                .1
                .is_err()
        );
        assert_eq!(two.rate_limit.get().unwrap().remaining, 0);
        limiter
            .check_tenant_request(&unbound_context(), "another", &two)
            .unwrap();
    }

    #[test]
    fn connection_over_its_rate_is_limited() {
        let limiter = ConnectionLimiter::per_second(NonZeroU32::MIN.saturating_add(1));
        limiter.check_message().unwrap();
        limiter.check_message().unwrap();
        assert!(limiter.check_message().is_err());
    }

    #[test]
    fn replenished_callers_are_evicted() {
        let limiter = RequestLimiter::new(NonZeroU32::MIN.saturating_add(59_999));
        for last in 0..100 {
            limiter
                .check_request(&unbound_context(), "/", &meta_from_address(last))
                .unwrap();
        }
        while !limiter.limiter.is_empty() {
            limiter.evict_idle();
        }
    }
}
