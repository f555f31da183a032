//! Turns of assistants: requested by messages, worked on by a worker of `parlor-assistant` on any node, and followed
//! live.
//!
//! A turn is a row and a job. Its worker holds the job by a lease; the answer is one append that is refused once
//! another worker, or a person, has taken over.
//!
//! Keeps INV-65, INV-66 (`docs/invariants.md`).

mod cancel;
mod end;
mod end_lost;
mod follow;
mod record_round;
mod request;
mod stop_signals;
mod tools;
mod turn_work;
mod usage;
mod withdraw;
mod work;

pub use cancel::cancel;
pub use end_lost::{end_lost, find_ended_live};
pub use follow::{RecordedRound, TurnFollower, TurnFollowerEvent, TurnOutcome};
pub use record_round::{CALL_SUBTYPE, RoundResult, ToolRound, record_round};
pub use request::{RequestedTurn, Responder, request};
pub use stop_signals::{StopSignal, StopSignals};
pub use tools::{Tool, ToolEffect, ToolOutcome, ToolRequest, call_tool, offered_tools};
pub use turn_work::TurnWork;
pub use usage::{ConversationUsage, usage_of_conversation};
pub use work::{
    TurnAnswer, TurnLease, begin, claim, fail, finish, give_back, publish_delta, release,
    save_progress, usage_today,
};

pub(crate) use request::expected_responder;
pub(crate) use withdraw::{publish_known_withdrawal, publish_withdrawal, withdraw_if_stopped};
