//! Chats.

use parlor_kit::route::ParameterKind::{Boolean, Format, Length, Matching, OneOf};
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, CRUD, NO_CHAT, NO_SCOPE, PagedRoute, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::{chat, ids};

pub(super) fn routes() -> Vec<Route> {
    let list = get(workspace_path!("/chats"), chat::list::handle).doc("Lists chats", CRUD);
    vec![
        with_filter_params(list)
            .responds_page::<chat::list::Chats>("A page of chats.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/chats"), chat::create::handle)
            .doc("Creates a chat", CRUD)
            .body::<chat::create::CreateChatRequest>()
            .responds::<chat::ChatResponse>(
                200,
                "The chat, also where its first message did not leave.",
            )
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
                TOO_LARGE,
            ]),
        post(workspace_path!("/chats/dm"), chat::create_dm::handle)
            .doc("Finds or creates the DM with a member", CRUD)
            .body::<chat::create_dm::CreateDmRequest>()
            .responds::<chat::ChatResponse>(200, "The DM.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, (404, "No such member."), TOO_LARGE]),
        get(workspace_path!("/chats/{conversation}"), chat::get::handle)
            .doc("Gets a chat", CRUD)
            .responds::<chat::ChatResponse>(200, "The chat.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT]),
        put(
            workspace_path!("/chats/{conversation}"),
            chat::update::handle,
        )
        .doc("Updates a chat", CRUD)
        .body::<chat::update::UpdateChatRequest>()
        .optional()
        .responds::<chat::ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (
                404,
                "No such chat, or something the body refers to is not there.",
            ),
            (409, "The chat is closed for good."),
            TOO_LARGE,
        ]),
        post(
            workspace_path!("/chats/{conversation}/archive"),
            chat::archive::archive,
        )
        .doc("Archives a chat", "")
        .responds::<chat::ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT]),
        post(
            workspace_path!("/chats/{conversation}/unarchive"),
            chat::archive::unarchive,
        )
        .doc("Brings an archived chat back", "")
        .responds::<chat::ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            NO_CHAT,
            (409, "The chat is closed for good."),
        ]),
        get(
            workspace_path!("/chats/{conversation}/export"),
            chat::export::handle,
        )
        .doc("Gives a chat with everything that was said in it", "")
        .responds::<chat::export::ChatExport>(200, "The chat and its messages.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT]),
        get(
            workspace_path!("/chats/{conversation}/token-usage"),
            chat::token_usage::handle,
        )
        .doc("Gives what models have used in a chat", "")
        .responds::<chat::token_usage::TokenUsageResponse>(
            200,
            "Zeros: this server calls no model.",
        )
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_CHAT]),
        delete(
            workspace_path!("/chats/{conversation}"),
            chat::delete::handle,
        )
        .doc("Deletes a chat with its messages", "")
        .scope(Scope::admin(Resource::Conversations))
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            NO_CHAT,
            (409, "The default chat of a space stays."),
        ]),
    ]
}

/// The filters that the list and the export share.
pub(super) fn with_filter_params(route: Route) -> Route {
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
            Matching(ids::ENTITY_REF_PATTERN),
            "Only chats for this member.",
        )
        .query(
            "assistantMemberId",
            Matching(ids::ENTITY_REF_PATTERN),
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
