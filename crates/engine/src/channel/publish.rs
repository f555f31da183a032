//! Publishes a message to a channel, and authorizes subscriptions.

use std::sync::Arc;

use parlor_bus::BusMessage;
use parlor_model::error::ErrorKind;
use parlor_model::realtime::ChannelMessage;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use crate::Engine;

/// Maximum size of a message as compact ASCII JSON.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Minimum length of a channel id. Knowing the id of a channel of one's workspace is enough to use it.
const MIN_ID_CHARS: usize = 16;
/// Maximum length of a channel id.
const MAX_ID_CHARS: usize = 128;

/// Publishes a message, a JSON object as compact ASCII text, to the subscribers of a channel of the workspace. Requires
/// `messages:write`.
///
/// # Errors
/// `Invalid` for an id of the wrong length or characters, `TooLarge` for a message over [`MAX_MESSAGE_BYTES`].
pub fn publish(engine: &Engine, ctx: &Ctx, channel: &str, message: &str) -> Result<()> {
    ctx.require(Scope::write(Resource::Messages))?;
    check_channel_id(channel)?;
    if message.len() > MAX_MESSAGE_BYTES {
        return Err(Error::new(ErrorKind::TooLarge {
            limit: MAX_MESSAGE_BYTES as u64,
        }));
    }
    engine.bus().publish(&[BusMessage::Channel(ChannelMessage {
        ws: ctx.ws(),
        channel: Redacted(Arc::from(channel)),
        id: engine.random_uuid(),
        message: Redacted(Arc::from(message)),
    })]);
    Ok(())
}

/// Authorizes a caller to subscribe to a channel of its workspace. Requires `messages:read`.
///
/// # Errors
/// `Invalid` for a malformed channel id.
pub fn authorize_subscribe(ctx: &Ctx, channel: &str) -> Result<()> {
    ctx.require(Scope::read(Resource::Messages))?;
    check_channel_id(channel)
}

fn check_channel_id(channel: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte);
    if channel.len() < MIN_ID_CHARS {
        return Err(Error::invalid(
            "channelId",
            "must have at least 16 characters",
        ));
    }
    if channel.len() > MAX_ID_CHARS || !channel.bytes().all(is_plain) {
        let rule = "must have at most 128 characters: ASCII letters, digits and -_.:~";
        return Err(Error::invalid("channelId", rule));
    }
    Ok(())
}
