//! What is said in a chat, and who is there.

use parlor_gateway::sse::{EVENT_STREAM_MEDIA_TYPE, LAST_EVENT_ID_HEADER, LAST_EVENT_ID_PARAM};
use parlor_kit::route::ParameterKind::{AtLeast, Between, Text};
use parlor_kit::route::{Route, delete, get, post};
use parlor_model::scope::{Resource, Scope};

use super::{
    ACTIONS, BAD_BODY, BAD_QUERY, DocumentedError, MESSAGES, NO_CHAT, NO_SCOPE, PagedRoute,
    TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::{action, event, message};

const CLOSED: DocumentedError = (409, "The chat is closed for good, or a DM.");

pub(super) fn routes() -> Vec<Route> {
    let write = Scope::write(Resource::Conversations);
    vec![
        with_message_window(get(
            workspace_path!("/chats/{conversation}/messages"),
            message::list::handle,
        ))
        .doc("Lists a chat's messages", MESSAGES)
        .responds::<message::list::ListMessagesResponse>(200, "The messages, newest first.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_CHAT]),
        post(
            workspace_path!("/chats/{conversation}/messages"),
            message::create::handle,
        )
        .doc("Says something in a chat", MESSAGES)
        .header("Accept", "`text/event-stream` for a stream of events.")
        .body::<message::create::CreateMessageRequest>()
        .responds::<message::OpenAIMessageResponse>(200, "The message.")
        .or_media_type("text/event-stream")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            NO_CHAT,
            (409, "The chat is closed for good."),
            TOO_LARGE,
        ]),
        get(
            workspace_path!("/chats/{conversation}/events"),
            event::stream::handle,
        )
        .doc("Streams what happens in a chat", "")
        .header(
            LAST_EVENT_ID_HEADER,
            "The id of the last event the reader has; `0` for everything from the beginning.",
        )
        .query(
            LAST_EVENT_ID_PARAM,
            Text,
            "The same where the header is absent, for the first connection of a browser.",
        )
        .responds_media_type(
            200,
            EVENT_STREAM_MEDIA_TYPE,
            "The events, as they happen, without an end.",
        )
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            NO_CHAT,
            (429, "Too many requests, or too many streams."),
        ]),
        post(
            workspace_path!("/chats/{conversation}/messages/{answer}/rate"),
            message::rate::handle,
        )
        .doc("Rates what an assistant said", MESSAGES)
        .body::<message::rate::RateMessageRequest>()
        .responds::<message::OpenAIMessageResponse>(200, "The message as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such chat or message."),
            TOO_LARGE,
        ]),
        get(
            workspace_path!("/chats/{conversation}/tool-calls/{call}/messages"),
            message::list_by_tool_call::handle,
        )
        .doc("Lists the messages of a tool call", MESSAGES)
        .responds::<message::list_by_tool_call::ToolCallMessagesResponse>(
            200,
            "The messages, oldest first.",
        )
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such chat or call.")]),
        post(
            workspace_path!("/chats/{conversation}/participants"),
            action::add_participant::handle,
        )
        .doc("Adds a participant", ACTIONS)
        .scope(write)
        .body::<action::add_participant::AddParticipantRequest>()
        .responds::<action::add_participant::AddParticipantResponse>(
            200,
            "The participant was added.",
        )
        .errors::<ErrorResponse>(&[
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
            workspace_path!("/chats/{conversation}/participants/{participant}"),
            action::remove_participant::handle,
        )
        .doc("Removes a participant", "")
        .scope(write)
        .responds_empty(204, "The participant was removed.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            (404, "No such chat or participant."),
            (
                409,
                "The owner stays; a closed chat and a DM do not change.",
            ),
        ]),
        post(
            workspace_path!("/chats/{conversation}/send-assistant-message"),
            action::send_assistant_message::handle,
        )
        .doc("Speaks on the assistant's side", ACTIONS)
        .scope(write)
        .body::<action::send_assistant_message::SendAssistantMessageRequest>()
        .responds::<action::send_assistant_message::SendAssistantMessageResponse>(
            200,
            "What became of it, also where it did not leave.",
        )
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_CHAT, CLOSED, TOO_LARGE]),
        post(
            workspace_path!("/chats/{conversation}/summarize"),
            action::summarize::handle,
        )
        .doc("Would summarize a chat, had this server a model", ACTIONS)
        .responds::<action::summarize::SummaryResponse>(
            200,
            "The summary, on a server with a model.",
        )
        .errors::<ErrorResponse>(&[
            (400, "Nothing was said in the chat."),
            NO_SCOPE,
            NO_CHAT,
            (501, "This server has no model."),
        ]),
        post(
            workspace_path!("/chats/{conversation}/read"),
            action::mark_read::handle,
        )
        .doc("Says how far the caller has read", "")
        .body::<action::mark_read::MarkReadRequest>()
        .optional()
        .responds::<action::mark_read::MarkReadResponse>(200, "Where the mark stands now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such chat or message."),
            TOO_LARGE,
        ]),
    ]
}

/// Messages come as an array by `limit` and `offset`, or as a numbered page.
pub(super) fn with_message_window(route: Route) -> Route {
    route
        .query("limit", Between(1, 100), "1 to 100; 10 by default.")
        .query("offset", AtLeast(0), "Rows to pass over; 0 by default.")
        .page_params()
}
