//! `GET /space/{space}/fetch`, after the vendor's page "Fetching a Space".

use axum::extract::State;
use http::StatusCode;
use parlor_engine::space;
use parlor_kit::{App, Params, reply};

use super::record::row;
use crate::auth::Caller;
use crate::listing::Record;
use crate::pen::Pen;
use crate::{Outcome, ids};

pub(crate) async fn handle(State(app): State<App>, caller: Caller, params: Params) -> Outcome {
    let id = ids::space(params.get("space"))?;
    let space = space::find(&app.engine, &caller.ctx, id).await?;
    let mut pen = Pen::new(app.section());
    let metadata = space.metadata.to_text();
    let mut object = pen.object(ids::SPACE, id);
    row(&space, &metadata).fields(&mut object);
    object.end();
    Ok(reply::bytes_of(StatusCode::OK, "application/json", pen.out))
}
