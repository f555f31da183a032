//! What is said in a chat, and who is there.

use parlor_gateway::stream::{EVENTS, LAST_EVENT, LAST_EVENT_ID};
use parlor_kit::route::ParameterKind::{AtLeast, Between, Text};
use parlor_kit::route::{Route, delete, get, post};
use parlor_model::scope::{Resource, Scope};

use super::{
    ACTIONS, BAD_BODY, BAD_QUERY, MESSAGES, NO_CHAT, NO_SCOPE, Paged, Refusal, TOO_LARGE, w,
};
use crate::error::ErrorBody;
use crate::{action, event, message};

const CLOSED: Refusal = (409, "The chat is closed for good, or a DM.");

pub(super) fn routes() -> Vec<Route> {
    let write = Scope::write(Resource::Conversations);
    vec![
        stretch(get(
            w!("/chats/{conversation}/messages"),
            message::list::handle,
        ))
        .doc("Lists a chat's messages", MESSAGES)
        .ok::<message::list::Messages>(200, "The messages, newest first.")
        .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE, NO_CHAT]),
        post(
            w!("/chats/{conversation}/messages"),
            message::create::handle,
        )
        .doc("Says something in a chat", MESSAGES)
        .header("Accept", "`text/event-stream` for a stream of events.")
        .body::<message::create::MessageRequest>()
        .ok::<message::OpenAIMessageResponse>(200, "The message.")
        .or("text/event-stream")
        .errors::<ErrorBody>(&[
            BAD_BODY,
            NO_SCOPE,
            NO_CHAT,
            (409, "The chat is closed for good."),
            TOO_LARGE,
        ]),
        get(w!("/chats/{conversation}/events"), event::stream::handle)
            .doc("Streams what happens in a chat", "")
            .header(
                LAST_EVENT_ID,
                "The id of the last event the reader has; `0` for everything from the beginning.",
            )
            .query(
                LAST_EVENT,
                Text,
                "The same where the header is absent, for the first connection of a browser.",
            )
            .ok_of(200, EVENTS, "The events, as they happen, without an end.")
            .errors::<ErrorBody>(&[
                NO_SCOPE,
                NO_CHAT,
                (429, "Too many requests, or too many streams."),
            ]),
        post(
            w!("/chats/{conversation}/messages/{answer}/rate"),
            message::rate::handle,
        )
        .doc("Rates what an assistant said", MESSAGES)
        .body::<message::rate::RateRequest>()
        .ok::<message::OpenAIMessageResponse>(200, "The message as it is now.")
        .errors::<ErrorBody>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such chat or message."),
            TOO_LARGE,
        ]),
        get(
            w!("/chats/{conversation}/tool-calls/{call}/messages"),
            message::of_call::handle,
        )
        .doc("Lists the messages of a tool call", MESSAGES)
        .ok::<message::of_call::CallMessages>(200, "The messages, oldest first.")
        .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such chat or call.")]),
        post(
            w!("/chats/{conversation}/participants"),
            action::add_participant::handle,
        )
        .doc("Adds a participant", ACTIONS)
        .scope(write)
        .body::<action::add_participant::AddParticipantRequest>()
        .ok::<action::add_participant::AddParticipantResponse>(200, "The participant was added.")
        .errors::<ErrorBody>(&[
            (
                400,
                "The body does not fit, or the member takes part already.",
            ),
            NO_SCOPE,
            (404, "No such chat or member."),
            CLOSED,
            TOO_LARGE,
        ]),
        delete(
            w!("/chats/{conversation}/participants/{participant}"),
            action::remove_participant::handle,
        )
        .doc("Removes a participant", "")
        .scope(write)
        .empty(204, "The participant was removed.")
        .errors::<ErrorBody>(&[
            NO_SCOPE,
            (404, "No such chat or participant."),
            (
                409,
                "The owner stays; a closed chat and a DM do not change.",
            ),
        ]),
        post(
            w!("/chats/{conversation}/send-assistant-message"),
            action::say::handle,
        )
        .doc("Speaks on the assistant's side", ACTIONS)
        .scope(write)
        .body::<action::say::SendAssistantMessageRequest>()
        .ok::<action::say::SendAssistantMessageResponse>(
            200,
            "What became of it, also where it did not leave.",
        )
        .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, NO_CHAT, CLOSED, TOO_LARGE]),
        post(
            w!("/chats/{conversation}/summarize"),
            action::summarize::handle,
        )
        .doc("Would summarize a chat, had this server a model", ACTIONS)
        .ok::<action::summarize::SummaryResponse>(200, "The summary, on a server with a model.")
        .errors::<ErrorBody>(&[
            (400, "Nothing was said in the chat."),
            NO_SCOPE,
            NO_CHAT,
            (501, "This server has no model."),
        ]),
        post(w!("/chats/{conversation}/read"), action::read::handle)
            .doc("Says how far the caller has read", "")
            .body::<action::read::ReadRequest>()
            .optional()
            .ok::<action::read::ReadResponse>(200, "Where the mark stands now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such chat or message."),
                TOO_LARGE,
            ]),
    ]
}

/// Messages come as an array by `limit` and `offset`, or as a numbered page.
pub(super) fn stretch(route: Route) -> Route {
    route
        .query("limit", Between(1, 100), "1 to 100; 10 by default.")
        .query("offset", AtLeast(0), "Rows to pass over; 0 by default.")
        .numbered()
}
