//! Conversations.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{OneOf, Text};
use parlor_model::scope::Resource::{Conversations, Members, Messages};
use parlor_model::scope::Scope;

use super::{deleted, exported, imported, listed, made, read, row};
use crate::contact;
use crate::conversation::{self, Changes, Created, Fields, Page, Record, send, session, vote};
use crate::error::Failure;
use crate::message::Stored;
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
                .body::<Fields>()
                .optional()
                .scope(Scope::write(Conversations))
                .ok::<Created>(200, "Its id, and its first messages")
        }),
    );
    rows.extend(
        row!(get "/conversation/list", conversation::list::handle).map(|route| {
            let about = "A page of conversations, or all of them as a stream";
            filtered(listed::<Page>(route.doc(about, REFERENCE), Conversations))
        }),
    );
    rows.extend(
        row!(get "/conversation/export", conversation::export::handle).map(|route| {
            let about = "All conversations as JSON, JSONL or CSV";
            let about = exported::<Page>(route.doc(about, REFERENCE), Conversations);
            filtered(about).query(
                "include",
                OneOf(&["messages"]),
                "In JSONL, with their messages",
            )
        }),
    );
    rows.extend(
        row!(post "/conversation/import", conversation::import::handle).map(|route| {
            let about = "Take back exported conversations and their messages";
            imported::<conversation::import::Backup>(route.doc(about, ""), Conversations)
        }),
    );
    rows.extend(
        row!(post "/conversation/complete", conversation::complete::stateless).map(|route| {
            answering(route.doc("An answer to messages that are not stored", REFERENCE))
        }),
    );
    let stateless = conversation::complete::stateless;
    rows.extend(row!(post "/conversation/dispatch", stateless).map(|route| {
        let about = "An answer, later, to messages that are not stored";
        answering(route.doc(about, REFERENCE))
    }));
    rows.extend(row!(post "/conversation/compact", stateless).map(|route| {
        let about = "A summary of messages that are not stored";
        answering(route.doc(about, REFERENCE))
    }));
    rows.extend(of_one());
    rows.extend(asking());
    rows
}

fn of_one() -> Vec<Route> {
    let mut rows = Vec::new();
    let fetch = conversation::fetch::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/fetch", fetch)
            .map(|route| read::<Record>(route.doc("A conversation", REFERENCE), Conversations)),
    );
    let update = conversation::update::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/update", update).map(|route| {
            made::<Changes>(route.doc("Change a conversation", REFERENCE), Conversations)
        }),
    );
    let delete = conversation::delete::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/delete", delete).map(|route| {
            let about = "Delete a conversation and its messages";
            deleted(route.doc(about, REFERENCE), Conversations)
        }),
    );
    rows.extend(
        row!(post "/conversation/{conversation}/send", send::handle).map(|route| {
            route
                .doc("Say something as the contact", REFERENCE)
                .body::<send::Fields>()
                .scope(Scope::write(Messages))
                .ok::<Stored>(200, "The message's id")
                .or("application/jsonl")
        }),
    );
    let upsert = conversation::upsert_contact::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/contact/upsert", upsert).map(|route| {
            let about = "Make or change a contact, and have the conversation be with it";
            made::<contact::Fields>(route.doc(about, "Conversation Contacts"), Conversations)
                .also(Scope::write(Members), "the contact is made or changed")
        }),
    );
    rows
}

/// What an assistant does in a conversation, and the sessions by which browsers ask for it.
fn asking() -> Vec<Route> {
    let mut rows = Vec::new();
    let receive = conversation::receive::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/receive", receive)
            .map(|route| answering(route.doc("Ask for an answer", REFERENCE))),
    );
    let complete = conversation::complete::stateful;
    rows.extend(
        row!(post "/conversation/{conversation}/complete", complete).map(|route| {
            let about = "Say something and ask for an answer; takes the token of a session too";
            answering(route.doc(about, REFERENCE))
        }),
    );
    rows.extend(
        row!(post "/conversation/{conversation}/dispatch", receive).map(|route| {
            let about = "Say something and ask for an answer later";
            answering(route.doc(about, REFERENCE))
        }),
    );
    rows.extend(
        row!(post "/conversation/{conversation}/compact", receive).map(|route| {
            let about = "Ask for a summary of what was said";
            answering(route.doc(about, REFERENCE))
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
                .ok::<session::ConversationSessionCreateResponse>(200, "The token and its end")
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
            made::<MessageUpvoteRequest>(route.doc(about, FEEDBACK), Messages)
        }),
    );
    let downvote = vote::downvote;
    rows.extend(
        row!(post "/conversation/{conversation}/downvote", downvote).map(|route| {
            let about = "Say that a conversation was bad; the caller's earlier vote is replaced";
            made::<MessageDownvoteRequest>(route.doc(about, FEEDBACK), Messages)
        }),
    );
    let list = vote::list;
    rows.extend(
        row!(get "/conversation/{conversation}/vote/list", list).map(|route| {
            let about = "The newest votes on a conversation";
            read::<vote::ConversationVoteListResponse>(route.doc(about, ""), Messages)
        }),
    );
    rows
}

/// What no assistant does yet.
pub(super) fn answering(route: Route) -> Route {
    let scope = Scope::write(Messages);
    route
        .scope(scope)
        .errors::<Failure>(&[(501, "NOT_IMPLEMENTED: no assistant answers here")])
}

fn filtered(route: Route) -> Route {
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
