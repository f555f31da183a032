//! Publishing a message, and the right to subscribe.

use std::sync::Arc;

use parlor_bus::BusMessage;
use parlor_model::error::ErrorKind;
use parlor_model::realtime::ChannelMessage;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use crate::Engine;

/// Longest message, as compact JSON in ASCII.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Fewest characters of a channel's id: whoever knows the id of a channel of its workspace may use it.
const MIN_ID_CHARS: usize = 16;
/// Most characters of a channel's id.
const MAX_ID_CHARS: usize = 128;

/// Publishes a message, a JSON object as compact ASCII text, to whoever subscribes to a channel of the workspace. Requires
/// `messages:write`.
///
/// # Errors
/// `Invalid` for an id that is too short, too long or of other characters, `TooLarge` for a message over
/// [`MAX_MESSAGE_BYTES`].
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

/// Allows a caller to subscribe to a channel of its workspace. Requires `messages:read`.
///
/// # Errors
/// `Invalid` for an id that is none of a channel.
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
