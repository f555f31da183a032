//! Request limits per credential and endpoint.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota as Rate, RateLimiter};
use parlor_model::error::Kind;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use crate::Meta;
use crate::address::ClientAddress;

/// Who is counted: a credential, or an address where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Credential(Uuid),
    Address(ClientAddress),
    Nobody,
}

/// What a count is kept for: who calls, and a route template.
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
        let (quota, admitted) = self.count_of(Self::who(ctx, meta.address), route);
        // A request is counted once; a second count would be a bug in the dialect, and the first one stands.
        let _ = meta.quota.set(quota);
        admitted
    }

    /// Counts what does on a live connection what a request on a route would do.
    pub fn count(&self, ctx: &Ctx, route: &'static str) -> (Quota, Result<()>) {
        self.count_of(Self::who(ctx, None), route)
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
