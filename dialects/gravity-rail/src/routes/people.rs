//! Members and agents.

use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, PAGE, PAGE_SIZE, w};
use crate::error::ErrorBody;
use crate::{agent, member};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/members"), member::list::handle)
            .doc("Lists members", "")
            .scope(Scope::read(Resource::Members))
            .query("page", PAGE, "From 1; 1 by default.")
            .query("pageSize", PAGE_SIZE, "1 to 100; 20 by default.")
            .ok::<member::list::Members>(200, "A page of members.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        get(w!("/members/{member}"), member::get::handle)
            .doc("Gets a member", "")
            .ok::<member::MemberResponse>(200, "The member.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such member.")]),
        put(w!("/members/{member}"), member::update::handle)
            .doc("Updates a member", "")
            .scope(Scope::write(Resource::Members))
            .body::<member::update::UpdateMemberRequest>()
            .optional()
            .ok::<member::MemberResponse>(200, "The member as it is now.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, (404, "No such member.")]),
        get(w!("/agents"), agent::list::handle)
            .doc("Lists agents", "")
            .scope(Scope::read(Resource::Agents))
            .query(
                "isArchived",
                Boolean,
                "Archived agents instead of the others.",
            )
            .query("page", PAGE, "From 1; 1 by default.")
            .query("pageSize", PAGE_SIZE, "1 to 100; 20 by default.")
            .ok::<agent::list::Agents>(200, "A page of agents.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/agents"), agent::create::handle)
            .doc("Creates an agent", "")
            .scope(Scope::write(Resource::Agents))
            .body::<agent::create::CreateAgentRequest>()
            .ok::<agent::AgentResponse>(200, "The agent.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE]),
        post(w!("/agents/{agent}/archive"), agent::archive::handle)
            .doc("Archives an agent", "")
            .scope(Scope::write(Resource::Agents))
            .ok::<agent::AgentResponse>(200, "The agent as it is now.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such agent.")]),
    ]
}
