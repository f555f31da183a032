//! Spaces.

pub(crate) mod activate;
pub(crate) mod get;

use parlor_engine::space;
use parlor_kit::AppState;
use parlor_model::error::ErrorKind;
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Error};

/// A space is looked for before its fields are judged: one that does not exist is the graver fault.
pub(crate) async fn prefer_not_found_error(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    error: Error,
) -> Error {
    match space::find_conversation(&app.engine, ctx, space, None).await {
        Err(unknown) if matches!(unknown.kind(), ErrorKind::NotFound(_)) => unknown,
        _ => error,
    }
}
