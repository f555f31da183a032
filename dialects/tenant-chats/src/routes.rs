//! The table.

use parlor_kit::once;
use parlor_kit::route::ParameterKind::{AtLeast, Between, Boolean, Matching, OneOf, Text};
use parlor_kit::route::{Auth, Route, delete, get, patch, post};
use parlor_model::scope::{Resource, Scope};

use crate::auth::HEADER;
use crate::error::ErrorBody;
use crate::page::LARGEST;
use crate::{chat, live, log, message, socket, token, user};

const KEY: Auth = Auth::Key(HEADER);
const READ: Scope = Scope::read(Resource::Conversations);
const WRITE: Scope = Scope::write(Resource::Conversations);

/// Where a chat's messages are.
pub(crate) const MESSAGES: &str = "/api/v1/chats/{conversation}/messages";
/// Where a chat's socket is opened.
pub(crate) const SOCKET: &str = "/ws/chat";
/// The socket of many chats.
pub(crate) const LIVE: &str = "/live";
/// What it takes to listen, and to say something.
pub(crate) const LISTEN: Scope = Scope::read(Resource::Messages);
pub(crate) const SAY: Scope = Scope::write(Resource::Messages);

const ORDERS: &[&str] = &["asc", "desc"];
const BAD_BODY: (u16, &str) = (400, "The body or a field of it does not fit.");
const BAD_QUERY: (u16, &str) = (400, "A query parameter does not fit.");
const NO_CHAT: (u16, &str) = (404, "No such chat.");
const NO_USER: (u16, &str) = (404, "No such user.");
const TOO_LARGE: (u16, &str) = (413, "The body is too large.");
const NOT_JSON: (u16, &str) = (415, "The body is not JSON.");
const NO_HANDSHAKE: &[(u16, &str)] = &[
    (400, "The handshake has no valid key."),
    (
        426,
        "The request asks for no WebSocket, or for another version.",
    ),
];

/// Every route. Each answers with and without its last slash.
pub(crate) fn routes() -> Vec<Route> {
    chats()
        .into_iter()
        .chain(messages())
        .chain(users())
        .chain(sockets())
        .map(|route| {
            route
                .auth(KEY)
                .slash()
                .param("conversation", Text, "The chat: a UUID.")
                .param("user", Text, "The customer's own id of the user.")
                .errors::<ErrorBody>(&[
                    (401, "The key is missing, unknown or revoked."),
                    (403, "The key lacks the scope."),
                    (429, "Too many requests."),
                ])
        })
        .collect()
}

fn chats() -> Vec<Route> {
    vec![
        post("/api/v1/chats/", chat::create::handle)
            .doc("Creates a chat for a user", "api-reference/chats/create")
            .scope(WRITE)
            .header_of(
                "Idempotency-Key",
                Matching("^[!-~]([ -~]{0,253}[!-~])?$"),
                "A repeat within 24 hours gives the first answer.",
            )
            .body::<chat::create::Body>()
            .example(
                r#"{"user_id":"customer-7","title":"Late parcel","metadata":{"desk":"returns"}}"#,
            )
            .ok::<chat::Chat>(201, "The chat.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                (409, "The idempotency key came with another body."),
                TOO_LARGE,
                NOT_JSON,
            ]),
        paged(
            get("/api/v1/chats/user/{user}", chat::list::handle)
                .doc(
                    "Lists a user's chats",
                    "api-reference/chats/list-user-chats",
                )
                .scope(READ),
        )
        .query(
            "order",
            OneOf(ORDERS),
            "`desc` (by default) or `asc`, by creation.",
        )
        .ok::<chat::list::Chats>(200, "A page of chats.")
        .errors::<ErrorBody>(&[BAD_QUERY]),
        get("/api/v1/chats/{conversation}", chat::get::handle)
            .doc("Gets a chat", "api-reference/chats/get-chat")
            .scope(READ)
            .ok::<chat::get::ChatDetail>(200, "The chat.")
            .errors::<ErrorBody>(&[NO_CHAT]),
        patch("/api/v1/chats/{conversation}", chat::update::handle)
            .doc("Changes a chat; what is absent stays", "")
            .scope(WRITE)
            .body::<chat::update::Change>()
            .optional()
            .example(r#"{"title":"Parcel found","status":"closed"}"#)
            .ok::<chat::get::ChatDetail>(200, "The chat as it is now.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_CHAT, TOO_LARGE, NOT_JSON]),
        delete("/api/v1/chats/{conversation}", chat::delete::handle)
            .doc(
                "Deletes a chat with its messages",
                "api-reference/chats/delete-chat",
            )
            .scope(WRITE)
            .query("force", Boolean, "Also while connections are open.")
            .ok::<chat::delete::Deleted>(200, "It is gone.")
            .errors::<ErrorBody>(&[
                (400, "`force` is neither true nor false."),
                NO_CHAT,
                (409, "A connection is open."),
            ]),
    ]
}

fn messages() -> Vec<Route> {
    let read = Scope::read(Resource::Messages);
    vec![
        paged(
            get(MESSAGES, message::list::handle)
                .doc(
                    "Lists a chat's messages",
                    "api-reference/chats/get-messages",
                )
                .scope(read),
        )
        .query("order", OneOf(ORDERS), "`asc` (by default) or `desc`.")
        .query(
            "after_seq",
            AtLeast(0),
            "Only messages after this position, instead of `offset`: the nearest, where `before_seq` is absent.",
        )
        .query(
            "before_seq",
            AtLeast(0),
            "Only messages before this position, instead of `offset`: the nearest, where `after_seq` is absent.",
        )
        .ok::<message::list::Messages>(200, "A page of messages.")
        .errors::<ErrorBody>(&[BAD_QUERY, NO_CHAT]),
        post(MESSAGES, message::create::handle)
            .doc("Says something in a chat", "")
            .scope(SAY)
            .acts_as_member()
            .body::<message::create::Said>()
            .example(r#"{"content":"Where is my parcel?","client_message_id":"c-1"}"#)
            .ok::<message::ChatMessage>(
                201,
                "The message. A repeat of one that was sent says so in `Idempotent-Replayed`.",
            )
            .sends(
                once::REPLAYED,
                OneOf(&["true"]),
                "The request was a repeat: its `client_message_id` was there.",
            )
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_CHAT,
                (409, "The chat is closed, or is for two who are given."),
                TOO_LARGE,
                NOT_JSON,
            ]),
        get("/api/v1/chats/{conversation}/log", log::list::handle)
            .doc("Reads a chat's log, every entry of it", "")
            .scope(read)
            .query(
                "after_seq",
                AtLeast(0),
                "Only entries after this position; 0 by default.",
            )
            .query(
                "limit",
                Between(1, LARGEST),
                "Entries at the most; 100 by default.",
            )
            .ok::<log::list::Log>(200, "A stretch of the log.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_CHAT]),
    ]
}

fn users() -> Vec<Route> {
    vec![
        get("/api/v1/users/{user}", user::get::handle)
            .doc("Gets a user", "")
            .scope(Scope::read(Resource::Members))
            .also(READ, "there is such a user, whose chats are counted")
            .ok::<user::get::User>(200, "The user.")
            .errors::<ErrorBody>(&[NO_USER]),
        delete("/api/v1/users/{user}", user::delete::handle)
            .doc("Deletes a user and the chats that are for it", "")
            .scope(Scope::write(Resource::Members))
            .also(WRITE, "there is such a user, whose chats go with it")
            .ok::<user::delete::DeletedUser>(200, "It is gone.")
            .errors::<ErrorBody>(&[NO_USER, (409, "It has a role in the workspace.")]),
    ]
}

fn sockets() -> Vec<Route> {
    vec![
        post("/api/v1/chats/{conversation}/tokens", token::create::handle)
            .doc("Makes a token for a user's sockets in a chat", "")
            .scope(SAY)
            .acts_as_member()
            .body::<token::create::Asked>()
            .example(r#"{"user_id":"customer-7","ttl_seconds":600}"#)
            .ok::<token::create::ChatToken>(201, "The token.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_CHAT,
                (409, "The chat is closed."),
                TOO_LARGE,
                NOT_JSON,
            ]),
        post(
            "/api/v1/users/{user}/tokens",
            token::create_for_user::handle,
        )
        .doc("Makes a token for the socket of all of a user's chats", "")
        .scope(SAY)
        .acts_as_member()
        .body::<token::create_for_user::AskedForUser>()
        .optional()
        .example(r#"{"ttl_seconds":600}"#)
        .ok::<token::create_for_user::UserToken>(201, "The token.")
        .errors::<ErrorBody>(&[BAD_BODY, TOO_LARGE, NOT_JSON]),
        get(LIVE, live::connect::handle)
            .doc("Opens a WebSocket for many conversations", "")
            .scope(LISTEN)
            .query("token", Text, "A user's token, in place of the key.")
            .query(
                "api_key",
                Text,
                "The tenant's key, where no header can be set.",
            )
            .query("user_id", Text, "Who follows; or `X-User-ID`.")
            .socket()
            .errors::<ErrorBody>(NO_HANDSHAKE),
        get(SOCKET, socket::connect::handle)
            .doc("Opens a chat's WebSocket", "api-reference/chats/websocket")
            .scope(LISTEN)
            .query(
                "token",
                Text,
                "A token of the chat's, in place of the three that follow.",
            )
            .query(
                "api_key",
                Text,
                "The tenant's key, where no header can be set.",
            )
            .query("user_id", Text, "Who is talking; or `X-User-ID`.")
            .query("chat_id", Text, "The chat: a UUID; or `X-Chat-ID`.")
            .query("v", OneOf(&["1", "2"]), "The protocol: 1 by default.")
            .query("last_seq", AtLeast(0), "The last position the client has.")
            .query("epoch", Text, "The history that position is of.")
            .socket()
            .errors::<ErrorBody>(NO_HANDSHAKE),
    ]
}

fn paged(route: Route) -> Route {
    route
        .query("offset", AtLeast(0), "Rows to pass over; 0 by default.")
        .query(
            "limit",
            Between(1, LARGEST),
            "Rows at the most: 50 by default.",
        )
}
