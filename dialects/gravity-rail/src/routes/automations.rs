//! Event rules.

use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, NO_SCOPE, Paged, Refusal, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::event_rule;

/// The vendor's page.
const WEBHOOKS: &str = "developer/webhooks";
const NO_RULE: Refusal = (404, "No such event rule.");
const POSTS: &str = "the rule posts to an address outside";

pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (
        Scope::read(Resource::Automations),
        Scope::write(Resource::Automations),
    );
    let hooks = Scope::write(Resource::Webhooks);
    vec![
        get(w!("/event-rules"), event_rule::list::handle)
            .doc("Lists event rules", WEBHOOKS)
            .scope(read)
            .page_of::<event_rule::list::EventRules>("A page of event rules.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/event-rules"), event_rule::create::handle)
            .doc("Keeps an event rule, which this server does not follow yet", WEBHOOKS)
            .scope(write)
            .also(hooks, POSTS)
            .body::<event_rule::create::CreateEventRuleRequest>()
            .example(
                r#"{"objectType":"chat","eventType":"chat:created","actionType":"member:label","actionParams":{"label":"new"}}"#,
            )
            .ok::<event_rule::EventRuleResponse>(200, "The rule.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, TOO_LARGE]),
        get(w!("/event-rules/{event_rule}"), event_rule::get::handle)
            .doc("Gets an event rule", WEBHOOKS)
            .scope(read)
            .ok::<event_rule::EventRuleResponse>(200, "The rule.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_RULE]),
        put(w!("/event-rules/{event_rule}"), event_rule::update::handle)
            .doc("Updates an event rule", WEBHOOKS)
            .scope(write)
            .also(hooks, POSTS)
            .body::<event_rule::update::UpdateEventRuleRequest>()
            .optional()
            .ok::<event_rule::EventRuleResponse>(200, "The rule as it is now.")
            .errors::<ErrorBody>(&[BAD_BODY, NO_SCOPE, NO_RULE, TOO_LARGE]),
        delete(w!("/event-rules/{event_rule}"), event_rule::delete::handle)
            .doc("Deletes an event rule", WEBHOOKS)
            .scope(write)
            .also(hooks, POSTS)
            .empty(204, "It is gone.")
            .errors::<ErrorBody>(&[NO_SCOPE, NO_RULE]),
    ]
}
