//! `GET /contact/{contact}/fetch`, after the vendor's manual on contacts.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{App, Params, reply};

use super::record::Row;
use crate::auth::Caller;
use crate::listing::Record;
use crate::pen::Pen;
use crate::{Outcome, ids};

pub(crate) async fn handle(State(app): State<App>, caller: Caller, params: Params) -> Outcome {
    let id = ids::contact(params.get("contact"))?;
    let found = member::contact(&app.engine, &caller.ctx, id).await?;
    let mut pen = Pen::new(app.section());
    let mut object = pen.object(ids::CONTACT, id);
    Row(&found).fields(&mut object);
    object.end();
    Ok(reply::bytes_of(StatusCode::OK, "application/json", pen.out))
}
