//! Members and agents.

use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_BODY, BAD_QUERY, DocumentedError, NO_SCOPE, PagedRoute, START, TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::{agent, member};

const NO_MEMBER: DocumentedError = (404, "No such member.");
const RUNS: &str = "the member runs the workspace, or has scopes of its own";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(workspace_path!("/members"), member::list::handle)
            .doc("Lists members", "")
            .scope(Scope::read(Resource::Members))
            .responds_page::<member::list::Members>("A page of members.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/members"), member::create::handle)
            .doc("Creates a member", "")
            .scope(Scope::write(Resource::Members))
            .conditional_scope(
                Scope::write(Resource::Admin),
                "it gets a role that runs the workspace",
            )
            .body::<member::create::CreateMemberRequest>()
            .example(r#"{"name":"Ada","email":"ada@example.org"}"#)
            .responds::<member::MemberResponse>(200, "The member.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (409, "Another member has that address or external id."),
                TOO_LARGE,
            ]),
        get(workspace_path!("/members/me"), member::me::handle)
            .doc("Gets the member that the caller is", "")
            .responds::<member::MemberResponse>(200, "The member."),
        get(workspace_path!("/members/{member}"), member::get::handle)
            .doc("Gets a member", "")
            .responds::<member::MemberResponse>(200, "The member.")
            .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such member.")]),
        put(workspace_path!("/members/{member}"), member::update::handle)
            .doc("Updates a member", "")
            .scope(Scope::write(Resource::Members))
            .conditional_scope(
                Scope::write(Resource::Admin),
                "scopes or a role that runs the workspace are given, or the member has them",
            )
            .body::<member::update::UpdateMemberRequest>()
            .optional()
            .responds::<member::MemberResponse>(200, "The member as it is now.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such member."),
                (409, "Another member has that external id."),
                TOO_LARGE,
            ]),
        post(
            workspace_path!("/members/{member}/archive"),
            member::archive::archive,
        )
        .doc("Archives a member", "")
        .scope(Scope::write(Resource::Members))
        .conditional_scope(Scope::write(Resource::Admin), RUNS)
        .responds::<member::MemberResponse>(200, "The member as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_MEMBER]),
        post(
            workspace_path!("/members/{member}/unarchive"),
            member::archive::unarchive,
        )
        .doc("Brings an archived member back", "")
        .scope(Scope::write(Resource::Members))
        .conditional_scope(Scope::write(Resource::Admin), RUNS)
        .responds::<member::MemberResponse>(200, "The member as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, NO_MEMBER]),
        delete(workspace_path!("/members/{member}"), member::delete::handle)
            .doc("Deletes a member", "")
            .scope(Scope::write(Resource::Members))
            .conditional_scope(Scope::write(Resource::Admin), RUNS)
            .responds_empty(204, "It is gone; what it said stays.")
            .errors::<ErrorResponse>(&[
                NO_SCOPE,
                NO_MEMBER,
                (
                    409,
                    "The member has a role in the workspace, or a live connection.",
                ),
            ]),
        post(workspace_path!("/create-signup"), member::sign_up::handle)
            .doc("Signs a member up and gives it a session", START)
            .scope(Scope::write(Resource::Members))
            .body::<member::sign_up::SignUpRequest>()
            .example(r#"{"member":{"email":"ada@example.org","name":"Ada"}}"#)
            .responds::<member::sign_up::SignUpResponse>(200, "The member and its session.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        get(workspace_path!("/agents"), agent::list::handle)
            .doc("Lists agents", "")
            .scope(Scope::read(Resource::Agents))
            .query(
                "isArchived",
                Boolean,
                "Archived agents instead of the others.",
            )
            .responds_page::<agent::list::Agents>("A page of agents.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/agents"), agent::create::handle)
            .doc("Creates an agent", "")
            .scope(Scope::write(Resource::Agents))
            .body::<agent::create::CreateAgentRequest>()
            .responds::<agent::AgentResponse>(200, "The agent.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        get(workspace_path!("/agents/{agent}"), agent::get::handle)
            .doc("Gets an agent", "")
            .scope(Scope::read(Resource::Agents))
            .responds::<agent::AgentResponse>(200, "The agent.")
            .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such agent.")]),
        post(
            workspace_path!("/agents/{agent}/archive"),
            agent::archive::handle,
        )
        .doc("Archives an agent", "")
        .scope(Scope::write(Resource::Agents))
        .responds::<agent::AgentResponse>(200, "The agent as it is now.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such agent.")]),
    ]
}
