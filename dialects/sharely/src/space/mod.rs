//! Spaces.

pub(crate) mod activate;
pub(crate) mod get;

use parlor_engine::space;
use parlor_kit::App;
use parlor_model::error::Kind;
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Error};

/// A space is looked for before its fields are judged: one that does not exist is the graver fault.
pub(crate) async fn unless_unknown(app: &App, ctx: &Ctx, space: SpaceId, error: Error) -> Error {
    match space::conversation(&app.engine, ctx, space, None).await {
        Err(unknown) if matches!(unknown.kind(), Kind::NotFound(_)) => unknown,
        _ => error,
    }
}
