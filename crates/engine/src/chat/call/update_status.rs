//! Follows what a carrier says of a call.

use parlor_model::voice_call::VoiceCallStatus;
use parlor_model::{Ctx, Result};

use super::resume::{CallReference, find_in_tx, move_on};
use crate::Engine;

/// Moves a call on to a status. A late or repeated one changes nothing.
///
/// # Errors
/// `NotFound` for an unknown call.
pub async fn update_status(
    engine: &Engine,
    ctx: &Ctx,
    reference: CallReference,
    status: VoiceCallStatus,
) -> Result<()> {
    let owned_ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let call = find_in_tx(tx, &owned_ctx, &reference)?;
            move_on(tx, &owned_ctx, &call, (status, &reference))
        })
        .await
}
