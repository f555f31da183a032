//! How much a tenant may do: what the vendor's pages state, or what the operator sets for every API.

use std::num::NonZeroU32;
use std::sync::Arc;

use parlor_gateway::ConnectionPermit;
use parlor_kit::rate_limit::{ConnectionLimiter, RequestLimiter};
use parlor_kit::{AppState, Dialect, RequestMeta};
use parlor_model::{Ctx, Result};
use serde::Deserialize;

use crate::{Settings, TenantChats};

/// Requests a minute of a tenant, as the vendor's pages have it.
const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
/// Messages a second of a connection.
const MESSAGES_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// Connections of a tenant at a time.
const MAX_CONNECTIONS: usize = 50;

/// Whose limits hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Preset {
    /// The operator's for every API, where there are any.
    #[default]
    Off,
    /// Those that the vendor's pages state.
    Documented,
}

/// The limits of this API, read from the name of a preset. What is counted is shared by everybody who holds a copy.
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
    /// As configured.
    pub(crate) fn from_app(app: &AppState) -> Self {
        app.dialect_settings::<Settings>().limits
    }

    /// What one connection may send.
    pub(crate) fn connection_quota(&self, app: &AppState) -> SendQuota {
        match (&self.documented, &app.limiter) {
            (Some(_), _) => {
                SendQuota::Connection(Arc::new(ConnectionLimiter::per_second(MESSAGES_PER_SECOND)))
            }
            (None, Some(limiter)) => SendQuota::Requests(limiter.clone()),
            (None, None) => SendQuota::Unlimited,
        }
    }

    /// A connection's seat, counted with the tenant's others where these are limited; nothing where they are as many as
    /// they may be.
    pub(crate) fn within_tenant_limit(
        &self,
        seat: ConnectionPermit,
        ws: i64,
    ) -> Option<ConnectionPermit> {
        match self.documented {
            Some(_) => seat.with_workspace_limit(ws, MAX_CONNECTIONS),
            None => Some(seat),
        }
    }
}

/// Counts a request of the caller's tenant, whichever of its keys and endpoints it uses.
pub(crate) fn count_request(app: &AppState, ctx: &Ctx, meta: &RequestMeta) -> Result<()> {
    let limits = TenantLimits::from_app(app);
    match limits.documented.as_deref().or(app.limiter.as_deref()) {
        Some(limiter) => limiter.check_tenant_request(ctx, TenantChats::NAME, meta),
        None => Ok(()),
    }
}

/// How often something may be sent on a connection.
#[derive(Clone)]
pub(crate) enum SendQuota {
    /// As often as the client likes.
    Unlimited,
    /// As often as by requests, and counted with them.
    Requests(Arc<RequestLimiter>),
    /// So often on each connection.
    Connection(Arc<ConnectionLimiter>),
}

impl SendQuota {
    /// Counts one message of a key's.
    ///
    /// # Errors
    /// `RateLimited` where it is one too many.
    pub(crate) fn count_message(&self, key: &Ctx) -> Result<()> {
        match self {
            Self::Unlimited => Ok(()),
            Self::Requests(limiter) => limiter.check_tenant_action(key, TenantChats::NAME).1,
            Self::Connection(limiter) => limiter.check_message(),
        }
    }
}
