//! Limits of a tenant: those of the vendor's pages, or those that the operator sets for every dialect.

use std::num::NonZeroU32;
use std::sync::Arc;

use parlor_gateway::ConnectionPermit;
use parlor_kit::rate_limit::{ConnectionLimiter, RequestLimiter};
use parlor_kit::{AppState, Dialect, RequestMeta};
use parlor_model::{Ctx, Result};
use serde::Deserialize;

use crate::{Settings, TenantChats};

/// Requests per minute and tenant, from the vendor's pages.
const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
/// Messages per second and connection, from the vendor's pages.
const MESSAGES_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// Maximum number of open connections of a tenant, from the vendor's pages.
const MAX_CONNECTIONS: usize = 50;

/// The value of the setting `limits`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Preset {
    /// The limits that the operator sets for every dialect, if any.
    #[default]
    Off,
    /// The limits of the vendor's pages.
    Documented,
}

/// The limits of this dialect. Clones share their counters.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Preset")]
pub(crate) struct TenantLimits {
    documented: Option<Arc<RequestLimiter>>,
}

impl From<Preset> for TenantLimits {
    fn from(preset: Preset) -> Self {
        let documented = match preset {
            Preset::Off => None,
            Preset::Documented => Some(Arc::new(RequestLimiter::new(REQUESTS_PER_MINUTE))),
        };
        Self { documented }
    }
}

impl TenantLimits {
    /// Returns the configured limits.
    pub(crate) fn from_app(app: &AppState) -> Self {
        app.dialect_settings::<Settings>().limits
    }

    /// Returns the message quota of a new connection.
    pub(crate) fn connection_quota(&self, app: &AppState) -> SendQuota {
        match (&self.documented, &app.limiter) {
            (Some(_), _) => {
                SendQuota::Connection(Arc::new(ConnectionLimiter::per_second(MESSAGES_PER_SECOND)))
            }
            (None, Some(limiter)) => SendQuota::Requests(limiter.clone()),
            (None, None) => SendQuota::Unlimited,
        }
    }

    /// Counts a connection's permit among those of the tenant, if they are limited. Returns `None` at the limit.
    pub(crate) fn within_tenant_limit(
        &self,
        permit: ConnectionPermit,
        ws: i64,
    ) -> Option<ConnectionPermit> {
        match self.documented {
            Some(_) => permit.with_workspace_limit(ws, MAX_CONNECTIONS),
            None => Some(permit),
        }
    }
}

/// Counts a request against the limit of the caller's tenant, which all its keys and endpoints share.
///
/// # Errors
/// `RateLimited` over the limit.
pub(crate) fn count_request(app: &AppState, ctx: &Ctx, meta: &RequestMeta) -> Result<()> {
    meta.record_caller(ctx);
    let limits = TenantLimits::from_app(app);
    match limits.documented.as_deref().or(app.limiter.as_deref()) {
        Some(limiter) => limiter.check_tenant_request(ctx, TenantChats::NAME, meta),
        None => Ok(()),
    }
}

/// How many messages a connection may send.
#[derive(Clone)]
pub(crate) enum SendQuota {
    /// Any number.
    Unlimited,
    /// Counted with the tenant's requests.
    Requests(Arc<RequestLimiter>),
    /// Counted per connection.
    Connection(Arc<ConnectionLimiter>),
}

impl SendQuota {
    /// Counts one message.
    ///
    /// # Errors
    /// `RateLimited` over the limit.
    pub(crate) fn count_message(&self, key: &Ctx) -> Result<()> {
        match self {
            Self::Unlimited => Ok(()),
            Self::Requests(limiter) => limiter.check_tenant_action(key, TenantChats::NAME).1,
            Self::Connection(limiter) => limiter.check_message(),
        }
    }
}
