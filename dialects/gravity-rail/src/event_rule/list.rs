//! `GET /event-rules`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::event_rule;
use parlor_kit::{App, Query};

use super::EventRuleResponse;
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of event rules.
    EventRulesPage of EventRuleResponse as EventRules
}

/// Oldest first. Asks for `automations:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let (rows, total) = event_rule::page(&app.engine, &ctx, asked.size, asked.offset()).await?;
    let rules = rows.into_iter().map(EventRuleResponse::of).collect();
    Ok(EventRulesPage::of(asked, rules, total)
        .answer(&app, &ctx)
        .await?)
}
