//! Stores a message that belongs nowhere.

use parlor_model::redacted::Redacted;
use parlor_model::unmatched_message::NewUnmatchedMessage;
use parlor_store::repo::unmatched_message as repo;

use crate::Engine;

/// Messages of a workspace that are kept.
const KEPT: i64 = 1_000;
/// Longest content that is kept.
const MAX_CONTENT_CHARS: usize = 2_000;
/// Longest address and id that are kept.
const MAX_ADDRESS_CHARS: usize = 320;

/// Stores a message. The carrier gets its answer in any case: an error here only goes to the log.
pub(crate) async fn record(engine: &Engine, ws: i64, message: NewUnmatchedMessage) {
    let message = NewUnmatchedMessage {
        external_id: shorten(&message.external_id, MAX_ADDRESS_CHARS),
        sender: Redacted(shorten(&message.sender, MAX_ADDRESS_CHARS)),
        recipient: Redacted(shorten(&message.recipient, MAX_ADDRESS_CHARS)),
        content: Redacted(shorten(&message.content, MAX_CONTENT_CHARS)),
        ..message
    };
    let stored = engine
        .store
        .write(move |tx| repo::insert(tx, ws, &message, KEPT))
        .await;
    if let Err(error) = stored {
        tracing::warn!(?error, "a message that belongs nowhere could not be kept");
    }
}

/// Returns the beginning of a text, without the character that no database stores.
fn shorten(text: &str, max_chars: usize) -> String {
    text.chars()
        .filter(|c| *c != '\0')
        .take(max_chars)
        .collect()
}
