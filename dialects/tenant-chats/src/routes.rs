//! The table.

use parlor_kit::route::ParameterKind::{Boolean, Integer, Text};
use parlor_kit::route::{Auth, Route, delete, get, post};
use parlor_model::scope::{Resource, Scope};

use crate::auth::HEADER;
use crate::error::ErrorBody;
use crate::{chat, message};

const KEY: Auth = Auth::Key(HEADER);
const READ: Scope = Scope::read(Resource::Conversations);
const WRITE: Scope = Scope::write(Resource::Conversations);

/// Every route. Each answers with and without its last slash.
pub(crate) fn routes() -> Vec<Route> {
    [
        post("/api/v1/chats/", chat::create::handle)
            .doc("Creates a chat for a user", "api-reference/chats/create")
            .scope(WRITE)
            .header(
                "Idempotency-Key",
                "A repeat within 24 hours gives the first answer.",
            )
            .body::<chat::create::Body>()
            .ok::<chat::Chat>(201, "The chat.")
            .errors::<ErrorBody>(&[
                (400, "The body or a field of it does not fit."),
                (409, "The idempotency key came with another body."),
                (413, "The body is too large."),
                (415, "The body is not JSON."),
            ]),
        get("/api/v1/chats/user/{user}", chat::list::handle)
            .doc(
                "Lists a user's chats",
                "api-reference/chats/list-user-chats",
            )
            .scope(READ)
            .query("offset", Integer, "Chats to pass over; 0 by default.")
            .query(
                "limit",
                Integer,
                "Chats at the most: 1 to 100, 50 by default.",
            )
            .query("order", Text, "`desc` (by default) or `asc`, by creation.")
            .ok::<chat::list::Chats>(200, "A page of chats.")
            .errors::<ErrorBody>(&[(400, "A query parameter does not fit.")]),
        get("/api/v1/chats/{conversation}", chat::get::handle)
            .doc("Gets a chat", "api-reference/chats/get-chat")
            .scope(READ)
            .ok::<chat::get::ChatDetail>(200, "The chat.")
            .errors::<ErrorBody>(&[(404, "No such chat.")]),
        delete("/api/v1/chats/{conversation}", chat::delete::handle)
            .doc(
                "Deletes a chat with its messages",
                "api-reference/chats/delete-chat",
            )
            .scope(WRITE)
            .query("force", Boolean, "Also while connections are open.")
            .ok::<chat::delete::Deleted>(200, "It is gone.")
            .errors::<ErrorBody>(&[(404, "No such chat."), (409, "A connection is open.")]),
        get(
            "/api/v1/chats/{conversation}/messages",
            message::list::handle,
        )
        .doc(
            "Lists a chat's messages",
            "api-reference/chats/get-messages",
        )
        .scope(Scope::read(Resource::Messages))
        .query("offset", Integer, "Messages to pass over; 0 by default.")
        .query(
            "limit",
            Integer,
            "Messages at the most: 1 to 100, 50 by default.",
        )
        .query("order", Text, "`asc` (by default) or `desc`.")
        .query(
            "after_seq",
            Integer,
            "Only messages after this position, instead of `offset`.",
        )
        .query(
            "before_seq",
            Integer,
            "Only messages before this position, instead of `offset`.",
        )
        .ok::<message::list::Messages>(200, "A page of messages.")
        .errors::<ErrorBody>(&[
            (400, "A query parameter does not fit."),
            (404, "No such chat."),
        ]),
    ]
    .into_iter()
    .map(|route| {
        route.auth(KEY).slash().errors::<ErrorBody>(&[
            (401, "The key is missing, unknown or revoked."),
            (403, "The key lacks the scope."),
            (429, "Too many requests."),
        ])
    })
    .collect()
}
