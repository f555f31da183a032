//! `POST /space/import`. An endpoint of this server's own: see [`crate::import`].

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

use super::SpaceOptions;
use crate::auth::Caller;
use crate::documented::{imports, post};
use crate::import::{run_import, take_record_head};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Spaces as an export gives them, in JSON.
#[derive(Deserialize, ToSchema)]
#[schema(as = SpaceImport)]
#[expect(
    dead_code,
    reason = "the document's view of what is read a record at a time"
)]
struct SpaceImportRequest {
    /// The spaces.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    imports::<SpaceImportRequest>(
        post(prefix, "/api/v1/space/import", handle),
        Resource::Spaces,
    )
    .doc("Take back exported spaces", "")
}

/// Imports spaces with their ids and times, which otherwise only the server chooses: hence `spaces:admin`.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::admin(Resource::Spaces))?;
    run_import(&app, &caller.ctx, payload, parse_record).await
}

fn parse_record(mut map: Map<String, Value>) -> Result<ImportRecord> {
    let head = take_record_head(&mut map, ids::parse_space_id)?;
    let space = deserialize_map::<SpaceOptions>(map)?.into_import_record(head)?;
    Ok(ImportRecord::Space(Box::new(space)))
}
