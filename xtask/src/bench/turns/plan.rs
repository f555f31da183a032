//! Plans and reports of the load generator of turns.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bench::fanout::LoginScript;
use crate::bench::load::LoadPlan;

/// Plan of a run. Read as JSON from standard input, so that keys do not appear in process arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TurnLoadPlan {
    /// `host:port` on which the load generator serves the model.
    pub(crate) model_address: String,
    pub(crate) script: ModelScript,
    pub(crate) transport: TurnTransport,
    /// Turns of each conversation, one after the other. The first ones begin spread over the length of a turn and are
    /// not measured.
    pub(crate) rounds: u32,
    /// Process id of the server, to measure its usage.
    pub(crate) pid: u32,
}

/// What the model says: each answer has so many tokens, at a fixed pace.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ModelScript {
    pub(crate) tokens: u32,
    pub(crate) first_token_ms: u64,
    pub(crate) token_interval_ms: u64,
}

impl ModelScript {
    /// Returns the time from the request until a token is sent.
    pub(super) fn due_after(self, token: u32) -> Duration {
        Duration::from_millis(self.first_token_ms + self.token_interval_ms * u64::from(token))
    }

    /// Returns the length of an answer.
    pub(crate) fn answer_time(self) -> Duration {
        self.due_after(self.tokens.saturating_sub(1))
    }
}

/// How questions are asked and answers are read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum TurnTransport {
    /// On a socket of each conversation.
    Sockets {
        address: String,
        logins: Vec<LoginScript>,
        question: String,
        /// Text that is in each frame with a part of an answer, and text that is in the frame which ends it.
        delta_label: String,
        end_label: String,
    },
    /// By requests on a connection of each conversation, whose responses are streams of lines. The path of a
    /// conversation is at its place in the plan.
    Requests {
        plan: LoadPlan,
        /// Text that is in each line with a part of an answer.
        delta_label: String,
    },
}

impl TurnTransport {
    /// Returns the number of conversations.
    pub(super) fn conversation_count(&self) -> usize {
        match self {
            Self::Sockets { logins, .. } => logins.len(),
            Self::Requests { plan, .. } => plan.paths.len(),
        }
    }
}

/// Results of a run: of the time in which every conversation had a turn under way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct TurnLoadReport {
    /// Turns whose first token came in this time.
    pub(crate) turns: u64,
    /// Lowest number of turns under way.
    pub(crate) min_under_way: usize,
    pub(crate) deltas: u64,
    pub(crate) deltas_per_second: f64,
    /// Time from the question to the first token at its reader, less the model's own time to its first token.
    pub(crate) first_token_p50_ms: f64,
    pub(crate) first_token_p99_ms: f64,
    /// Time from the model to the reader, of all tokens.
    pub(crate) token_p50_ms: f64,
    pub(crate) token_p99_ms: f64,
    /// Private memory of the server with all connections and no turn.
    pub(crate) idle_kib: u64,
    /// Highest private memory of the server with all turns under way.
    pub(crate) peak_kib: u64,
    /// CPU usage of this process, as a fraction of one core.
    pub(crate) client_cpu: f64,
    pub(crate) server_us_per_delta: f64,
}
