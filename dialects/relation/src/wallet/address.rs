//! Wallet addresses, and the member handles derived from them.

use std::fmt;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use parlor_model::principal;

use super::keccak::keccak256;

/// Chain of all addresses.
pub(crate) const CHAIN_NAME: &str = "eth";
/// Handles to try. A handle is eight bytes of a hash, so two addresses practically never share one.
const MAX_HANDLE_ATTEMPTS: u8 = 8;

/// A wallet's address. Personal data: it must not be logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(pub(super) [u8; 20]);

/// Writes `0x` and 40 lower-case hex digits.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", HEXLOWER.encode(&self.0))
    }
}

impl Address {
    /// Parses `0x` and 40 hex digits in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER_PERMISSIVE
            .decode(text.strip_prefix("0x")?.as_bytes())
            .ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The first characters of its text, the default name of its holder.
    pub(crate) fn short_text(&self) -> String {
        self.to_string().chars().take(6).collect()
    }

    /// The first handle of [`Self::handle_candidates`], which its holder gets unless it is in use.
    pub(crate) fn handle(&self) -> String {
        self.handle_for_attempt(0)
    }

    /// The handles to try, in order. They depend on the address alone, so a new database assigns the same ids.
    pub(crate) fn handle_candidates(&self) -> impl Iterator<Item = String> {
        (0..MAX_HANDLE_ATTEMPTS).map(|attempt| self.handle_for_attempt(attempt))
    }

    fn handle_for_attempt(&self, attempt: u8) -> String {
        let mut input = format!("relation-id:{CHAIN_NAME}:").into_bytes();
        input.extend_from_slice(&self.0);
        if attempt > 0 {
            input.push(attempt);
        }
        let mut eight = [0; 8];
        eight.copy_from_slice(&keccak256(&input)[..8]);
        principal::handle_from_bytes(eight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_derived_from_the_address() {
        let address = Address::parse("0x877f26d597c2ae0edec4411f7c3c59b718676ed1").unwrap();
        assert_eq!(address.handle(), "dy6jn-qbqqt-a2luo-l6dxq-cai");
        assert_eq!(address.short_text(), "0x877f");
        let handles: std::collections::BTreeSet<_> = address.handle_candidates().collect();
        assert_eq!(handles.len(), usize::from(MAX_HANDLE_ATTEMPTS));
        assert!(
            handles
                .iter()
                .all(|handle| principal::decode(handle).is_some() && handle.ends_with("-cai"))
        );
    }

    #[test]
    fn only_twenty_hex_bytes_are_an_address() {
        let good = "0x877F26d597c2ae0edec4411f7c3c59b718676ed1";
        assert_eq!(
            Address::parse(good).unwrap().to_string(),
            good.to_lowercase()
        );
        for bad in [
            "",
            "0x",
            &good[2..],
            &good[..41],
            "0xg77f26d597c2ae0edec4411f7c3c59b718676ed1",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad}");
        }
    }
}
