//! `POST /space/import`: a way of our own to take back what an export gave. See [`crate::import`].

use axum::extract::State;
use parlor_kit::body::typed;
use parlor_kit::{App, Payload};
use parlor_model::Result;
use parlor_model::import::Import;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Fields;
use crate::auth::Caller;
use crate::import::{head, run};
use crate::{Outcome, ids};

/// Spaces as an export gives them, in JSON.
#[derive(Deserialize, ToSchema)]
#[schema(as = SpaceImport)]
#[expect(
    dead_code,
    reason = "the document's view of what is read a record at a time"
)]
pub(crate) struct Backup {
    /// The spaces.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
}

/// Needs `spaces:admin`: ids and times are the server's to choose otherwise.
pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::admin(Resource::Spaces))?;
    run(&app, &caller.ctx, payload, read).await
}

fn read(mut map: Map<String, Value>) -> Result<Import> {
    let head = head(&mut map, ids::space)?;
    let space = typed::<Fields>(map)?.import(head)?;
    Ok(Import::Space(Box::new(space)))
}
