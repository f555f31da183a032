//! `POST /contact/import`. An endpoint of this server's own: see [`crate::import`].

use axum::extract::State;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::Route;
use parlor_kit::{AppState, RequestBody};
use parlor_model::Result;
use parlor_model::import::ImportRecord;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::ContactOptions;
use crate::auth::Caller;
use crate::documented::{imports, post};
use crate::import::{run_import, take_record_head};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Contacts as an export gives them, in JSON.
#[derive(Deserialize, ToSchema)]
#[schema(as = ContactImport)]
#[expect(
    dead_code,
    reason = "the document's view of what is read a record at a time"
)]
struct ContactImportRequest {
    /// The contacts.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    imports::<ContactImportRequest>(
        post(prefix, "/api/v1/contact/import", handle),
        Resource::Members,
    )
    .doc("Take back exported contacts", "")
}

/// Imports contacts with their ids and times, which otherwise only the server chooses: hence `members:admin`.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::admin(Resource::Members))?;
    run_import(&app, &caller.ctx, payload, parse_record).await
}

fn parse_record(mut map: Map<String, Value>) -> Result<ImportRecord> {
    let head = take_record_head(&mut map, ids::parse_contact_id)?;
    let contact = deserialize_map::<ContactOptions>(map)?.into_import_record(head)?;
    Ok(ImportRecord::Contact(Box::new(contact)))
}
