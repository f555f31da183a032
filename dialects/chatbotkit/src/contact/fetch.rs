//! `GET /contact/{contact}/fetch`, after the vendor's manual on contacts.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, response};

use super::instance::ContactRow;
use crate::auth::Caller;
use crate::encode::RecordWriter;
use crate::listing::ListRow;
use crate::{HandlerResult, ids};

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
) -> HandlerResult {
    let id = ids::parse_contact_id(params.get("contact"))?;
    let found = member::find_contact(&app.engine, &caller.ctx, id).await?;
    let mut pen = RecordWriter::new(app.dialect_settings());
    let mut object = pen.begin_object(ids::CONTACT_PREFIX, id);
    ContactRow(&found).write_fields(&mut object);
    object.finish();
    Ok(response::from_bytes(
        StatusCode::OK,
        "application/json",
        pen.out,
    ))
}
