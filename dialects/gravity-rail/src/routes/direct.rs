//! Direct messages.

use parlor_kit::route::ParameterKind::{Boolean, OneOf};
use parlor_kit::route::{Route, get, post};
use parlor_model::scope::{Resource, Scope};

use super::talk::stretch;
use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, Refusal, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{chat, direct, message};

const NO_DM: Refusal = (404, "The caller has no such DM.");
const NARROWED: &str = "the credential is narrower than its member";

pub(super) fn routes() -> Vec<Route> {
    let read = Scope::read(Resource::Dm);
    vec![
        get(w!("/dms"), direct::list::handle)
            .doc("Lists the caller's DMs", "")
            .also(read, NARROWED)
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
            .page_of::<chat::list::Chats>("A page of chats.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        get(w!("/dms/{dm}"), direct::get::handle)
            .doc("Gets a DM", "")
            .scope(read)
            .ok::<chat::ChatResponse>(200, "The chat.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_DM]),
        stretch(get(w!("/dms/{dm}/messages"), direct::get::messages))
            .doc("Lists the messages of a DM", "")
            .scope(read)
            .ok::<message::list::Messages>(200, "The messages, newest first.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE, NO_DM]),
        post(w!("/dms/{dm}/messages"), direct::send::handle)
            .doc("Says something in a DM", "")
            .also(Scope::write(Resource::Dm), NARROWED)
            .header("Accept", "`text/event-stream` for a stream of events.")
            .body::<message::create::MessageRequest>()
            .ok::<message::OpenAIMessageResponse>(200, "The message.")
            .or("text/event-stream")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                NO_DM,
                (409, "The DM is closed for good."),
                TOO_LARGE,
            ]),
    ]
}
