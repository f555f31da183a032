//! `GET /space/{space}/fetch`, after the vendor's page "Fetching a Space".

use axum::extract::State;
use http::StatusCode;
use parlor_engine::space;
use parlor_kit::{AppState, PathParams, response};

use super::instance::to_row;
use crate::auth::Caller;
use crate::encode::RecordWriter;
use crate::listing::ListRow;
use crate::{HandlerResult, ids};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> HandlerResult {
    let id = ids::parse_space_id(params.get("space"))?;
    let space = space::find(&app.engine, &caller.ctx, id).await?;
    let mut pen = RecordWriter::new(app.dialect_settings());
    let metadata = space.metadata.to_text();
    let mut object = pen.begin_object(ids::SPACE_PREFIX, id);
    to_row(&space, &metadata).write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        pen.out,
    ))
}
