//! Finding a message by its number alone.

use parlor_model::{Ctx, Result};
use parlor_store::repo::message as repo;

pub use parlor_store::repo::message::MessageLocation;

use crate::Engine;

/// Where a message of the workspace is and whose it is, also after it was deleted. Tells nothing of what it says; who
/// may do something with it is asked by the verb that does.
pub async fn locate(engine: &Engine, ctx: &Ctx, number: i64) -> Result<Option<MessageLocation>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::locate(tx, ws, number))
        .await
}
