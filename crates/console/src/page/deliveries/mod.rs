//! Deliveries: webhooks and messages over carriers that fail, wait or were sent, and sending them once more.

mod delivery_row;
mod endpoint_row;
mod list_query;
mod reason;
mod recover;
mod replay;
mod resume;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use parlor_engine::event_rule;
use parlor_kit::{AppState, QueryParams, time};
use parlor_model::Result;
use parlor_model::scope::{Resource, Scope};

use self::delivery_row::DeliveryRow;
use self::endpoint_row::EndpointRow;
use self::list_query::{ListTab, list};
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "deliveries",
    title: "Deliveries",
    path: "/console/deliveries",
    letter: 'd',
    scope: Some(Scope::read(Resource::Webhooks)),
    routes,
};

/// Maximum number of event rules that are searched for endpoints.
const MAX_RULES: i64 = 500;
/// How far back the form that recovers failures reaches at first.
const RECOVERED_SINCE: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/deliveries/recover", post(recover::handle))
        .route(
            "/console/deliveries/endpoint/{rule}/resume",
            post(resume::handle),
        )
        .route("/console/deliveries/{id}", get(show::handle))
        .route("/console/deliveries/{id}/replay", post(replay::handle))
}

#[derive(Template)]
#[template(path = "page/deliveries/deliveries.html")]
struct DeliveriesPage {
    shell: Shell,
    tabs: [ListTab; 3],
    /// Name of the tab whose deliveries are shown; empty if those of one endpoint are.
    current: &'static str,
    /// Number of the endpoint's event rule, if one is chosen.
    rule: Option<i64>,
    deliveries: Vec<DeliveryRow>,
    /// Query of the next page.
    next: Option<String>,
    /// What the page says if there are none.
    nothing: &'static str,
    endpoints: Vec<EndpointRow>,
    /// Number of deliveries that a form has queued just now.
    recovered: Option<i64>,
    since: String,
    may_change: bool,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let engine = &app.engine;
    let mut endpoints = list_endpoints(&app, &visit).await?;
    let list = list(engine, &visit.ctx, &query, &endpoints).await?;
    for endpoint in &mut endpoints {
        endpoint.is_chosen = list.rule == Some(endpoint.rule);
    }
    let recovered = query.get_int("recovered", -1, 0, i64::MAX)?;
    let since = time::format_iso(engine.now().saturating_sub(RECOVERED_SINCE));
    let page = DeliveriesPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        tabs: ListTab::ALL,
        current: list.tab.map_or("", |tab| tab.name),
        rule: list.rule,
        deliveries: list.deliveries,
        next: list.next,
        nothing: match list.tab {
            _ if query.get("after").or(query.get("offset")).is_some() => "There are no more.",
            Some(tab) => tab.nothing,
            None => "This endpoint has got nothing yet.",
        },
        endpoints,
        recovered: (recovered >= 0).then_some(recovered),
        // To the minute, as the browser's own control writes it.
        since: since.get(..16).unwrap_or_default().to_owned(),
        may_change: visit.ctx.allows(Scope::write(Resource::Webhooks)),
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Lists the endpoints of the workspace, if the visitor may read event rules.
async fn list_endpoints(app: &AppState, visit: &Visit) -> Result<Vec<EndpointRow>> {
    if !visit.ctx.allows(Scope::read(Resource::Automations)) {
        return Ok(Vec::new());
    }
    let (rules, _) = event_rule::page(&app.engine, &visit.ctx, MAX_RULES, 0).await?;
    Ok(rules.iter().filter_map(EndpointRow::new).collect())
}
