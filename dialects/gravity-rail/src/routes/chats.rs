//! Chats.

use parlor_kit::route::ParameterKind::{Boolean, OneOf, Text};
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_BODY, BAD_QUERY, CRUD, INSTANT, NO_SCOPE, PAGE, PAGE_SIZE, REFERENCE, SORT_ORDER, w,
};
use crate::chat;
use crate::error::ErrorBody;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/chats"), chat::list::handle)
            .doc("Lists chats", CRUD)
            .query(
                "sortBy",
                OneOf(&["lastMessageAt", "createdAt", "updatedAt", "title"]),
                "`lastMessageAt` by default.",
            )
            .query("sortOrder", SORT_ORDER, "`desc` (by default) or `asc`.")
            .query(
                "mine",
                Boolean,
                "Only chats the caller owns, is the subject of or takes part in.",
            )
            .query(
                "archived",
                Boolean,
                "Only archived chats, or only the others, which is the default.",
            )
            .query(
                "needsResponse",
                Boolean,
                "Only chats a human has to answer, or only the others.",
            )
            .query(
                "paused",
                Boolean,
                "Only chats whose assistant is held back, or only the others.",
            )
            .query(
                "channel",
                OneOf(&["web-chat", "phone-sms", "phone-voice", "email"]),
                "How they are held.",
            )
            .query(
                "chatType",
                Text,
                "`dm`, `simple`, `assignment` or a word of the maker's own.",
            )
            .query("memberId", REFERENCE, "Only chats for this member.")
            .query(
                "assistantMemberId",
                REFERENCE,
                "Only chats this agent serves.",
            )
            .query(
                "search",
                Text,
                "Part of the title, of a participant's name or of a message.",
            )
            .query("isTest", Boolean, "Only tests, or only the others.")
            .query(
                "isAnonymous",
                Boolean,
                "Only chats of unknown visitors; asks for `chats:admin`.",
            )
            .query("createdAfter", INSTANT, "ISO 8601: made then or later.")
            .query("createdBefore", INSTANT, "ISO 8601: made before then.")
            .query(
                "filters",
                Text,
                "The same filters as JSON: an object, or a list of rules with `field` and `value`.",
            )
            .query("page", PAGE, "From 1; 1 by default.")
            .query("pageSize", PAGE_SIZE, "1 to 100; 20 by default.")
            .ok::<chat::list::Chats>(200, "A page of chats.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/chats"), chat::create::handle)
            .doc("Creates a chat", CRUD)
            .body::<chat::create::CreateChatRequest>()
            .ok::<chat::ChatResponse>(200, "The chat, also where its first message did not leave.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
            ]),
        post(w!("/chats/dm"), chat::dm::handle)
            .doc("Finds or creates the DM with a member", CRUD)
            .body::<chat::dm::DmRequest>()
            .ok::<chat::ChatResponse>(200, "The DM.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, (404, "No such member.")]),
        get(w!("/chats/{conversation}"), chat::get::handle)
            .doc("Gets a chat", CRUD)
            .ok::<chat::ChatResponse>(200, "The chat.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such chat.")]),
        put(w!("/chats/{conversation}"), chat::update::handle)
            .doc("Updates a chat", CRUD)
            .body::<chat::update::UpdateChatRequest>()
            .optional()
            .ok::<chat::ChatResponse>(200, "The chat as it is now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (
                    404,
                    "No such chat, or something the body refers to is not there.",
                ),
                (409, "The chat is closed for good."),
            ]),
        delete(w!("/chats/{conversation}"), chat::delete::handle)
            .doc("Deletes a chat with its messages", "")
            .scope(Scope::admin(Resource::Conversations))
            .empty(204, "It is gone.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such chat.")]),
    ]
}
