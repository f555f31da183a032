//! `GET /contact/{contact}/fetch`, after the vendor's manual on contacts.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::Resource;

use super::instance::{ContactInstance, ContactRow};
use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::encode::{ListRow, RecordWriter};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    reads::<ContactInstance>(
        get(prefix, "/api/v1/contact/{contact}/fetch", handle),
        Resource::Members,
    )
    .doc("A contact", super::MANUAL)
}

async fn handle(State(app): State<AppState>, caller: Caller, params: PathParams) -> HandlerResult {
    let id = ids::parse_contact_id(params.get("contact"))?;
    let found = member::find_contact(&app.engine, &caller.ctx, id).await?;
    let mut writer = RecordWriter::new(app.dialect_settings());
    let mut object = writer.begin_object(ids::CONTACT_PREFIX, id);
    ContactRow(&found).write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        writer.out,
    ))
}
