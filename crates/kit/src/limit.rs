//! Request limits per credential and endpoint or per tenant, and limits of what one connection sends.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{DefaultDirectRateLimiter, Quota as Rate, RateLimiter};
use parlor_model::error::Kind;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::Meta;
use crate::address::ClientAddress;

/// Who is counted: a credential, or an address where there is none; or a whole tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Tenant(Uuid),
    Credential(Uuid),
    Address(ClientAddress),
    Nobody,
}

/// What a count is kept for: who calls, and a route template; for a tenant, the name of an API.
type Place = (Who, &'static str);

/// Counts requests per credential and route template.
pub struct Limiter {
    limiter: RateLimiter<Place, DashMapStateStore<Place>, DefaultClock, StateInformationMiddleware>,
    per_minute: u32,
    clock: DefaultClock,
}

/// What a counted request may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests a minute.
    pub limit: u32,
    /// How many of them are left now.
    pub remaining: u32,
    /// When all of them are back.
    pub reset: Duration,
}

impl Limiter {
    /// So many requests a minute for each credential on each endpoint, all of them at once if need be.
    pub fn new(per_minute: NonZeroU32) -> Self {
        let rate = Rate::per_minute(per_minute);
        Self {
            limiter: RateLimiter::dashmap_with_clock(rate, DefaultClock::default())
                .with_middleware::<StateInformationMiddleware>(),
            per_minute: per_minute.get(),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one request of a context on a route.
    pub fn admit(&self, ctx: &Ctx, route: &'static str, meta: &Meta) -> Result<()> {
        Self::tell(meta, self.count_of(Self::who(ctx, meta.address), route))
    }

    /// Counts one request of a tenant on an API, whichever of its keys and endpoints it uses.
    pub fn admit_tenant(&self, ctx: &Ctx, api: &'static str, meta: &Meta) -> Result<()> {
        Self::tell(meta, self.count_tenant(ctx, api))
    }

    /// Counts what does on a live connection what a request of the tenant would do.
    pub fn count_tenant(&self, ctx: &Ctx, api: &'static str) -> (Quota, Result<()>) {
        self.count_of(Who::Tenant(ctx.workspace.id.uuid()), api)
    }

    fn tell(meta: &Meta, (quota, admitted): (Quota, Result<()>)) -> Result<()> {
        // A request is counted once; a second count would be a bug in the dialect, and the first one stands.
        let _ = meta.quota.set(quota);
        admitted
    }

    /// Forgets whoever has all requests back, so that what is kept follows the callers of the last minute.
    pub fn trim(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    fn who(ctx: &Ctx, address: Option<ClientAddress>) -> Who {
        let credential = ctx
            .key
            .map(parlor_model::Id::uuid)
            .or(ctx.actor.map(|actor| actor.id.uuid()));
        match (credential, address) {
            (Some(credential), _) => Who::Credential(credential),
            (None, Some(address)) => Who::Address(address),
            (None, None) => Who::Nobody,
        }
    }

    fn count_of(&self, who: Who, route: &'static str) -> (Quota, Result<()>) {
        let (remaining, refused) = match self.limiter.check_key(&(who, route)) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(not_until) => (0, Some(not_until.wait_time_from(self.clock.now()))),
        };
        let spent = f64::from(self.per_minute.saturating_sub(remaining));
        let reset = Duration::from_secs_f64(60.0 * spent / f64::from(self.per_minute));
        let quota = Quota {
            limit: self.per_minute,
            remaining,
            reset,
        };
        let admitted = match refused {
            None => Ok(()),
            Some(retry_after) => Err(Error::new(Kind::RateLimited { retry_after })),
        };
        (quota, admitted)
    }
}

/// Counts what one live connection sends. A connection is one client, so nobody else is counted with it.
pub struct ConnectionLimiter {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl ConnectionLimiter {
    /// So many messages a second, all of them at once if need be.
    pub fn per_second(most: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::direct(Rate::per_second(most)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one message.
    ///
    /// # Errors
    /// `RateLimited`, with the time after which there is room for one more.
    pub fn admit(&self) -> Result<()> {
        self.limiter.check().map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            Error::new(Kind::RateLimited { retry_after })
        })
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::scope::Scopes;

    use super::*;

    fn nobody() -> Ctx {
        let workspace = parlor_model::ctx::WorkspaceRef {
            number: 1,
            id: parlor_model::Id::MIN,
            organization: parlor_model::Id::MIN,
        };
        Ctx::unbound(workspace, Scopes::NONE, Uuid::nil())
    }

    fn from(last: u8) -> Meta {
        Meta {
            address: Some(ClientAddress::new([192, 0, 2, last].into())),
            ..Meta::default()
        }
    }

    #[test]
    fn callers_without_a_credential_are_counted_apart() {
        let limiter = Limiter::new(NonZeroU32::MIN);
        limiter.admit(&nobody(), "/", &from(1)).unwrap();
        assert!(limiter.admit(&nobody(), "/", &from(1)).is_err());
        limiter.admit(&nobody(), "/", &from(2)).unwrap();
    }

    #[test]
    fn tenant_is_counted_whatever_it_calls_with() {
        let limiter = Limiter::new(NonZeroU32::MIN);
        let (one, two) = (from(1), from(2));
        limiter.admit_tenant(&nobody(), "api", &one).unwrap();
        assert!(limiter.admit_tenant(&nobody(), "api", &two).is_err());
        assert!(limiter.count_tenant(&nobody(), "api").1.is_err());
        assert_eq!(two.quota.get().unwrap().remaining, 0);
        limiter.admit_tenant(&nobody(), "another", &two).unwrap();
    }

    #[test]
    fn connection_sends_so_many_messages_at_once() {
        let limiter = ConnectionLimiter::per_second(NonZeroU32::MIN.saturating_add(1));
        limiter.admit().unwrap();
        limiter.admit().unwrap();
        assert!(limiter.admit().is_err());
    }

    #[test]
    fn whoever_has_all_requests_back_is_forgotten() {
        let limiter = Limiter::new(NonZeroU32::MIN.saturating_add(59_999));
        for last in 0..100 {
            limiter.admit(&nobody(), "/", &from(last)).unwrap();
        }
        while !limiter.limiter.is_empty() {
            limiter.trim();
        }
    }
}
