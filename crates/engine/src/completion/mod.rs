//! One-off completions: answers to prompts that are in no conversation.

mod complete;

pub use complete::{Completion, complete};
