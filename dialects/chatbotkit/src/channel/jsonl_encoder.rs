//! The lines of a subscription.

use parlor_gateway::channel::ChannelEncoder;
use parlor_model::Error;
use serde::Serialize;

use crate::error;

/// Writes events as lines of JSON.
pub(super) struct JsonlEncoder;

#[derive(Serialize)]
struct ErrorEvent {
    r#type: &'static str,
    data: error::ErrorResponse,
}

impl ChannelEncoder for JsonlEncoder {
    // The client fails on a blank line, and passes over white space in front of an event.
    const HEARTBEAT: &'static str = " ";

    fn encode_message(message: &str) -> String {
        format!("{{\"type\":\"message\",\"data\":{message}}}\n")
    }

    fn encode_error(error: &Error) -> String {
        let event = ErrorEvent {
            r#type: "error",
            data: error::error_response(error),
        };
        // Only a map with keys that are not text could fail.
        let mut line = serde_json::to_string(&event).unwrap_or_default();
        line.push('\n');
        line
    }
}
