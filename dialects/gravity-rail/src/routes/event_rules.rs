//! Event rules.

use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_BODY, BAD_QUERY, DocumentedError, NO_SCOPE, PagedRoute, TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::event_rule;

/// The vendor's page.
const WEBHOOKS: &str = "developer/webhooks";
const NO_RULE: DocumentedError = (404, "No such event rule.");
const POSTS: &str = "the rule posts to an address outside";

pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (
        Scope::read(Resource::Automations),
        Scope::write(Resource::Automations),
    );
    let hooks = Scope::write(Resource::Webhooks);
    vec![
        get(workspace_path!("/event-rules"), event_rule::list::handle)
            .doc("Lists event rules", WEBHOOKS)
            .scope(read)
            .responds_page::<event_rule::list::EventRules>("A page of event rules.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/event-rules"), event_rule::create::handle)
            .doc("Keeps an event rule, which this server does not follow yet", WEBHOOKS)
            .scope(write)
            .conditional_scope(hooks, POSTS)
            .body::<event_rule::create::CreateEventRuleRequest>()
            .example(
                r#"{"objectType":"chat","eventType":"chat:created","actionType":"member:label","actionParams":{"label":"new"}}"#,
            )
            .responds::<event_rule::EventRuleResponse>(200, "The rule.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        get(workspace_path!("/event-rules/{event_rule}"), event_rule::get::handle)
            .doc("Gets an event rule", WEBHOOKS)
            .scope(read)
            .responds::<event_rule::EventRuleResponse>(200, "The rule.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_RULE]),
        put(workspace_path!("/event-rules/{event_rule}"), event_rule::update::handle)
            .doc("Updates an event rule", WEBHOOKS)
            .scope(write)
            .conditional_scope(hooks, POSTS)
            .body::<event_rule::update::UpdateEventRuleRequest>()
            .optional()
            .responds::<event_rule::EventRuleResponse>(200, "The rule as it is now.")
            .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_RULE, TOO_LARGE]),
        delete(workspace_path!("/event-rules/{event_rule}"), event_rule::delete::handle)
            .doc("Deletes an event rule", WEBHOOKS)
            .scope(write)
            .conditional_scope(hooks, POSTS)
            .responds_empty(204, "It is gone.")
            .errors::<ErrorResponse>(&[NO_SCOPE, NO_RULE]),
    ]
}
