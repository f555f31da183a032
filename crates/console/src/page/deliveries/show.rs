//! A delivery with its request and the receiver's answer.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::delivery;
use parlor_kit::{AppState, PathParams, ids};
use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{DeliveryKey, QueueKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};

use super::delivery_row::DeliveryRow;
use super::{PAGE, list_endpoints};
use crate::error_page::PageError;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

/// Bytes of a request that are shown.
const SHOWN_BYTES: usize = 16 * 1024;

#[derive(Template)]
#[template(path = "page/deliveries/delivery.html")]
struct DeliveryPage {
    shell: Shell,
    delivery: DeliveryRow,
    /// Beginning of the request's body. That of a message is not shown: its text is in its conversation.
    request: Option<String>,
    /// HTTP status and beginning of the last answer.
    status: Option<i64>,
    answer: Option<String>,
    may_read: bool,
    may_replay: bool,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let key = parse_key(params.get("id"))?;
    let found = delivery::find(&app.engine, &visit.ctx, None, key).await?;
    let is_webhook = found.queue.kind == QueueKind::Webhook;
    let rule = found.queue.target;
    let endpoints = list_endpoints(&app, &visit).await?;
    let endpoint = endpoints.iter().find(|endpoint| endpoint.rule == rule);
    let host = endpoint.map(|endpoint| endpoint.host.clone());
    let shown = found.delivery;
    let page = DeliveryPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        delivery: DeliveryRow::new(&shown, found.queue.kind, rule, host),
        request: shown.payload.filter(|_| is_webhook).map(|payload| {
            let beginning = payload.get(..SHOWN_BYTES).unwrap_or(&payload);
            String::from_utf8_lossy(beginning).into_owned()
        }),
        status: shown.status,
        answer: shown
            .response
            .filter(|_| is_webhook)
            .map(|text| text.as_str().to_owned()),
        may_read: visit.ctx.allows(Scope::read(Resource::Conversations)),
        may_replay: visit.ctx.allows(Scope::write(Resource::Webhooks))
            && (is_webhook || visit.ctx.allows(Scope::write(Resource::Conversations))),
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Parses the id or number of a delivery in a path.
///
/// # Errors
/// `NotFound` for another text.
pub(super) fn parse_key(text: &str) -> Result<DeliveryKey> {
    let id = ids::parse_uuid(text).map(IdOrNumber::Id);
    let key = id.or_else(|| ids::parse_number(text).map(IdOrNumber::Number));
    key.ok_or_else(|| Error::not_found(EntityKind::Delivery))
}
