//! Precedence of errors: an unknown space is reported before an invalid request.

use parlor_engine::space;
use parlor_kit::AppState;
use parlor_model::error::ErrorKind;
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Error};

/// Returns the error of an unknown space, otherwise the given error.
///
/// Used where parameters or a body are invalid: the vendor reports an unknown space first.
pub(crate) async fn prefer_not_found_error(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    error: Error,
) -> Error {
    match space::find_conversation(&app.engine, ctx, space, None).await {
        Err(not_found) if matches!(not_found.kind(), ErrorKind::NotFound(_)) => not_found,
        _ => error,
    }
}
