//! Conversations.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{OneOf, Text};
use parlor_model::scope::Resource::{Conversations, Members, Messages};
use parlor_model::scope::Scope;

use super::{creates, deletes, exports, imports, lists, reads, row};
use crate::contact;
use crate::conversation::{
    self, ConversationCreateResponse, ConversationInstance, ConversationListResponse,
    ConversationOptions, ConversationUpdateRequest, send, session, vote,
};
use crate::error::ErrorResponse;
use crate::message::MessageCreateResponse;
use crate::message::vote::{MessageDownvoteRequest, MessageUpvoteRequest};

const REFERENCE: &str = "Conversations";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(
        row!(post "/conversation/create", conversation::create::handle).map(|route| {
            route
                .doc(
                    "Make a conversation, perhaps with its first messages",
                    REFERENCE,
                )
                .body::<ConversationOptions>()
                .optional()
                .scope(Scope::write(Conversations))
                .responds::<ConversationCreateResponse>(200, "Its id, and its first messages")
        }),
    );
    rows.extend(
        row!(get "/conversation/list", conversation::list::handle).map(|route| {
            let about = "A page of conversations, or all of them as a stream";
            with_filters(lists::<ConversationListResponse>(
                route.doc(about, REFERENCE),
                Conversations,
            ))
        }),
    );
    rows.extend(
        row!(get "/conversation/export", conversation::export::handle).map(|route| {
            let about = "All conversations as JSON, JSONL or CSV";
            let about =
                exports::<ConversationListResponse>(route.doc(about, REFERENCE), Conversations);
            with_filters(about).query(
                "include",
                OneOf(&["messages"]),
                "In JSONL, with their messages",
            )
        }),
    );
    rows.extend(
        row!(post "/conversation/import", conversation::import::handle).map(|route| {
            let about = "Take back exported conversations and their messages";
            imports::<conversation::import::ConversationImportRequest>(
                route.doc(about, ""),
                Conversations,
            )
        }),
    );
    rows.extend(
        row!(post "/conversation/complete", conversation::complete::stateless).map(|route| {
            requires_assistant(route.doc("An answer to messages that are not stored", REFERENCE))
        }),
    );
    let stateless = conversation::complete::stateless;
    rows.extend(row!(post "/conversation/dispatch", stateless).map(|route| {
        let about = "An answer, later, to messages that are not stored";
        requires_assistant(route.doc(about, REFERENCE))
    }));
    rows.extend(row!(post "/conversation/compact", stateless).map(|route| {
        let about = "A summary of messages that are not stored";
        requires_assistant(route.doc(about, REFERENCE))
    }));
    rows.extend(single_routes());
    rows.extend(assistant_routes());
    rows
}

fn single_routes() -> Vec<Route> {
    let mut rows = Vec::new();
    let fetch = conversation::fetch::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/fetch", fetch).map(|route| {
            reads::<ConversationInstance>(route.doc("A conversation", REFERENCE), Conversations)
        }),
    );
    let update = conversation::update::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/update", update).map(|route| {
            creates::<ConversationUpdateRequest>(
                route.doc("Change a conversation", REFERENCE),
                Conversations,
            )
        }),
    );
    let delete = conversation::delete::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/delete", delete).map(|route| {
            let about = "Delete a conversation and its messages";
            deletes(route.doc(about, REFERENCE), Conversations)
        }),
    );
    rows.extend(
        row!(post "/conversation/{conversation}/send", send::handle).map(|route| {
            route
                .doc("Say something as the contact", REFERENCE)
                .body::<send::ConversationSendRequest>()
                .scope(Scope::write(Messages))
                .responds::<MessageCreateResponse>(200, "The message's id")
                .or_media_type("application/jsonl")
        }),
    );
    let upsert = conversation::upsert_contact::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/contact/upsert", upsert).map(|route| {
            let about = "Make or change a contact, and have the conversation be with it";
            creates::<contact::ContactOptions>(
                route.doc(about, "Conversation Contacts"),
                Conversations,
            )
            .conditional_scope(Scope::write(Members), "the contact is made or changed")
        }),
    );
    rows
}

/// What an assistant does in a conversation, and the sessions by which browsers ask for it.
fn assistant_routes() -> Vec<Route> {
    let mut rows = Vec::new();
    let receive = conversation::receive::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/receive", receive)
            .map(|route| requires_assistant(route.doc("Ask for an answer", REFERENCE))),
    );
    let complete = conversation::complete::stateful;
    rows.extend(
        row!(post "/conversation/{conversation}/complete", complete).map(|route| {
            let about = "Say something and ask for an answer; takes the token of a session too";
            requires_assistant(route.doc(about, REFERENCE))
        }),
    );
    rows.extend(
        row!(post "/conversation/{conversation}/dispatch", receive).map(|route| {
            let about = "Say something and ask for an answer later";
            requires_assistant(route.doc(about, REFERENCE))
        }),
    );
    rows.extend(
        row!(post "/conversation/{conversation}/compact", receive).map(|route| {
            let about = "Ask for a summary of what was said";
            requires_assistant(route.doc(about, REFERENCE))
        }),
    );
    rows.extend(votes());
    let session = session::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/session/create", session).map(|route| {
            route
                .doc(
                    "Make a token by which a page asks for answers in this conversation alone",
                    "Conversation Sessions",
                )
                .body::<session::ConversationSessionCreateRequest>()
                .optional()
                .scope(Scope::write(Messages))
                .responds::<session::ConversationSessionCreateResponse>(
                    200,
                    "The token and its end",
                )
        }),
    );
    rows
}

/// What readers think of a conversation.
fn votes() -> Vec<Route> {
    const FEEDBACK: &str = "Conversation Feedback";
    let mut rows = Vec::new();
    let upvote = vote::upvote;
    rows.extend(
        row!(post "/conversation/{conversation}/upvote", upvote).map(|route| {
            let about = "Say that a conversation was good; the caller's earlier vote is replaced";
            creates::<MessageUpvoteRequest>(route.doc(about, FEEDBACK), Messages)
        }),
    );
    let downvote = vote::downvote;
    rows.extend(
        row!(post "/conversation/{conversation}/downvote", downvote).map(|route| {
            let about = "Say that a conversation was bad; the caller's earlier vote is replaced";
            creates::<MessageDownvoteRequest>(route.doc(about, FEEDBACK), Messages)
        }),
    );
    let list = vote::list;
    rows.extend(
        row!(get "/conversation/{conversation}/vote/list", list).map(|route| {
            let about = "The newest votes on a conversation";
            reads::<vote::ConversationVoteListResponse>(route.doc(about, ""), Messages)
        }),
    );
    rows
}

/// What no assistant does yet.
pub(super) fn requires_assistant(route: Route) -> Route {
    let scope = Scope::write(Messages);
    route
        .scope(scope)
        .errors::<ErrorResponse>(&[(501, "NOT_IMPLEMENTED: no assistant answers here")])
}

fn with_filters(route: Route) -> Route {
    route
        .query(
            "contactId",
            Text,
            "Only those with any of these contacts, comma-separated",
        )
        .query(
            "spaceId",
            Text,
            "Only those in any of these spaces, comma-separated",
        )
        .query("botId", Text, "Only those that this bot answers")
        .query("taskId", Text, "Only those for this task")
}
