//! Channels: publish and subscribe among programs of one account.

mod jsonl_encoder;
pub(crate) mod publish;
pub(crate) mod subscribe;

/// The vendor's page on channels.
const MANUAL: &str = "Channels";
