//! Turns of assistants: one answer of an assistant, from the request until its message is stored.

use std::sync::Arc;

use crate::Timestamp;
use crate::id::MessageId;
use crate::member::MemberRef;
use crate::redacted::Redacted;
use crate::string_enum::string_enum;

string_enum! {
    /// State of a turn.
    TurnState {
        /// Waits for a worker.
        Queued = "queued",
        /// A worker generates the answer.
        Running = "running",
        /// The answer is stored.
        Done = "done",
        /// There is no answer; a person has to respond.
        Failed = "failed",
        /// It was cancelled; what had been generated is stored, if anything had.
        Cancelled = "cancelled",
    }
}

string_enum! {
    /// What a turn says.
    TurnKind {
        /// An answer to what people have said.
        Answer = "answer",
        /// The opening message of the conversation's workflow.
        Opening = "opening",
    }
}

string_enum! {
    /// Why a turn has no answer, or why an answer is incomplete.
    TurnError {
        /// The workspace has no provider.
        Unavailable = "assistant_unavailable",
        /// The provider cannot be reached, or its circuit breaker is open.
        ProviderUnreachable = "provider_unreachable",
        /// The provider refuses the key or the request.
        ProviderRejected = "provider_rejected",
        /// The provider asks for a pause that is longer than a turn may wait.
        ProviderRateLimited = "provider_rate_limited",
        /// The provider took too long.
        TimedOut = "timed_out",
        /// The provider's answer was not understood, or too large.
        InvalidResponse = "invalid_response",
        /// The provider withholds the answer.
        ContentFilter = "content_filter",
        /// The answer is empty.
        EmptyAnswer = "empty_answer",
        /// The workspace has used its requests or tokens of the day.
        DailyLimit = "daily_limit",
        /// The model called tools for too many rounds.
        ToolRounds = "too_many_tool_rounds",
        /// The server failed.
        Internal = "internal",
    }
}

string_enum! {
    /// How the message of a turn ended.
    TurnFinish {
        /// The model was finished.
        Stop = "stop",
        /// The maximum number of tokens was reached.
        Length = "length",
        /// Somebody cancelled it.
        Cancelled = "cancelled",
        /// It failed before its end.
        Error = "error",
    }
}

/// Number of tokens of a turn, by the provider's count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TurnUsage {
    /// Tokens of the prompts.
    pub input_tokens: i64,
    /// Tokens of the answers.
    pub output_tokens: i64,
}

impl TurnUsage {
    /// Returns the sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
        }
    }

    /// Returns all tokens.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// Requests and tokens of the assistants of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AssistantUsage {
    /// Number of turns.
    pub requests: i64,
    /// Tokens.
    pub tokens: TurnUsage,
}

/// A turn under way.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Row number.
    pub number: i64,
    /// Conversation number.
    pub conversation: i64,
    /// Id that the message of the answer will have. After a round that has said something it is another one.
    pub message: MessageId,
    /// What it says.
    pub kind: TurnKind,
    /// Member number of the assistant; `None` if it is the conversation's own.
    pub assistant: Option<i64>,
    /// State.
    pub state: TurnState,
    /// The turn answers messages up to this `seq`; 0 before it runs.
    pub answered_seq: i64,
    /// Number of workers that have begun it.
    pub attempts: i64,
    /// Saved part of the answer.
    pub text: Redacted<String>,
    /// Somebody has asked to cancel it.
    pub cancel_requested: bool,
    /// Why it failed, if it did.
    pub error: Option<TurnError>,
    /// Time of the request.
    pub created_at: Timestamp,
    /// Rounds of tool calls that are recorded as messages.
    pub tool_rounds: i64,
    /// Tokens of those rounds, or of the whole turn once it has ended.
    pub usage: TurnUsage,
}

/// Change of a turn under way, published to all nodes and not stored.
#[derive(Debug, Clone)]
pub struct TurnEvent {
    /// Workspace number.
    pub ws: i64,
    /// Conversation number.
    pub conversation: i64,
    /// Id that the message of the answer will have.
    pub message: MessageId,
    /// What happened.
    pub change: TurnChange,
}

/// What happened to a turn.
#[derive(Debug, Clone)]
pub enum TurnChange {
    /// A worker has begun, or begun again: what was generated before is void.
    Started {
        /// The turn answers messages up to this `seq`.
        answered_seq: i64,
        /// The assistant; `None` if it is no member.
        author: Option<MemberRef>,
        /// The message of a person that it answers, if there is one.
        reply_to: Option<MessageId>,
    },
    /// More text.
    Delta(TurnDelta),
    /// A round of tool calls is in the log. What was said before the calls, if anything was, is the message under whose
    /// id it was streamed.
    RoundRecorded {
        /// `seq` of its first message.
        first_seq: i64,
        /// `seq` of its last message.
        last_seq: i64,
        /// Id under which the answer goes on; the same as before if nothing was said.
        next: MessageId,
        /// The assistant; `None` if it is no member.
        author: Option<MemberRef>,
        /// The message of a person that the turn answers, if there is one.
        reply_to: Option<MessageId>,
    },
    /// The turn is over. If it has a message, that is in the log.
    Ended {
        /// How it ended.
        finish: TurnFinish,
        /// Why it failed, if it did.
        error: Option<TurnError>,
        /// `seq` of the message, if it has one.
        seq: Option<i64>,
    },
    /// Somebody asks to cancel it.
    CancelRequested,
}

/// More text of an answer.
#[derive(Debug, Clone)]
pub struct TurnDelta {
    /// Number of deltas before.
    pub index: u32,
    /// Bytes of the answer before.
    pub offset: usize,
    /// The text.
    pub text: Redacted<Arc<str>>,
}
