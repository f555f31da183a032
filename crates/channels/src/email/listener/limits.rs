//! Limits of all connections together, and of those of an address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

use super::settings::MailListenerSettings;

/// Addresses whose mails are counted before those that have sent none for a while are forgotten.
const MAX_COUNTED_ADDRESSES: usize = 1000;

/// Counts connections and mails by address.
pub(super) struct MailLimits {
    max_connections: usize,
    max_connections_per_address: usize,
    connections: Mutex<ConnectionCounts>,
    mails: Option<DefaultKeyedRateLimiter<IpAddr>>,
}

#[derive(Default)]
struct ConnectionCounts {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Counts a connection until it is dropped.
pub(super) struct ConnectionPermit {
    limits: Arc<MailLimits>,
    network: IpAddr,
}

impl MailLimits {
    pub(super) fn new(settings: &MailListenerSettings) -> Self {
        let rate = NonZeroU32::new(settings.mails_per_minute);
        Self {
            max_connections: settings.max_connections,
            max_connections_per_address: settings.max_connections_per_address,
            connections: Mutex::default(),
            mails: rate.map(|rate| RateLimiter::keyed(Quota::per_minute(rate))),
        }
    }

    /// Counts a connection. `None` if there are too many.
    pub(super) fn open(self: &Arc<Self>, address: IpAddr) -> Option<ConnectionPermit> {
        let network = client_network(address);
        let mut counts = self.connections.lock();
        let of_address = counts.by_address.get(&network).copied().unwrap_or_default();
        if counts.total >= self.max_connections || of_address >= self.max_connections_per_address {
            return None;
        }
        counts.total += 1;
        counts.by_address.insert(network, of_address + 1);
        Some(ConnectionPermit {
            limits: self.clone(),
            network,
        })
    }
}

impl ConnectionPermit {
    /// Counts a mail. Returns whether it is within the limit.
    pub(super) fn count_mail(&self) -> bool {
        let Some(mails) = &self.limits.mails else {
            return true;
        };
        if mails.len() > MAX_COUNTED_ADDRESSES {
            mails.retain_recent();
        }
        mails.check_key(&self.network).is_ok()
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut counts = self.limits.connections.lock();
        counts.total -= 1;
        if let Some(count) = counts.by_address.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.by_address.remove(&self.network);
            }
        }
    }
}

/// An IPv6 client has a whole /64 network, which counts as one address.
fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
    }
}
