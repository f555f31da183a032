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

/// What a count is kept for: a credential and a route template.
type Place = (Uuid, &'static str);

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
        let (quota, admitted) = self.count(ctx, route);
        // A request is counted once; a second count would be a bug in the dialect, and the first one stands.
        let _ = meta.quota.set(quota);
        admitted
    }

    /// Counts what does on a live connection what a request on a route would do.
    pub fn count(&self, ctx: &Ctx, route: &'static str) -> (Quota, Result<()>) {
        let who = ctx
            .key
            .map(parlor_model::Id::uuid)
            .or(ctx.actor.map(|actor| actor.id.uuid()))
            .unwrap_or_default();
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
