//! Parts of route rows that several endpoints share: scopes, common errors and paging parameters.

use parlor_kit::route::ParameterKind::{AtLeast, Between};
use parlor_kit::route::Route;
use parlor_model::scope::{Resource, Scope};

use crate::page::MAX_PAGE_SIZE;

pub(crate) const CHATS_READ_SCOPE: Scope = Scope::read(Resource::Conversations);
pub(crate) const CHATS_WRITE_SCOPE: Scope = Scope::write(Resource::Conversations);
/// Required to read messages, over HTTP and on sockets.
pub(crate) const READ_SCOPE: Scope = Scope::read(Resource::Messages);
/// Required to send messages, over HTTP and on sockets.
pub(crate) const SEND_SCOPE: Scope = Scope::write(Resource::Messages);

pub(crate) const ORDER_VALUES: &[&str] = &["asc", "desc"];

pub(crate) const BAD_BODY: (u16, &str) = (400, "The body or a field of it does not fit.");
pub(crate) const BAD_QUERY: (u16, &str) = (400, "A query parameter does not fit.");
pub(crate) const NO_CHAT: (u16, &str) = (404, "No such chat.");
pub(crate) const NO_USER: (u16, &str) = (404, "No such user.");
pub(crate) const TOO_LARGE: (u16, &str) = (413, "The body is too large.");
pub(crate) const NOT_JSON: (u16, &str) = (415, "The body is not JSON.");
/// Errors of both sockets' handshakes.
pub(crate) const NO_HANDSHAKE: &[(u16, &str)] = &[
    (400, "The handshake has no valid key."),
    (
        426,
        "The request asks for no WebSocket, or for another version.",
    ),
];

/// Adds the query parameters of numbered pages.
pub(crate) fn with_page_params(route: Route) -> Route {
    route
        .query("offset", AtLeast(0), "Rows to pass over; 0 by default.")
        .query(
            "limit",
            Between(1, MAX_PAGE_SIZE),
            "Rows at the most: 50 by default.",
        )
}
