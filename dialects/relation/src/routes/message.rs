//! Rows of messages.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{HIDE_MESSAGE, MESSAGES, READ, SEND, UNREAD};
use super::{MEMBER_AUTH, OPTIONAL_CHANNEL_PARAM, enveloped, enveloped_empty};
use crate::message;

pub(super) fn routes() -> Vec<Route> {
    vec![
        enveloped::<message::send::SendAnswer>(post(SEND, message::send::handle), MEMBER_AUTH)
            .body::<message::send::SendMessageRequest>()
            .doc(
                "Say something in a channel or to somebody",
                "api/message/send",
            ),
        enveloped::<message::mark_read::ReadAnswer>(
            post(READ, message::mark_read::handle),
            MEMBER_AUTH,
        )
        .body::<message::mark_read::MarkReadRequest>()
        .doc("Mark messages as read", "api/message/read"),
        enveloped_empty(post(HIDE_MESSAGE, message::hide::handle))
            .body::<message::hide::HideMessageRequest>()
            .doc("Take a message back", "api/message/hide"),
        enveloped::<message::list::MessageListAnswer>(
            get(MESSAGES, message::list::handle),
            MEMBER_AUTH,
        )
        .query(
            "channelUuid",
            OPTIONAL_CHANNEL_PARAM,
            "The channel; counts where both are given.",
        )
        .query(
            "toRelationId",
            ParameterKind::Text,
            "The channel of the pair with somebody.",
        )
        .query(
            "maxCreateAt",
            ParameterKind::AtLeast(-9_000_000_000_000_000),
            "Milliseconds since 1970: only messages of this time or before.",
        )
        .query(
            "limit",
            ParameterKind::AtLeast(1),
            "Messages at the most: 10 unless told otherwise, never more than 100.",
        )
        .query(
            "order",
            ParameterKind::OneOf(&["asc", "desc"]),
            "How they run within the page.",
        )
        .doc("The newest messages of a channel", "api/message/list"),
        enveloped::<message::unread_count::UnreadCountAnswer>(
            get(UNREAD, message::unread_count::handle),
            MEMBER_AUTH,
        )
        .doc("What the caller has not read", "api/message/unread-count"),
    ]
}
