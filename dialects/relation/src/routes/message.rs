//! Rows of messages.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get, post};

use super::path::{HIDE_MESSAGE, MESSAGES, READ, SEND, UNREAD};
use super::{CHANNEL_OR_NONE, MEMBER, plain, row};
use crate::message;

pub(super) fn routes() -> Vec<Route> {
    vec![
        row::<message::send::SendAnswer>(post(SEND, message::send::handle), MEMBER)
            .body::<message::send::SendRequest>()
            .doc(
                "Say something in a channel or to somebody",
                "api/message/send",
            ),
        row::<message::read::ReadAnswer>(post(READ, message::read::handle), MEMBER)
            .body::<message::read::ReadRequest>()
            .doc("Mark messages as read", "api/message/read"),
        plain(post(HIDE_MESSAGE, message::hide::handle))
            .body::<message::hide::HideRequest>()
            .doc("Take a message back", "api/message/hide"),
        row::<message::list::MessageListAnswer>(get(MESSAGES, message::list::handle), MEMBER)
            .query(
                "channelUuid",
                CHANNEL_OR_NONE,
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
        row::<message::unread_count::UnreadCountAnswer>(
            get(UNREAD, message::unread_count::handle),
            MEMBER,
        )
        .doc("What the caller has not read", "api/message/unread-count"),
    ]
}
