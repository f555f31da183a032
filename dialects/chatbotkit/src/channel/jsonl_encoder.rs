//! Encoding of a subscription's stream.

use parlor_gateway::channel::ChannelEncoder;
use parlor_model::Error;
use serde::Serialize;

use crate::error;

/// Encodes events as lines of JSON.
pub(super) struct JsonlEncoder;

/// The last event of a stream that the server ends.
#[derive(Serialize)]
struct ErrorEvent {
    r#type: &'static str,
    data: error::ErrorResponse,
}

impl ChannelEncoder for JsonlEncoder {
    // The vendor's client fails on an empty line, but skips white space before an event.
    const HEARTBEAT: &'static str = " ";

    fn encode_message(message: &str) -> String {
        format!("{{\"type\":\"message\",\"data\":{message}}}\n")
    }

    fn encode_error(error: &Error) -> String {
        let event = ErrorEvent {
            r#type: "error",
            data: error::error_response(error),
        };
        // Cannot fail: serialization fails only for maps with keys that are not strings.
        let mut line = serde_json::to_string(&event).unwrap_or_default();
        line.push('\n');
        line
    }
}
