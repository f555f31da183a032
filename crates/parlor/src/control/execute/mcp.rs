//! Messages of the Model Context Protocol.

use std::sync::Arc;

use parlor_engine::{Engine, api_key};
use serde_json::Value;

use crate::cli_error::CliError;

/// Answers a message with the rights of a key; null if it has no answer.
///
/// # Errors
/// The key is not valid.
pub(super) async fn answer(
    engine: &Arc<Engine>,
    key: &str,
    message: Value,
) -> Result<Value, CliError> {
    let ctx = api_key::authenticate(engine, key, engine.random_uuid()).await?;
    let answer = parlor_mcp::answer_message(engine.clone(), ctx, message).await;
    Ok(answer.unwrap_or_default())
}
