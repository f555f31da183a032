//! Assignments and their tasks.

use parlor_kit::route::ParameterKind::{Matching, OneOf};
use parlor_kit::route::{Route, get, post, put};

use super::talk::stretch;
use super::{ASSIGNMENTS, BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, Refusal, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{assignment, ids, message};

const NO_ASSIGNMENT: Refusal = (404, "No such assignment.");
const NO_TASK: Refusal = (404, "No such assignment or task.");

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/assignments"), assignment::list::handle)
            .doc("Lists assignments", ASSIGNMENTS)
            .query(
                "memberId",
                Matching(ids::PATTERN),
                "Only those for this member.",
            )
            .query(
                "workflowId",
                Matching(ids::PATTERN),
                "Only those of this workflow.",
            )
            .query(
                "status",
                OneOf(&["active", "completed", "cancelled"]),
                "Only those that are there.",
            )
            .query("sortBy", OneOf(&["createdAt"]), "`createdAt`.")
            .query("sortOrder", OneOf(&["desc", "asc"]), "`desc` by default.")
            .page_of::<assignment::list::Assignments>("A page of assignments.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/assignments"), assignment::create::handle)
            .doc("Creates an assignment without a chat", ASSIGNMENTS)
            .body::<assignment::create::CreateAssignmentRequest>()
            .ok::<assignment::AssignmentResponse>(200, "The assignment.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
                TOO_LARGE,
            ]),
        get(w!("/assignments/{assignment}"), assignment::get::handle)
            .doc("Gets an assignment", ASSIGNMENTS)
            .ok::<assignment::AssignmentResponse>(200, "The assignment.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_ASSIGNMENT]),
        put(w!("/assignments/{assignment}"), assignment::update::handle)
            .doc("Updates an assignment", ASSIGNMENTS)
            .body::<assignment::update::UpdateAssignmentRequest>()
            .optional()
            .ok::<assignment::AssignmentResponse>(200, "The assignment as it is now.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, NO_TASK, TOO_LARGE]),
        post(
            w!("/assignments/{assignment}/cancel"),
            assignment::cancel::handle,
        )
        .doc("Cancels an assignment", ASSIGNMENTS)
        .ok::<assignment::AssignmentResponse>(200, "The assignment as it is now.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_ASSIGNMENT]),
        get(
            w!("/assignments/{assignment}/cel-context"),
            assignment::context::handle,
        )
        .doc(
            "Gets what expressions of the workflow may name",
            ASSIGNMENTS,
        )
        .ok::<assignment::context::CelContext>(200, "The context.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_ASSIGNMENT]),
        get(
            w!("/assignments/{assignment}/current-task-detail"),
            assignment::task::current,
        )
        .doc("Gets the present step", ASSIGNMENTS)
        .ok::<assignment::task::TaskResponse>(200, "The step.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_TASK]),
        stretch(get(
            w!("/assignments/{assignment}/messages"),
            assignment::messages::handle,
        ))
        .doc("Lists the messages of an assignment's chat", ASSIGNMENTS)
        .ok::<message::list::Messages>(200, "The messages, newest first.")
        .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE, NO_ASSIGNMENT]),
        get(
            w!("/assignments/{assignment}/tasks/{task}"),
            assignment::task::get,
        )
        .doc("Gets a step", ASSIGNMENTS)
        .ok::<assignment::task::TaskResponse>(200, "The step.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_TASK]),
        put(
            w!("/assignments/{assignment}/tasks/{task}/select"),
            assignment::task::select,
        )
        .doc("Makes a step the present one", ASSIGNMENTS)
        .ok::<assignment::AssignmentResponse>(200, "The assignment as it is now.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_TASK]),
    ]
}
