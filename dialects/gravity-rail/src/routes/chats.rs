//! Chats.

use parlor_kit::route::ParameterKind::{Boolean, Format, Length, Matching, OneOf};
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, CRUD, NO_CHAT, NO_SCOPE, Paged, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{chat, ids};

pub(super) fn routes() -> Vec<Route> {
    let list = get(w!("/chats"), chat::list::handle).doc("Lists chats", CRUD);
    vec![
        filtered(list)
            .page_of::<chat::list::Chats>("A page of chats.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/chats"), chat::create::handle)
            .doc("Creates a chat", CRUD)
            .body::<chat::create::CreateChatRequest>()
            .ok::<chat::ChatResponse>(200, "The chat, also where its first message did not leave.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
                TOO_LARGE,
            ]),
        post(w!("/chats/dm"), chat::dm::handle)
            .doc("Finds or creates the DM with a member", CRUD)
            .body::<chat::dm::DmRequest>()
            .ok::<chat::ChatResponse>(200, "The DM.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, (404, "No such member."), TOO_LARGE]),
        get(w!("/chats/{conversation}"), chat::get::handle)
            .doc("Gets a chat", CRUD)
            .ok::<chat::ChatResponse>(200, "The chat.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_CHAT]),
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
                TOO_LARGE,
            ]),
        post(w!("/chats/{conversation}/archive"), chat::archive::archive)
            .doc("Archives a chat", "")
            .ok::<chat::ChatResponse>(200, "The chat as it is now.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_CHAT]),
        post(
            w!("/chats/{conversation}/unarchive"),
            chat::archive::unarchive,
        )
        .doc("Brings an archived chat back", "")
        .ok::<chat::ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_CHAT, (409, "The chat is closed for good.")]),
        get(w!("/chats/{conversation}/export"), chat::export::handle)
            .doc("Gives a chat with everything that was said in it", "")
            .ok::<chat::export::ChatExport>(200, "The chat and its messages.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_CHAT]),
        get(
            w!("/chats/{conversation}/token-usage"),
            chat::token_usage::handle,
        )
        .doc("Gives what models have used in a chat", "")
        .ok::<chat::token_usage::TokenUsageResponse>(200, "Zeros: this server calls no model.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_CHAT]),
        delete(w!("/chats/{conversation}"), chat::delete::handle)
            .doc("Deletes a chat with its messages", "")
            .scope(Scope::admin(Resource::Conversations))
            .empty(204, "It is gone.")
            .errors::<ErrorBody>(&[
                NO_SCOPE,
                NO_CHAT,
                (409, "The default chat of a space stays."),
            ]),
    ]
}

/// The filters that the list and the export share.
pub(super) fn filtered(route: Route) -> Route {
    route
        .query(
            "sortBy",
            OneOf(&["lastMessageAt", "createdAt", "updatedAt", "title"]),
            "`lastMessageAt` by default.",
        )
        .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
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
            "Only chats over this channel.",
        )
        .query(
            "chatType",
            Length(0, 40),
            "`dm`, `simple`, `assignment` or a word of the maker's own.",
        )
        .query(
            "memberId",
            Matching(ids::PATTERN),
            "Only chats for this member.",
        )
        .query(
            "assistantMemberId",
            Matching(ids::PATTERN),
            "Only chats this agent serves.",
        )
        .query(
            "labels",
            Length(0, 100),
            "Only chats that bear this label: its name, or its id.",
        )
        .query(
            "search",
            Length(0, 200),
            "Part of the title, of a participant's name or of a message. Words of one or two letters alone find titles, names and \
             the newest 1,000 messages of the workspace.",
        )
        .query("isTest", Boolean, "Only tests, or only the others.")
        .query(
            "isAnonymous",
            Boolean,
            "Only chats of unknown visitors; asks for `chats:admin`.",
        )
        .query("createdAfter", Format("date-time"), "Made then or later.")
        .query("createdBefore", Format("date-time"), "Made before then.")
        .query(
            "filters",
            Matching(r#"^\{("(mine|archived|needsResponse|paused|isTest)":(true|false))?\}$"#),
            "The same filters as JSON: an object of any of the names above, or a list of rules with `field` and `value`.",
        )
}
