//! Which addresses a provider may have.

use std::net::IpAddr;

use parlor_channels::AllowedNetworks;

/// Addresses that may be called.
#[derive(Debug, Clone)]
pub enum NetworkPolicy {
    /// Every address: the operator of the server set it.
    Unrestricted,
    /// Addresses in these networks only: a workspace set it.
    Restricted(AllowedNetworks),
}

impl NetworkPolicy {
    /// Returns whether an address may be called.
    pub fn allows(&self, address: IpAddr) -> bool {
        match self {
            Self::Unrestricted => true,
            Self::Restricted(networks) => networks.allows(address),
        }
    }
}
