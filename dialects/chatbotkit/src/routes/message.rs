//! Messages.

use parlor_kit::Route;
use parlor_model::scope::Resource::Messages;
use parlor_model::scope::Scope;

use super::conversation::requires_assistant;
use super::{creates, deletes, lists, reads, row};
use crate::message::create_batch::{MessageBatchCreateRequest, MessageBatchCreateResponse};
use crate::message::vote::{MessageDownvoteRequest, MessageUpvoteRequest};
use crate::message::{
    self, MessageCreateRequest, MessageCreateResponse, MessageInstance, MessageListResponse,
    MessageUpdateRequest,
};

const MANUAL: &str = "Conversation Messages";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    let create = message::create::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/create", create).map(|route| {
            route
                .doc("Store a message; nobody answers it", MANUAL)
                .body::<MessageCreateRequest>()
                .scope(Scope::write(Messages))
                .responds::<MessageCreateResponse>(200, "The message's id")
        }),
    );
    let create_batch = message::create_batch::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/batch/create", create_batch).map(|route| {
            route
                .doc("Store several messages, all of them or none", MANUAL)
                .body::<MessageBatchCreateRequest>()
                .scope(Scope::write(Messages))
                .responds::<MessageBatchCreateResponse>(
                    200,
                    "Their ids, in the order of the request",
                )
        }),
    );
    let list = message::list::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/message/list", list).map(|route| {
            let about = "A page of messages, the oldest first, or all of them as a stream";
            lists::<MessageListResponse>(route.doc(about, MANUAL), Messages)
        }),
    );
    let fetch = message::fetch::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/message/{message}/fetch", fetch)
            .map(|route| reads::<MessageInstance>(route.doc("A message", MANUAL), Messages)),
    );
    let update = message::update::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{message}/update", update).map(|route| {
            creates::<MessageUpdateRequest>(route.doc("Change a message", MANUAL), Messages)
        }),
    );
    let delete = message::delete::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{message}/delete", delete)
            .map(|route| deletes(route.doc("Delete a message", MANUAL), Messages)),
    );
    let synthesize = message::synthesize::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{message}/synthesize", synthesize)
            .map(|route| requires_assistant(route.doc("Have a message said by a voice", MANUAL))),
    );
    let upvote = message::vote::upvote;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{answer}/upvote", upvote).map(|route| {
            let about = "Call what an assistant said good";
            creates::<MessageUpvoteRequest>(route.doc(about, "Conversation Feedback"), Messages)
        }),
    );
    let downvote = message::vote::downvote;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{answer}/downvote", downvote).map(
            |route| {
                let about = "Call what an assistant said bad";
                creates::<MessageDownvoteRequest>(
                    route.doc(about, "Conversation Feedback"),
                    Messages,
                )
            },
        ),
    );
    rows
}
