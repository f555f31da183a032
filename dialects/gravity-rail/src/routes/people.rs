//! Members and agents.

use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, START, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{agent, member};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/members"), member::list::handle)
            .doc("Lists members", "")
            .scope(Scope::read(Resource::Members))
            .paged()
            .ok::<member::list::Members>(200, "A page of members.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
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
            .paged()
            .ok::<agent::list::Agents>(200, "A page of agents.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/agents"), agent::create::handle)
            .doc("Creates an agent", "")
            .scope(Scope::write(Resource::Agents))
            .body::<agent::create::CreateAgentRequest>()
            .ok::<agent::AgentResponse>(200, "The agent.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        post(w!("/agents/{agent}/archive"), agent::archive::handle)
            .doc("Archives an agent", "")
            .scope(Scope::write(Resource::Agents))
            .ok::<agent::AgentResponse>(200, "The agent as it is now.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such agent.")]),
    ]
}
