//! One delivery: its attempts, its request and the receiver's answer.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::delivery;
use parlor_kit::{AppState, PathParams};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};

use super::delivery_row::DeliveryRow;
use super::{PAGE, parse_either};
use crate::error_page::PageError;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

/// Bytes of a request that are shown.
const SHOWN_BYTES: usize = 16 * 1024;

#[derive(Template)]
#[template(path = "page/deliveries/show.html")]
struct DeliveryPage {
    shell: Shell,
    row: DeliveryRow,
    /// Body of the request, if it was written and the visitor may read it.
    request: Option<String>,
    answer: Option<String>,
    may_change: bool,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let key = parse_either(params.get("id"), EntityKind::Delivery)?;
    let found = delivery::find(&app.engine, &visit.ctx, None, key).await?;
    let row = DeliveryRow::from_queued(&found);
    let request = found.delivery.payload.as_ref().map(|payload| {
        let beginning = payload.get(..SHOWN_BYTES).unwrap_or(payload);
        String::from_utf8_lossy(beginning).into_owned()
    });
    let answer = found.delivery.response.as_ref();
    let page = DeliveryPage {
        shell: Shell::within(&app, &visit, &PAGE, format!("Delivery {}", row.number)).await?,
        row,
        request,
        answer: answer.map(|text| text.as_str().to_owned()),
        may_change: visit.ctx.allows(Scope::write(Resource::Webhooks)),
    };
    Ok(html(StatusCode::OK, &page)?)
}
