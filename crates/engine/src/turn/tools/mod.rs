//! Tools that the model of a turn may call.
//!
//! A tool reads; what it changes is an effect, which is committed with the round that records the call. So a worker that
//! has lost its turn changes nothing, and a call is done once. Whatever is wrong with a call goes back to the model as a
//! result.

mod arguments;
mod hand_off;
mod request_contributor_input;
mod search_messages;

use std::time::{Duration, Instant};

use parlor_model::error::ErrorKind;
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result};
use serde_json::{Value, json};

use self::arguments::Arguments;
use super::TurnWork;
use crate::Engine;

/// Time after which a call has failed.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum length of the arguments of a call, in bytes of a JSON text.
const MAX_ARGUMENT_BYTES: usize = 8 * 1024;
/// Maximum length of a call's id and of a tool's name.
const MAX_NAME_CHARS: usize = 128;

/// A tool that is offered to the model.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Name.
    pub name: &'static str,
    /// What it does, for the model.
    pub description: &'static str,
    /// JSON schema of its arguments.
    pub parameters: Value,
}

/// A call by the model.
#[derive(Debug, Clone)]
pub struct ToolRequest {
    /// Id that the result names.
    pub id: String,
    /// Name of the tool; it may be unknown.
    pub name: String,
    /// Arguments as the model wrote them.
    pub arguments: Redacted<String>,
}

/// A call with its result.
#[derive(Debug, Clone)]
pub struct ToolOutcome {
    /// The call, with an id and texts that can be stored.
    pub request: ToolRequest,
    /// The result for the model, as JSON.
    pub result: Redacted<String>,
    /// The result is an error.
    pub is_error: bool,
    /// Time that the call took.
    pub duration: Duration,
    /// What the round changes.
    pub effect: Option<ToolEffect>,
}

/// Change that is committed with the round of the call.
#[derive(Debug, Clone)]
pub enum ToolEffect {
    /// The conversation is put before a person, for this reason, and the turn ends.
    HandOff(Redacted<String>),
    /// A question to these members, by number, is a message.
    Ask {
        /// The question.
        question: Redacted<String>,
        /// Whom it mentions.
        members: Vec<i64>,
    },
}

/// What a tool returns.
struct ToolReply {
    result: Value,
    effect: Option<ToolEffect>,
}

impl ToolReply {
    const fn reading(result: Value) -> Self {
        Self {
            result,
            effect: None,
        }
    }
}

/// Why a call has no result.
enum ToolFailure {
    /// The model can correct it.
    Refused { code: &'static str, message: String },
    /// An operation failed.
    Failed(Error),
}

impl ToolFailure {
    fn invalid(message: impl Into<String>) -> Self {
        Self::Refused {
            code: "invalid_arguments",
            message: message.into(),
        }
    }
}

impl From<Error> for ToolFailure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Returns whether there is a tool with this name. A model may make up others.
pub(super) fn is_tool(name: &str) -> bool {
    matches!(
        name,
        search_messages::NAME | hand_off::NAME | request_contributor_input::NAME
    )
}

/// Returns the tools that the turn's conversation has.
pub fn offered_tools(work: &TurnWork) -> Vec<Tool> {
    let tools = [
        Some(search_messages::definition()),
        hand_off::is_offered(work).then(hand_off::definition),
        request_contributor_input::is_offered(work).then(request_contributor_input::definition),
    ];
    tools.into_iter().flatten().collect()
}

/// Calls a tool. Broken arguments, unknown tools and failures are results.
///
/// # Errors
/// `Unavailable` if the database is: the call may be repeated later.
pub async fn call_tool(
    engine: &Engine,
    work: &TurnWork,
    request: ToolRequest,
) -> Result<ToolOutcome> {
    let started = Instant::now();
    let called = tokio::time::timeout(TIMEOUT, run(engine, work, &request)).await;
    let called = called.unwrap_or_else(|_| {
        Err(ToolFailure::Refused {
            code: "timed_out",
            message: "the tool took too long".to_owned(),
        })
    });
    let (result, effect) = match called {
        Ok(done) => (Ok(done.result), done.effect),
        Err(ToolFailure::Refused { code, message }) => (Err((code, message)), None),
        Err(ToolFailure::Failed(error)) => (Err(describe(error)?), None),
    };
    let is_error = result.is_err();
    let result = result
        .unwrap_or_else(|(code, message)| json!({ "error": { "code": code, "message": message } }));
    Ok(ToolOutcome {
        request: storable(request),
        result: Redacted(result.to_string()),
        is_error,
        duration: started.elapsed(),
        effect,
    })
}

async fn run(
    engine: &Engine,
    work: &TurnWork,
    request: &ToolRequest,
) -> Result<ToolReply, ToolFailure> {
    if is_too_long(&request.arguments) {
        let rule = format!("the arguments must be at most {MAX_ARGUMENT_BYTES} bytes");
        return Err(ToolFailure::invalid(rule));
    }
    let is_offered = offered_tools(work)
        .iter()
        .any(|tool| tool.name == request.name);
    let arguments = || Arguments::parse(&request.arguments);
    match request.name.as_str() {
        search_messages::NAME if is_offered => {
            search_messages::call(engine, work, &arguments()?).await
        }
        hand_off::NAME if is_offered => hand_off::call(&arguments()?),
        request_contributor_input::NAME if is_offered => {
            request_contributor_input::call(work, &arguments()?)
        }
        _ => Err(ToolFailure::Refused {
            code: "unknown_tool",
            message: "there is no tool with this name".to_owned(),
        }),
    }
}

/// Describes a failed operation to the model.
fn describe(error: Error) -> Result<(&'static str, String)> {
    match error.kind() {
        ErrorKind::Unavailable => Err(error),
        ErrorKind::Invalid { field, rule } => Ok(("invalid_arguments", format!("{field} {rule}"))),
        _ => {
            tracing::warn!(?error, "a tool failed");
            Ok(("failed", "the tool failed".to_owned()))
        }
    }
}

/// Measures the text as it is stored, within JSON.
fn is_too_long(arguments: &str) -> bool {
    arguments.len() > MAX_ARGUMENT_BYTES
        || Value::from(arguments).to_string().len() > MAX_ARGUMENT_BYTES
}

/// Removes what no database stores, and shortens what is too long.
fn storable(request: ToolRequest) -> ToolRequest {
    let name = |text: &str| {
        let letters = text.chars().filter(|letter| *letter != '\0');
        letters.take(MAX_NAME_CHARS).collect::<String>()
    };
    let arguments = match is_too_long(&request.arguments) {
        true => Redacted("{}".to_owned()),
        false => request.arguments,
    };
    ToolRequest {
        id: name(&request.id),
        name: name(&request.name),
        arguments,
    }
}
