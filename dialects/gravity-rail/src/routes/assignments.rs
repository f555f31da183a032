//! Assignments and their tasks.

use parlor_kit::route::ParameterKind::{Matching, OneOf};
use parlor_kit::route::{Route, get, post, put};

use super::messages::with_message_window;
use super::{
    ASSIGNMENTS, BAD_BODY, BAD_QUERY, DocumentedError, NO_SCOPE, PagedRoute, TOO_LARGE,
    workspace_path,
};
use crate::error::ErrorResponse;
use crate::{assignment, ids, message};

const NO_ASSIGNMENT: DocumentedError = (404, "No such assignment.");
const NO_TASK: DocumentedError = (404, "No such assignment or task.");

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(workspace_path!("/assignments"), assignment::list::handle)
            .doc("Lists assignments", ASSIGNMENTS)
            .query(
                "memberId",
                Matching(ids::ENTITY_REF_PATTERN),
                "Only those for this member.",
            )
            .query(
                "workflowId",
                Matching(ids::ENTITY_REF_PATTERN),
                "Only those of this workflow.",
            )
            .query(
                "status",
                OneOf(&["active", "completed", "cancelled"]),
                "Only those that are there.",
            )
            .query("sortBy", OneOf(&["createdAt"]), "`createdAt`.")
            .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
            .responds_page::<assignment::list::Assignments>("A page of assignments.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/assignments"), assignment::create::handle)
            .doc("Creates an assignment without a chat", ASSIGNMENTS)
            .body::<assignment::create::CreateAssignmentRequest>()
            .responds::<assignment::AssignmentResponse>(200, "The assignment.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
                TOO_LARGE,
            ]),
        get(
            workspace_path!("/assignments/{assignment}"),
            assignment::get::handle,
        )
        .doc("Gets an assignment", ASSIGNMENTS)
        .responds::<assignment::AssignmentResponse>(200, "The assignment.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_ASSIGNMENT]),
        put(
            workspace_path!("/assignments/{assignment}"),
            assignment::update::handle,
        )
        .doc("Updates an assignment", ASSIGNMENTS)
        .body::<assignment::update::UpdateAssignmentRequest>()
        .optional()
        .responds::<assignment::AssignmentResponse>(200, "The assignment as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_TASK, TOO_LARGE]),
        post(
            workspace_path!("/assignments/{assignment}/cancel"),
            assignment::cancel::handle,
        )
        .doc("Cancels an assignment", ASSIGNMENTS)
        .responds::<assignment::AssignmentResponse>(200, "The assignment as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_ASSIGNMENT]),
        get(
            workspace_path!("/assignments/{assignment}/cel-context"),
            assignment::cel_context::handle,
        )
        .doc(
            "Gets what expressions of the workflow may name",
            ASSIGNMENTS,
        )
        .responds::<assignment::cel_context::CelContext>(200, "The context.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_ASSIGNMENT]),
        get(
            workspace_path!("/assignments/{assignment}/current-task-detail"),
            assignment::task::current,
        )
        .doc("Gets the present step", ASSIGNMENTS)
        .responds::<assignment::task::TaskResponse>(200, "The step.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_TASK]),
        with_message_window(get(
            workspace_path!("/assignments/{assignment}/messages"),
            assignment::messages::handle,
        ))
        .doc("Lists the messages of an assignment's chat", ASSIGNMENTS)
        .responds::<message::list::ListMessagesResponse>(200, "The messages, newest first.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, NO_ASSIGNMENT]),
        get(
            workspace_path!("/assignments/{assignment}/tasks/{task}"),
            assignment::task::get,
        )
        .doc("Gets a step", ASSIGNMENTS)
        .responds::<assignment::task::TaskResponse>(200, "The step.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_TASK]),
        put(
            workspace_path!("/assignments/{assignment}/tasks/{task}/select"),
            assignment::task::select,
        )
        .doc("Makes a step the present one", ASSIGNMENTS)
        .responds::<assignment::AssignmentResponse>(200, "The assignment as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_TASK]),
    ]
}
