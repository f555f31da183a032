//! Workflows and their versions.

use parlor_kit::route::ParameterKind::{AtLeast, Boolean};
use parlor_kit::route::{Route, get, patch, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, TOO_LARGE, VERSIONS, w};
use crate::error::ErrorBody;
use crate::{version, workflow};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/workflows"), workflow::list::handle)
            .doc("Lists workflows", "")
            .scope(Scope::read(Resource::Workflows))
            .query(
                "isArchived",
                Boolean,
                "Archived workflows instead of the others.",
            )
            .page_of::<workflow::list::Workflows>("A page of workflows.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/workflows"), workflow::create::handle)
            .doc("Creates a workflow", "")
            .scope(Scope::write(Resource::Workflows))
            .body::<workflow::create::CreateWorkflowRequest>()
            .ok::<workflow::WorkflowResponse>(200, "The workflow.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
        get(w!("/workflows/{workflow}"), workflow::get::handle)
            .doc("Gets a workflow", "")
            .scope(Scope::read(Resource::Workflows))
            .ok::<workflow::WorkflowResponse>(200, "The workflow.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such workflow.")]),
        put(w!("/workflows/{workflow}"), workflow::update::handle)
            .doc("Updates a workflow's draft", "")
            .scope(Scope::write(Resource::Workflows))
            .body::<workflow::update::UpdateWorkflowRequest>()
            .optional()
            .ok::<workflow::WorkflowResponse>(200, "The workflow as it is now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (
                    404,
                    "No such workflow, or something the body refers to is not there.",
                ),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
        get(w!("/workflows/{workflow}/versions"), version::list::handle)
            .doc("Lists the published versions", VERSIONS)
            .scope(Scope::read(Resource::Workflows))
            .page_of::<version::list::Versions>("A page of versions.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE, (404, "No such workflow.")]),
        post(
            w!("/workflows/{workflow}/versions"),
            version::publish::handle,
        )
        .doc("Publishes the draft as a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .body::<version::publish::NoteRequest>()
        .optional()
        .ok::<version::VersionResponse>(200, "The version.")
        .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, (404, "No such workflow."), TOO_LARGE]),
        get(
            w!("/workflows/{workflow}/versions/active"),
            version::active::handle,
        )
        .doc("Gets the active version", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .ok::<version::VersionResponse>(200, "The version.")
        .errors::<ErrorBody>(&[
            NO_SCOPE,
            (404, "No such workflow, or none of its versions is active."),
        ]),
        get(
            w!("/workflows/{workflow}/versions/diff"),
            version::diff::handle,
        )
        .doc("Compares two versions", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .query("from_version", AtLeast(0), "A version, or 0 for the draft.")
        .required()
        .query("to_version", AtLeast(0), "A version, or 0 for the draft.")
        .required()
        .ok::<version::diff::DiffResponse>(200, "What differs.")
        .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE, (404, "No such workflow or version.")]),
        get(
            w!("/workflows/{workflow}/versions/{version}"),
            version::get::handle,
        )
        .doc("Gets a version", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .ok::<version::VersionResponse>(200, "The version.")
        .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such workflow or version.")]),
        patch(
            w!("/workflows/{workflow}/versions/{version}"),
            version::note::handle,
        )
        .doc("Updates what is said about a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .body::<version::publish::NoteRequest>()
        .optional()
        .ok::<version::VersionResponse>(200, "The version as it is now.")
        .errors::<ErrorBody>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow or version."),
            TOO_LARGE,
        ]),
        post(
            w!("/workflows/{workflow}/versions/{version}/activate"),
            version::activate::handle,
        )
        .doc("Activates a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .ok::<version::VersionResponse>(200, "The version as it is now.")
        .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such workflow or version.")]),
        post(
            w!("/workflows/{workflow}/versions/{version}/deactivate"),
            version::activate::handle_deactivate,
        )
        .doc("Deactivates a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .ok::<version::VersionResponse>(200, "The version as it is now.")
        .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such workflow or version.")]),
    ]
}
