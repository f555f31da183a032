//! Rows of the caller's own view of its channels.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{HIDE, LIST, MUTE, PIN};
use super::{CHANNEL_OR_NONE, MEMBER, plain, row};
use crate::channel::ChannelRequest;
use crate::chat;

pub(super) fn routes() -> Vec<Route> {
    vec![
        plain(post(PIN, chat::pin::handle))
            .body::<chat::pin::PinRequest>()
            .doc("Keep a channel on top of the list", "api/chats/pin"),
        plain(post(MUTE, chat::mute::handle))
            .body::<chat::mute::MuteRequest>()
            .doc("Silence a channel", "api/chats/mute"),
        plain(post(HIDE, chat::hide::handle))
            .body::<ChannelRequest>()
            .doc(
                "Take a channel out of the list until something is said",
                "api/chats/hide",
            ),
        row::<chat::list::ChannelListAnswer>(get(LIST, chat::list::handle), MEMBER)
            .query("keyword", ParameterKind::Text, "Part of the name.")
            .query(
                "limit",
                ParameterKind::AtLeast(1),
                "Channels at the most: 20 unless told otherwise, never more than 100.",
            )
            .query(
                "cursor",
                ParameterKind::Matching("^([0-9a-f]{48})?$"),
                "The cursor of the page before.",
            )
            .query("channelUuid", CHANNEL_OR_NONE, "Only this channel.")
            .doc("The caller's channels", "api/chats/list"),
    ]
}
