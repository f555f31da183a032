//! Webhooks and messages over carriers: what failed, what waits, and what a rule has sent. A delivery is shown with its
//! request and its answer, and is sent again under its id.

mod delivery_row;
mod replay;
mod show;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use parlor_engine::{delivery, event_rule};
use parlor_kit::{AppState, QueryParams, ids};
use parlor_model::error::EntityKind;
use parlor_model::event_rule::EventRuleKey;
use parlor_model::id::IdOrNumber;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use self::delivery_row::{DeliveryRow, RuleRow};
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

/// Rows of a list.
const MAX_ROWS: i64 = 100;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/deliveries/{id}", get(show::handle))
        .route("/console/deliveries/{id}/replay", post(replay::one))
        .route("/console/deliveries/rules/{id}/replay", post(replay::since))
        .route(
            "/console/deliveries/rules/{id}/resume",
            post(replay::resume),
        )
}

#[derive(Template)]
#[template(path = "page/deliveries/deliveries.html")]
struct DeliveriesPage {
    shell: Shell,
    /// `failed`, `waiting` or the number of a rule.
    view: String,
    rows: Vec<DeliveryRow>,
    rules: Vec<RuleRow>,
    /// Whether there may be more rows than are shown.
    is_cut: bool,
    may_change: bool,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let engine = &app.engine;
    let rule = query.get("rule").filter(|text| !text.is_empty());
    let view = query.get("view").unwrap_or("failed");
    let (view, rows) = match (rule, view) {
        (Some(rule), _) => {
            let key = parse_rule(rule)?;
            let (found, _) = delivery::page(engine, &visit.ctx, key, MAX_ROWS, 0).await?;
            let rows = found.iter().map(DeliveryRow::from_delivery).collect();
            (rule.to_owned(), rows)
        }
        (None, "waiting") => {
            let found = delivery::list_waiting(engine, &visit.ctx, MAX_ROWS).await?;
            let rows = found.iter().map(DeliveryRow::from_queued).collect();
            ("waiting".to_owned(), rows)
        }
        (None, _) => {
            let found = delivery::list_unsent(engine, &visit.ctx, MAX_ROWS).await?;
            let rows: Vec<_> = found.iter().map(DeliveryRow::from_queued).collect();
            ("failed".to_owned(), rows)
        }
    };
    let page = DeliveriesPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        view,
        is_cut: rows.len() as i64 == MAX_ROWS,
        rows,
        rules: list_rules(&app, &visit.ctx).await?,
        may_change: visit.ctx.allows(Scope::write(Resource::Webhooks)),
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Returns the rules that send webhooks; none to a visitor who may not read rules.
async fn list_rules(app: &AppState, ctx: &Ctx) -> Result<Vec<RuleRow>> {
    if !ctx.allows(Scope::read(Resource::Automations)) {
        return Ok(Vec::new());
    }
    let (rules, _) = event_rule::page(&app.engine, ctx, MAX_ROWS, 0).await?;
    Ok(rules.iter().filter_map(RuleRow::new).collect())
}

/// Parses the number or id of a rule.
///
/// # Errors
/// `NotFound` for another text.
fn parse_rule(text: &str) -> Result<EventRuleKey> {
    parse_either(text, EntityKind::EventRule)
}

fn parse_either<K>(text: &str, kind: EntityKind) -> Result<IdOrNumber<K>> {
    match (ids::parse_uuid(text), ids::parse_number(text)) {
        (Some(id), _) => Ok(IdOrNumber::Id(id)),
        (None, Some(number)) => Ok(IdOrNumber::Number(number)),
        (None, None) => Err(Error::not_found(kind)),
    }
}
