//! `GET /space/{space}/fetch`, after the vendor's page "Fetching a Space".

use axum::extract::State;
use http::StatusCode;
use parlor_engine::space;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, response};
use parlor_model::scope::Resource;

use super::instance::{SpaceInstance, to_row};
use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::encode::{ListRow, RecordWriter};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    reads::<SpaceInstance>(
        get(prefix, "/api/v1/space/{space}/fetch", handle),
        Resource::Spaces,
    )
    .doc("A space", "Fetching a Space")
}

async fn handle(State(app): State<AppState>, caller: Caller, params: PathParams) -> HandlerResult {
    let id = ids::parse_space_id(params.get("space"))?;
    let space = space::find(&app.engine, &caller.ctx, id).await?;
    let mut writer = RecordWriter::new(app.dialect_settings());
    let metadata = space.metadata.to_text();
    let mut object = writer.begin_object(ids::SPACE_PREFIX, id);
    to_row(&space, &metadata).write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        writer.out,
    ))
}
