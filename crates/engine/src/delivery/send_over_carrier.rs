//! One attempt over a carrier.

use std::time::Duration;

use parlor_model::outbox::{AttemptOutcome, AttemptResult, DeliveryFailureReason};
use tokio::time::timeout;

use crate::Engine;
use crate::file::load_files;
use crate::outbound::{DeliveryError, OutboundMessage};

/// Returns the longest time of an attempt over a carrier.
pub fn max_carrier_duration(engine: &Engine) -> Duration {
    engine.carrier.max_duration()
}

/// Makes one attempt. One that takes too long may have succeeded.
pub async fn send_over_carrier(engine: &Engine, mut message: OutboundMessage) -> AttemptResult {
    let result = |outcome| AttemptResult {
        outcome,
        status: None,
        response: None,
    };
    match load_files(engine, &mut message).await {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => return result(AttemptOutcome::Permanent(reason)),
        Err(error) => {
            tracing::error!(?error, "a file of a message could not be read");
            return result(AttemptOutcome::Transient {
                reason: DeliveryFailureReason::Unreachable,
                retry_after: None,
            });
        }
    }
    let sending = engine.carrier.deliver(message);
    let sent = timeout(engine.carrier.max_duration(), sending).await;
    let outcome = match sent {
        Ok(Ok(())) => AttemptOutcome::Sent,
        Ok(Err(DeliveryError::Transient {
            reason,
            retry_after,
        })) => AttemptOutcome::Transient {
            reason,
            retry_after,
        },
        Ok(Err(DeliveryError::Permanent(reason))) => AttemptOutcome::Permanent(reason),
        Ok(Err(DeliveryError::Unknown(reason))) => AttemptOutcome::Unknown(reason),
        Err(_) => AttemptOutcome::Unknown(DeliveryFailureReason::TimedOut),
    };
    result(outcome)
}
