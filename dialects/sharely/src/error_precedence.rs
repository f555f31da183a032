//! Precedence of errors: an unknown space is reported before an invalid request.

use parlor_engine::space;
use parlor_kit::AppState;
use parlor_model::error::ErrorKind;
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Result};

/// Returns what was parsed of a request for a space.
///
/// # Errors
/// `NotFound` for an unknown space, which the vendor reports before invalid parameters and bodies; otherwise the error of
/// the request.
pub(crate) async fn prefer_not_found<T>(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    parsed: Result<T>,
) -> Result<T> {
    let error = match parsed {
        Ok(parsed) => return Ok(parsed),
        Err(error) => error,
    };
    match space::find_conversation(&app.engine, ctx, space, None).await {
        Err(not_found) if matches!(not_found.kind(), ErrorKind::NotFound(_)) => Err(not_found),
        _ => Err(error),
    }
}
