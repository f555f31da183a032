//! `POST /space/{space}/delete`, after the vendor's page "Deleting a Space".

use axum::extract::State;
use parlor_engine::space;
use parlor_kit::{App, Params, Payload};

use crate::auth::Caller;
use crate::{Outcome, answer, body, ids};

/// Conversations of the space stay and lose it, as the workspace's policy has it by default.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    payload: Payload,
) -> Outcome {
    let id = ids::space(params.get("space"))?;
    body::ignore(payload).await?;
    space::delete(&app.engine, &caller.ctx, id).await?;
    Ok(answer::done(ids::of_space(id)))
}
