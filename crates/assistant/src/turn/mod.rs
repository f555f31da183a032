//! The worker that answers: it claims turns, asks a provider, streams what it says and stores the answer.
//!
//! [`TurnWorker`] runs on every node. A turn is held by a lease that is extended while the provider generates; if a node
//! dies, another one, or the next start, takes its turns over after the lease.
//!
//! Keeps INV-65 (`docs/invariants.md`).

mod answer_buffer;
mod prompt;
mod prompt_budget;
mod run;
mod timings;
mod tool_rounds;
mod worker;

pub use prompt::build_prompt;
pub use prompt_budget::PromptBudget;
pub use timings::TurnTimings;
pub use worker::TurnWorker;
