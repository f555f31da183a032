//! Workflows and their versions.

use parlor_kit::route::ParameterKind::{AtLeast, Boolean};
use parlor_kit::route::{Route, get, patch, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, PagedRoute, TOO_LARGE, VERSIONS, workspace_path};
use crate::error::ErrorResponse;
use crate::{version, workflow};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(workspace_path!("/workflows"), workflow::list::handle)
            .doc("Lists workflows", "")
            .scope(Scope::read(Resource::Workflows))
            .query(
                "isArchived",
                Boolean,
                "Archived workflows instead of the others.",
            )
            .responds_page::<workflow::list::Workflows>("A page of workflows.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/workflows"), workflow::create::handle)
            .doc("Creates a workflow", "")
            .scope(Scope::write(Resource::Workflows))
            .body::<workflow::create::CreateWorkflowRequest>()
            .responds::<workflow::WorkflowResponse>(200, "The workflow.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "Something it refers to is not there."),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
        get(
            workspace_path!("/workflows/{workflow}"),
            workflow::get::handle,
        )
        .doc("Gets a workflow", "")
        .scope(Scope::read(Resource::Workflows))
        .responds::<workflow::WorkflowResponse>(200, "The workflow.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow.")]),
        put(
            workspace_path!("/workflows/{workflow}"),
            workflow::update::handle,
        )
        .doc("Updates a workflow's draft", "")
        .scope(Scope::write(Resource::Workflows))
        .body::<workflow::update::UpdateWorkflowRequest>()
        .optional()
        .responds::<workflow::WorkflowResponse>(200, "The workflow as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (
                404,
                "No such workflow, or something the body refers to is not there.",
            ),
            (409, "The slug is taken."),
            TOO_LARGE,
        ]),
        get(
            workspace_path!("/workflows/{workflow}/versions"),
            version::list::handle,
        )
        .doc("Lists the published versions", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .responds_page::<version::list::Versions>("A page of versions.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE, (404, "No such workflow.")]),
        post(
            workspace_path!("/workflows/{workflow}/versions"),
            version::publish::handle,
        )
        .doc("Publishes the draft as a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .body::<version::publish::VersionNoteRequest>()
        .optional()
        .responds::<version::VersionResponse>(200, "The version.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow."),
            TOO_LARGE,
        ]),
        get(
            workspace_path!("/workflows/{workflow}/versions/active"),
            version::get_active::handle,
        )
        .doc("Gets the active version", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .responds::<version::VersionResponse>(200, "The version.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            (404, "No such workflow, or none of its versions is active."),
        ]),
        get(
            workspace_path!("/workflows/{workflow}/versions/diff"),
            version::diff::handle,
        )
        .doc("Compares two versions", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .query("from_version", AtLeast(0), "A version, or 0 for the draft.")
        .required()
        .query("to_version", AtLeast(0), "A version, or 0 for the draft.")
        .required()
        .responds::<version::diff::DiffResponse>(200, "What differs.")
        .errors::<ErrorResponse>(&[
            BAD_QUERY,
            NO_SCOPE,
            (404, "No such workflow or version."),
        ]),
        get(
            workspace_path!("/workflows/{workflow}/versions/{version}"),
            version::get::handle,
        )
        .doc("Gets a version", VERSIONS)
        .scope(Scope::read(Resource::Workflows))
        .responds::<version::VersionResponse>(200, "The version.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow or version.")]),
        patch(
            workspace_path!("/workflows/{workflow}/versions/{version}"),
            version::update_note::handle,
        )
        .doc("Updates what is said about a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .body::<version::publish::VersionNoteRequest>()
        .optional()
        .responds::<version::VersionResponse>(200, "The version as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow or version."),
            TOO_LARGE,
        ]),
        post(
            workspace_path!("/workflows/{workflow}/versions/{version}/activate"),
            version::activate::handle,
        )
        .doc("Activates a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .responds::<version::VersionResponse>(200, "The version as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow or version.")]),
        post(
            workspace_path!("/workflows/{workflow}/versions/{version}/deactivate"),
            version::activate::handle_deactivate,
        )
        .doc("Deactivates a version", VERSIONS)
        .scope(Scope::write(Resource::Workflows))
        .responds::<version::VersionResponse>(200, "The version as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such workflow or version.")]),
    ]
}
