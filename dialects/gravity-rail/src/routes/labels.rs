//! Labels and saved filters.

use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_BODY, BAD_QUERY, DocumentedError, NO_SCOPE, PagedRoute, TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::{chat, label, saved_filter};

const NO_LABEL: DocumentedError = (404, "No such label.");
const NO_FILTER: DocumentedError = (404, "The caller has no such filter.");
const NAME_TAKEN: DocumentedError = (409, "The name is taken.");

pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (
        Scope::read(Resource::Labels),
        Scope::write(Resource::Labels),
    );
    vec![
        get(workspace_path!("/chats/labels"), label::list::handle)
            .doc("Lists the labels of the workspace", "")
            .scope(read)
            .responds_page::<label::list::Labels>("A page of labels.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/chats/labels"), label::create::handle)
            .doc("Creates a label", "")
            .scope(write)
            .body::<label::create::CreateLabelRequest>()
            .responds::<label::LabelResponse>(200, "The label.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NAME_TAKEN, TOO_LARGE]),
        put(
            workspace_path!("/chats/labels/{label}"),
            label::update::handle,
        )
        .doc("Updates a label", "")
        .scope(write)
        .body::<label::update::UpdateLabelRequest>()
        .optional()
        .responds::<label::LabelResponse>(200, "The label as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_LABEL, NAME_TAKEN, TOO_LARGE]),
        delete(
            workspace_path!("/chats/labels/{label}"),
            label::delete::handle,
        )
        .doc("Deletes a label", "")
        .scope(write)
        .responds_empty(204, "It is gone, off every chat.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_LABEL]),
        post(
            workspace_path!("/chats/{conversation}/labels"),
            label::attach::handle,
        )
        .doc("Puts labels on a chat", "")
        .body::<label::attach::AttachLabelsRequest>()
        .example(r#"{"labels":["urgent"]}"#)
        .responds::<chat::ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such chat or label."),
            TOO_LARGE,
        ]),
        delete(
            workspace_path!("/chats/{conversation}/labels/{label}"),
            label::detach::handle,
        )
        .doc("Takes a label off a chat", "")
        .responds_empty(204, "It is off.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            (404, "No such chat, or the chat does not bear it."),
        ]),
        get(
            workspace_path!("/chats/filters"),
            saved_filter::list::handle,
        )
        .doc("Lists the caller's saved filters", "")
        .responds_page::<saved_filter::list::Filters>("A page of filters.")
        .errors::<ErrorResponse>(&[BAD_QUERY]),
        post(
            workspace_path!("/chats/filters"),
            saved_filter::create::handle,
        )
        .doc("Saves a filter", "")
        .body::<saved_filter::create::CreateFilterRequest>()
        .responds::<saved_filter::FilterResponse>(200, "The filter.")
        .errors::<ErrorResponse>(&[BAD_BODY, NAME_TAKEN, TOO_LARGE]),
        get(
            workspace_path!("/chats/filters/{filter}"),
            saved_filter::get::handle,
        )
        .doc("Gets a saved filter", "")
        .responds::<saved_filter::FilterResponse>(200, "The filter.")
        .errors::<ErrorResponse>(&[NO_FILTER]),
        put(
            workspace_path!("/chats/filters/{filter}"),
            saved_filter::update::handle,
        )
        .doc("Updates a saved filter", "")
        .body::<saved_filter::update::UpdateFilterRequest>()
        .optional()
        .responds::<saved_filter::FilterResponse>(200, "The filter as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_FILTER, NAME_TAKEN, TOO_LARGE]),
        delete(
            workspace_path!("/chats/filters/{filter}"),
            saved_filter::delete::handle,
        )
        .doc("Deletes a saved filter", "")
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse>(&[NO_FILTER]),
    ]
}
