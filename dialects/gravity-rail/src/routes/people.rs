//! Members and agents.

use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, Refusal, START, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{agent, member};

const NO_MEMBER: Refusal = (404, "No such member.");
const RUNS: &str = "the member runs the workspace, or has scopes of its own";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/members"), member::list::handle)
            .doc("Lists members", "")
            .scope(Scope::read(Resource::Members))
            .page_of::<member::list::Members>("A page of members.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/members"), member::create::handle)
            .doc("Creates a member", "")
            .scope(Scope::write(Resource::Members))
            .also(
                Scope::write(Resource::Admin),
                "it gets a role that runs the workspace",
            )
            .body::<member::create::CreateMemberRequest>()
            .example(r#"{"name":"Ada","email":"ada@example.org"}"#)
            .ok::<member::MemberResponse>(200, "The member.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (409, "Another member has that address or external id."),
                TOO_LARGE,
            ]),
        get(w!("/members/me"), member::me::handle)
            .doc("Gets the member that the caller is", "")
            .ok::<member::MemberResponse>(200, "The member."),
        get(w!("/members/{member}"), member::get::handle)
            .doc("Gets a member", "")
            .ok::<member::MemberResponse>(200, "The member.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such member.")]),
        put(w!("/members/{member}"), member::update::handle)
            .doc("Updates a member", "")
            .scope(Scope::write(Resource::Members))
            .also(
                Scope::write(Resource::Admin),
                "scopes or a role that runs the workspace are given, or the member has them",
            )
            .body::<member::update::UpdateMemberRequest>()
            .optional()
            .ok::<member::MemberResponse>(200, "The member as it is now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such member."),
                (409, "Another member has that external id."),
                TOO_LARGE,
            ]),
        post(w!("/members/{member}/archive"), member::archive::archive)
            .doc("Archives a member", "")
            .scope(Scope::write(Resource::Members))
            .also(Scope::write(Resource::Admin), RUNS)
            .ok::<member::MemberResponse>(200, "The member as it is now.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_MEMBER]),
        post(
            w!("/members/{member}/unarchive"),
            member::archive::unarchive,
        )
        .doc("Brings an archived member back", "")
        .scope(Scope::write(Resource::Members))
        .also(Scope::write(Resource::Admin), RUNS)
        .ok::<member::MemberResponse>(200, "The member as it is now.")
        .errors::<ErrorBody>(&[NO_SCOPE, NO_MEMBER]),
        delete(w!("/members/{member}"), member::delete::handle)
            .doc("Deletes a member", "")
            .scope(Scope::write(Resource::Members))
            .also(Scope::write(Resource::Admin), RUNS)
            .empty(204, "It is gone; what it said stays.")
            .errors::<ErrorBody>(&[
                NO_SCOPE,
                NO_MEMBER,
                (
                    409,
                    "The member has a role in the workspace, or a live connection.",
                ),
            ]),
        post(w!("/create-signup"), member::sign_up::handle)
            .doc("Signs a member up and gives it a session", START)
            .scope(Scope::write(Resource::Members))
            .body::<member::sign_up::SignUpRequest>()
            .example(r#"{"member":{"email":"ada@example.org","name":"Ada"}}"#)
            .ok::<member::sign_up::SignUpResponse>(200, "The member and its session.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        get(w!("/agents"), agent::list::handle)
            .doc("Lists agents", "")
            .scope(Scope::read(Resource::Agents))
            .query(
                "isArchived",
                Boolean,
                "Archived agents instead of the others.",
            )
            .page_of::<agent::list::Agents>("A page of agents.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/agents"), agent::create::handle)
            .doc("Creates an agent", "")
            .scope(Scope::write(Resource::Agents))
            .body::<agent::create::CreateAgentRequest>()
            .ok::<agent::AgentResponse>(200, "The agent.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        get(w!("/agents/{agent}"), agent::get::handle)
            .doc("Gets an agent", "")
            .scope(Scope::read(Resource::Agents))
            .ok::<agent::AgentResponse>(200, "The agent.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such agent.")]),
        post(w!("/agents/{agent}/archive"), agent::archive::handle)
            .doc("Archives an agent", "")
            .scope(Scope::write(Resource::Agents))
            .ok::<agent::AgentResponse>(200, "The agent as it is now.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such agent.")]),
    ]
}
