//! The table.

use parlor_kit::idempotency;
use parlor_kit::route::ParameterKind::{AtLeast, Between, Boolean, Matching, OneOf, Text};
use parlor_kit::route::{Auth, Route, delete, get, patch, post};
use parlor_model::scope::{Resource, Scope};

use crate::auth::KEY_HEADER;
use crate::error::ErrorResponse;
use crate::page::MAX_PAGE_SIZE;
use crate::{chat, live, log, message, socket, token, user};

const KEY_AUTH: Auth = Auth::Key(KEY_HEADER);
const CHATS_READ_SCOPE: Scope = Scope::read(Resource::Conversations);
const CHATS_WRITE_SCOPE: Scope = Scope::write(Resource::Conversations);

/// Where a chat's messages are.
pub(crate) const MESSAGES_PATH: &str = "/api/v1/chats/{conversation}/messages";
/// Where a chat's socket is opened.
pub(crate) const SOCKET_PATH: &str = "/ws/chat";
/// The socket of many chats.
pub(crate) const LIVE_PATH: &str = "/live";
/// What it takes to listen, and to say something.
pub(crate) const READ_SCOPE: Scope = Scope::read(Resource::Messages);
pub(crate) const SEND_SCOPE: Scope = Scope::write(Resource::Messages);

const ORDER_VALUES: &[&str] = &["asc", "desc"];
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
    chat_routes()
        .into_iter()
        .chain(message_routes())
        .chain(user_routes())
        .chain(socket_routes())
        .map(|route| {
            route
                .auth(KEY_AUTH)
                .trailing_slash()
                .path_param("conversation", Text, "The chat: a UUID.")
                .path_param("user", Text, "The customer's own id of the user.")
                .errors::<ErrorResponse>(&[
                    (401, "The key is missing, unknown or revoked."),
                    (403, "The key lacks the scope."),
                    (429, "Too many requests."),
                ])
        })
        .collect()
}

fn chat_routes() -> Vec<Route> {
    vec![
        post("/api/v1/chats/", chat::create::handle)
            .doc("Creates a chat for a user", "api-reference/chats/create")
            .scope(CHATS_WRITE_SCOPE)
            .typed_header(
                "Idempotency-Key",
                Matching("^[!-~]([ -~]{0,253}[!-~])?$"),
                "A repeat within 24 hours gives the first answer.",
            )
            .body::<chat::create::CreateChatRequest>()
            .example(
                r#"{"user_id":"customer-7","title":"Late parcel","metadata":{"desk":"returns"}}"#,
            )
            .responds::<chat::ChatResponse>(201, "The chat.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                (409, "The idempotency key came with another body."),
                TOO_LARGE,
                NOT_JSON,
            ]),
        with_page_params(
            get("/api/v1/chats/user/{user}", chat::list::handle)
                .doc(
                    "Lists a user's chats",
                    "api-reference/chats/list-user-chats",
                )
                .scope(CHATS_READ_SCOPE),
        )
        .query(
            "order",
            OneOf(ORDER_VALUES),
            "`desc` (by default) or `asc`, by creation.",
        )
        .responds::<chat::list::ListChatsResponse>(200, "A page of chats.")
        .errors::<ErrorResponse>(&[BAD_QUERY]),
        get("/api/v1/chats/{conversation}", chat::get::handle)
            .doc("Gets a chat", "api-reference/chats/get-chat")
            .scope(CHATS_READ_SCOPE)
            .responds::<chat::get::ChatDetailResponse>(200, "The chat.")
            .errors::<ErrorResponse>(&[NO_CHAT]),
        patch("/api/v1/chats/{conversation}", chat::update::handle)
            .doc("Changes a chat; what is absent stays", "")
            .scope(CHATS_WRITE_SCOPE)
            .body::<chat::update::UpdateChatRequest>()
            .optional()
            .example(r#"{"title":"Parcel found","status":"closed"}"#)
            .responds::<chat::get::ChatDetailResponse>(200, "The chat as it is now.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_CHAT, TOO_LARGE, NOT_JSON]),
        delete("/api/v1/chats/{conversation}", chat::delete::handle)
            .doc(
                "Deletes a chat with its messages",
                "api-reference/chats/delete-chat",
            )
            .scope(CHATS_WRITE_SCOPE)
            .query("force", Boolean, "Also while connections are open.")
            .responds::<chat::delete::DeleteChatResponse>(200, "It is gone.")
            .errors::<ErrorResponse>(&[
                (400, "`force` is neither true nor false."),
                NO_CHAT,
                (409, "A connection is open."),
            ]),
    ]
}

fn message_routes() -> Vec<Route> {
    let read = Scope::read(Resource::Messages);
    vec![
        with_page_params(
            get(MESSAGES_PATH, message::list::handle)
                .doc(
                    "Lists a chat's messages",
                    "api-reference/chats/get-messages",
                )
                .scope(read),
        )
        .query("order", OneOf(ORDER_VALUES), "`asc` (by default) or `desc`.")
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
        .responds::<message::list::ListMessagesResponse>(200, "A page of messages.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_CHAT]),
        post(MESSAGES_PATH, message::create::handle)
            .doc("Says something in a chat", "")
            .scope(SEND_SCOPE)
            .acts_as_member()
            .body::<message::create::CreateMessageRequest>()
            .example(r#"{"content":"Where is my parcel?","client_message_id":"c-1"}"#)
            .responds::<message::MessageResponse>(
                201,
                "The message. A repeat of one that was sent says so in `Idempotent-Replayed`.",
            )
            .response_header(
                idempotency::REPLAYED_HEADER,
                OneOf(&["true"]),
                "The request was a repeat: its `client_message_id` was there.",
            )
            .errors::<ErrorResponse>(&[
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
                Between(1, MAX_PAGE_SIZE),
                "Entries at the most; 100 by default.",
            )
            .responds::<log::list::ListLogResponse>(200, "A stretch of the log.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_CHAT]),
    ]
}

fn user_routes() -> Vec<Route> {
    vec![
        get("/api/v1/users/{user}", user::get::handle)
            .doc("Gets a user", "")
            .scope(Scope::read(Resource::Members))
            .conditional_scope(
                CHATS_READ_SCOPE,
                "there is such a user, whose chats are counted",
            )
            .responds::<user::get::UserResponse>(200, "The user.")
            .errors::<ErrorResponse>(&[NO_USER]),
        delete("/api/v1/users/{user}", user::delete::handle)
            .doc("Deletes a user and the chats that are for it", "")
            .scope(Scope::write(Resource::Members))
            .conditional_scope(
                CHATS_WRITE_SCOPE,
                "there is such a user, whose chats go with it",
            )
            .responds::<user::delete::DeleteUserResponse>(200, "It is gone.")
            .errors::<ErrorResponse>(&[NO_USER, (409, "It has a role in the workspace.")]),
    ]
}

fn socket_routes() -> Vec<Route> {
    vec![
        post("/api/v1/chats/{conversation}/tokens", token::create::handle)
            .doc("Makes a token for a user's sockets in a chat", "")
            .scope(SEND_SCOPE)
            .acts_as_member()
            .body::<token::create::CreateChatTokenRequest>()
            .example(r#"{"user_id":"customer-7","ttl_seconds":600}"#)
            .responds::<token::create::ChatTokenResponse>(201, "The token.")
            .errors::<ErrorResponse>(&[
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
        .scope(SEND_SCOPE)
        .acts_as_member()
        .body::<token::create_for_user::CreateUserTokenRequest>()
        .optional()
        .example(r#"{"ttl_seconds":600}"#)
        .responds::<token::create_for_user::UserTokenResponse>(201, "The token.")
        .errors::<ErrorResponse>(&[BAD_BODY, TOO_LARGE, NOT_JSON]),
        get(LIVE_PATH, live::connect::handle)
            .doc("Opens a WebSocket for many conversations", "")
            .scope(READ_SCOPE)
            .query("token", Text, "A user's token, in place of the key.")
            .query(
                "api_key",
                Text,
                "The tenant's key, where no header can be set.",
            )
            .query("user_id", Text, "Who follows; or `X-User-ID`.")
            .websocket()
            .errors::<ErrorResponse>(NO_HANDSHAKE),
        get(SOCKET_PATH, socket::connect::handle)
            .doc("Opens a chat's WebSocket", "api-reference/chats/websocket")
            .scope(READ_SCOPE)
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
            .websocket()
            .errors::<ErrorResponse>(NO_HANDSHAKE),
    ]
}

fn with_page_params(route: Route) -> Route {
    route
        .query("offset", AtLeast(0), "Rows to pass over; 0 by default.")
        .query(
            "limit",
            Between(1, MAX_PAGE_SIZE),
            "Rows at the most: 50 by default.",
        )
}
