//! Rows of the caller's own view of its channels.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{HIDE, LIST, MUTE, PIN};
use super::{MEMBER_AUTH, OPTIONAL_CHANNEL_PARAM, enveloped, enveloped_empty};
use crate::channel::ChannelRequest;
use crate::chat;

pub(super) fn routes() -> Vec<Route> {
    vec![
        enveloped_empty(post(PIN, chat::pin::handle))
            .body::<chat::pin::PinChannelRequest>()
            .doc("Keep a channel on top of the list", "api/chats/pin"),
        enveloped_empty(post(MUTE, chat::mute::handle))
            .body::<chat::mute::MuteChannelRequest>()
            .doc("Silence a channel", "api/chats/mute"),
        enveloped_empty(post(HIDE, chat::hide::handle))
            .body::<ChannelRequest>()
            .doc(
                "Take a channel out of the list until something is said",
                "api/chats/hide",
            ),
        enveloped::<chat::list::ChannelListAnswer>(get(LIST, chat::list::handle), MEMBER_AUTH)
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
            .query("channelUuid", OPTIONAL_CHANNEL_PARAM, "Only this channel.")
            .doc("The caller's channels", "api/chats/list"),
    ]
}
