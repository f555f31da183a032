//! Channels: ids by which programs of one account pass messages to each other.

mod jsonl_encoder;
pub(crate) mod publish;
pub(crate) mod subscribe;
