//! Channels.

use parlor_kit::Route;
use parlor_model::scope::Resource::Messages;
use parlor_model::scope::Scope;

use super::row;
use crate::channel::publish::{self, ChannelPublishRequest, ChannelPublishResponse};
use crate::channel::subscribe::{self, ChannelSubscribeRequest};

const MANUAL: &str = "Channels";
const SUBSCRIPTION: &str = "`{\"type\":\"message\",\"data\":{...}}` for each message, without an end; where the server ends it, \
    `{\"type\":\"error\",\"data\":{\"message\",\"code\"}}` last";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(
        row!(post "/channel/{channel}/publish", publish::handle).map(|route| {
            route
                .doc("Pass a message to whoever subscribes to a channel", MANUAL)
                .body::<ChannelPublishRequest>()
                .scope(Scope::write(Messages))
                .responds::<ChannelPublishResponse>(200, "The channel's id")
        }),
    );
    rows.extend(
        row!(post "/channel/{channel}/subscribe", subscribe::handle).map(|route| {
            let about = "The messages of a channel, while they are published";
            route
                .doc(about, MANUAL)
                .body::<ChannelSubscribeRequest>()
                .optional()
                .scope(Scope::read(Messages))
                .responds_media_type(200, "application/jsonl", SUBSCRIPTION)
        }),
    );
    rows
}
