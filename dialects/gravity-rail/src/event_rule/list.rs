//! `GET /event-rules`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::{AppState, QueryParams};

use super::EventRuleResponse;
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of event rules.
    EventRulesPage of EventRuleResponse as EventRules
}

/// Oldest first. Asks for `automations:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let (rows, total) = event_rule::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let rules = rows
        .into_iter()
        .map(EventRuleResponse::from_event_rule)
        .collect();
    Ok(EventRulesPage::of(asked, rules, total)
        .answer(&app, &ctx)
        .await?)
}
