//! What the other side of a call is to hear next.

use parlor_model::redacted::Redacted;

/// What the other side of a call is to hear next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallPrompt {
    /// These texts, after which it is its turn. None at all is a greeting without words.
    Say(Vec<Redacted<String>>),
    /// Nothing yet: the assistant is still answering what was said at this `seq`.
    Wait(i64),
    /// That the assistant has no answer.
    NoAnswer,
    /// That a person will answer later; in the workspace's own words, if it has any.
    Person(Option<Redacted<String>>),
    /// Nothing more: the call, or its chat, is over.
    HangUp,
}
