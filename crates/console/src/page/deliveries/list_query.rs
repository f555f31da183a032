//! Which deliveries the list shows: those of a tab, or those of one endpoint.

use parlor_engine::{Engine, delivery};
use parlor_kit::{QueryParams, ids};
use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{DeliveryCursor, DeliveryListFilter, QueueKind};
use parlor_model::{Ctx, Error, Result};

use super::delivery_row::DeliveryRow;
use super::endpoint_row::EndpointRow;

/// Deliveries of a page.
const PAGE_ROWS: usize = 50;

/// A tab of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListTab {
    /// Value in the query.
    pub(super) name: &'static str,
    /// What the tab is called.
    pub(super) title: &'static str,
    /// What the page says if it has no deliveries.
    pub(super) nothing: &'static str,
    filter: DeliveryListFilter,
}

impl ListTab {
    pub(super) const ALL: [Self; 3] = [
        Self {
            name: "failing",
            title: "Failing",
            nothing: "Nothing has failed.",
            filter: DeliveryListFilter::Unsent,
        },
        Self {
            name: "waiting",
            title: "Waiting",
            nothing: "Nothing waits.",
            filter: DeliveryListFilter::Waiting,
        },
        Self {
            name: "all",
            title: "All",
            nothing: "Nothing was sent yet. An event rule sends webhooks, a chat over text messages or mail sends messages.",
            filter: DeliveryListFilter::All,
        },
    ];
}

/// A page of the list.
pub(super) struct DeliveryList {
    pub(super) tab: Option<ListTab>,
    pub(super) rule: Option<i64>,
    pub(super) deliveries: Vec<DeliveryRow>,
    /// Query of the next page.
    pub(super) next: Option<String>,
}

/// Reads the page that a query names.
///
/// # Errors
/// `Invalid` for a query that names none; those of the engine.
pub(super) async fn list(
    engine: &Engine,
    ctx: &Ctx,
    query: &QueryParams,
    endpoints: &[EndpointRow],
) -> Result<DeliveryList> {
    let host = |rule: i64| {
        let endpoint = endpoints.iter().find(|endpoint| endpoint.rule == rule);
        endpoint.map(|endpoint| endpoint.host.clone())
    };
    // One more than are shown tells whether there is another page.
    let limit = PAGE_ROWS as i64 + 1;
    if query.get("rule").is_some() {
        let rule = query.get_int("rule", 0, 1, i64::MAX)?;
        let offset = query.get_int("offset", 0, 0, i64::MAX / 2)?;
        let key = IdOrNumber::Number(rule);
        let (found, _) = delivery::page(engine, ctx, key, limit, offset).await?;
        let has_more = found.len() > PAGE_ROWS;
        return Ok(DeliveryList {
            tab: None,
            rule: Some(rule),
            deliveries: found
                .iter()
                .take(PAGE_ROWS)
                .map(|found| DeliveryRow::new(found, QueueKind::Webhook, rule, host(rule)))
                .collect(),
            next: has_more.then(|| format!("rule={rule}&offset={}", offset + PAGE_ROWS as i64)),
        });
    }
    let name = query.get("show").unwrap_or(ListTab::ALL[0].name);
    let tab = ListTab::ALL.into_iter().find(|tab| tab.name == name);
    let tab = tab.ok_or_else(|| Error::invalid("show", "must be failing, waiting or all"))?;
    let after = query
        .get("after")
        .map_or(Ok(DeliveryCursor::START), parse_cursor)?;
    let mut found = delivery::list(engine, ctx, tab.filter, after, limit).await?;
    let has_more = found.len() > PAGE_ROWS;
    found.truncate(PAGE_ROWS);
    let last = found.last().filter(|_| has_more).map(|last| &last.delivery);
    Ok(DeliveryList {
        tab: Some(tab),
        rule: None,
        next: last.map(|last| {
            let id = ids::format_uuid(last.id);
            format!("show={}&after={}_{id}", tab.name, last.number)
        }),
        deliveries: found
            .iter()
            .map(|found| {
                let target = found.queue.target;
                DeliveryRow::new(&found.delivery, found.queue.kind, target, host(target))
            })
            .collect(),
    })
}

/// Parses the position of a page: number and id of the delivery before it.
fn parse_cursor(text: &str) -> Result<DeliveryCursor> {
    let parsed = text.split_once('_').and_then(|(number, id)| {
        Some(DeliveryCursor {
            number: ids::parse_number(number)?,
            id: ids::parse_uuid(id)?,
        })
    });
    parsed.ok_or_else(|| Error::invalid("after", "must be a position that a page has named"))
}
