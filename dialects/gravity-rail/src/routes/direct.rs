//! Direct messages.

use parlor_kit::route::ParameterKind::{Boolean, OneOf};
use parlor_kit::route::{Route, get, post};
use parlor_model::scope::{Resource, Scope};

use super::messages::with_message_window;
use super::{
    BAD_BODY, BAD_QUERY, DocumentedError, NO_SCOPE, PagedRoute, TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::{chat, direct, message};

const NO_DM: DocumentedError = (404, "The caller has no such DM.");
const NARROWED: &str = "the credential is narrower than its member";

pub(super) fn routes() -> Vec<Route> {
    let read = Scope::read(Resource::Dm);
    vec![
        get(workspace_path!("/dms"), direct::list::handle)
            .doc("Lists the caller's DMs", "")
            .conditional_scope(read, NARROWED)
            .query(
                "sortBy",
                OneOf(&["lastMessageAt", "createdAt", "updatedAt", "title"]),
                "`lastMessageAt` by default.",
            )
            .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
            .query(
                "archived",
                Boolean,
                "Only archived ones, or only the others, which is the default.",
            )
            .responds_page::<chat::list::Chats>("A page of chats.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        get(workspace_path!("/dms/{dm}"), direct::get::handle)
            .doc("Gets a DM", "")
            .scope(read)
            .responds::<chat::ChatResponse>(200, "The chat.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_DM]),
        with_message_window(get(
            workspace_path!("/dms/{dm}/messages"),
            direct::get::messages,
        ))
        .doc("Lists the messages of a DM", "")
        .scope(read)
        .responds::<message::list::ListMessagesResponse>(200, "The messages, newest first.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_DM]),
        post(workspace_path!("/dms/{dm}/messages"), direct::send::handle)
            .doc("Says something in a DM", "")
            .conditional_scope(Scope::write(Resource::Dm), NARROWED)
            .header("Accept", "`text/event-stream` for a stream of events.")
            .body::<message::create::CreateMessageRequest>()
            .responds::<message::OpenAIMessageResponse>(200, "The message.")
            .or_media_type("text/event-stream")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                NO_DM,
                (409, "The DM is closed for good."),
                TOO_LARGE,
            ]),
    ]
}
