//! Labels and saved filters.

use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, Refusal, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{chat, label, saved_filter};

const NO_LABEL: Refusal = (404, "No such label.");
const NO_FILTER: Refusal = (404, "The caller has no such filter.");
const TAKEN: Refusal = (409, "The name is taken.");

pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (
        Scope::read(Resource::Labels),
        Scope::write(Resource::Labels),
    );
    vec![
        get(w!("/chats/labels"), label::list::handle)
            .doc("Lists the labels of the workspace", "")
            .scope(read)
            .page_of::<label::list::Labels>("A page of labels.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/chats/labels"), label::create::handle)
            .doc("Creates a label", "")
            .scope(write)
            .body::<label::create::CreateLabelRequest>()
            .ok::<label::LabelResponse>(200, "The label.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, TAKEN, TOO_LARGE]),
        put(w!("/chats/labels/{label}"), label::update::handle)
            .doc("Updates a label", "")
            .scope(write)
            .body::<label::update::UpdateLabelRequest>()
            .optional()
            .ok::<label::LabelResponse>(200, "The label as it is now.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, NO_LABEL, TAKEN, TOO_LARGE]),
        delete(w!("/chats/labels/{label}"), label::delete::handle)
            .doc("Deletes a label", "")
            .scope(write)
            .empty(204, "It is gone, off every chat.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_LABEL]),
        post(w!("/chats/{conversation}/labels"), label::mark::handle)
            .doc("Puts labels on a chat", "")
            .body::<label::mark::MarkRequest>()
            .example(r#"{"labels":["urgent"]}"#)
            .ok::<chat::ChatResponse>(200, "The chat as it is now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such chat or label."),
                TOO_LARGE,
            ]),
        delete(
            w!("/chats/{conversation}/labels/{label}"),
            label::unmark::handle,
        )
        .doc("Takes a label off a chat", "")
        .empty(204, "It is off.")
        .errors::<ErrorBody>(&[
            NO_SCOPE,
            (404, "No such chat, or the chat does not bear it."),
        ]),
        get(w!("/chats/filters"), saved_filter::list::handle)
            .doc("Lists the caller's saved filters", "")
            .page_of::<saved_filter::list::Filters>("A page of filters.")
            .errors::<ErrorBody>(&[BAD_QUERY]),
        post(w!("/chats/filters"), saved_filter::create::handle)
            .doc("Saves a filter", "")
            .body::<saved_filter::create::CreateFilterRequest>()
            .ok::<saved_filter::FilterResponse>(200, "The filter.")
            .errors::<ErrorBody>(&[BAD_BODY, TAKEN, TOO_LARGE]),
        get(w!("/chats/filters/{filter}"), saved_filter::get::handle)
            .doc("Gets a saved filter", "")
            .ok::<saved_filter::FilterResponse>(200, "The filter.")
            .errors::<ErrorBody>(&[NO_FILTER]),
        put(w!("/chats/filters/{filter}"), saved_filter::update::handle)
            .doc("Updates a saved filter", "")
            .body::<saved_filter::update::UpdateFilterRequest>()
            .optional()
            .ok::<saved_filter::FilterResponse>(200, "The filter as it is now.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_FILTER, TAKEN, TOO_LARGE]),
        delete(w!("/chats/filters/{filter}"), saved_filter::delete::handle)
            .doc("Deletes a saved filter", "")
            .empty(204, "It is gone.")
            .errors::<ErrorBody>(&[NO_FILTER]),
    ]
}
