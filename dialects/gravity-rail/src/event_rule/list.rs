//! `GET /event-rules`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{EventRuleResponse, VENDOR_PAGE};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};

page! {
    /// A page of event rules.
    EventRulesPage of EventRuleResponse as EventRules
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/event-rules"), handle)
        .doc("Lists event rules", VENDOR_PAGE)
        .scope(Scope::read(Resource::Automations))
        .responds_page::<EventRules>("A page of event rules.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let (rows, total) = event_rule::page(&app.engine, &ctx, page.size, page.offset()).await?;
    let rules = rows
        .into_iter()
        .map(EventRuleResponse::from_details)
        .collect();
    Ok(EventRulesPage::new(page, rules, total)
        .into_response(&app, &ctx)
        .await?)
}
