//! The loop that claims queues and sends their deliveries.

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::delivery::{
    self, DeliveryLease, DeliveryTarget, DeliveryWork, EventPayloadEncoder, NextDelivery,
};
use parlor_engine::{Engine, NextClaim, WorkPlaces, WorkWaiter};
use parlor_model::error::ErrorKind;
use parlor_model::outbox::{AttemptOutcome, AttemptResult, QueueKind};
use parlor_model::time::RandomSource;
use parlor_model::{Error, Result};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use crate::webhook::{WebhookClient, WebhookSettings, retry_delay};

/// Time after which a queue is given back although it has more to send, so that others get their turn.
const MAX_HOLD: Duration = Duration::from_secs(5);
/// Time by which a lease outlasts the longest attempt.
const LEASE_MARGIN: Duration = Duration::from_secs(5);
/// Time that an attempt has to end when the server stops.
const STOP_GRACE: Duration = Duration::from_secs(5);
/// Minimum time between two looks for new deliveries. Under load one look then finds those of several commits, and costs
/// the writers less.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(5);
/// Pause after an error of the database.
const ERROR_PAUSE: Duration = Duration::from_secs(1);

/// Sends deliveries until it is stopped. Each node runs one.
pub struct DeliveryWorker {
    sender: Arc<QueueSender>,
    settings: WebhookSettings,
}

/// What the work on a queue needs.
struct QueueSender {
    engine: Arc<Engine>,
    encoder: Arc<dyn EventPayloadEncoder>,
    client: WebhookClient,
    random: Arc<dyn RandomSource>,
    settings: WebhookSettings,
}

impl DeliveryWorker {
    /// Creates a worker. `encoder` writes what receivers read.
    pub fn new(
        engine: Arc<Engine>,
        encoder: Arc<dyn EventPayloadEncoder>,
        client: WebhookClient,
        random: Arc<dyn RandomSource>,
        settings: WebhookSettings,
    ) -> Self {
        let sender = QueueSender {
            engine,
            encoder,
            client,
            random,
            settings,
        };
        Self {
            sender: Arc::new(sender),
            settings,
        }
    }

    /// Claims queues and works on them until `stopped` is true. Queues under way are then given back, for another node or
    /// the next start.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let waiter = WorkWaiter::for_deliveries(&self.sender.engine);
        let mut webhooks = WorkPlaces::new(self.settings.max_concurrent);
        let mut carriers = WorkPlaces::new(self.settings.max_concurrent);
        loop {
            let published_at = Instant::now();
            self.publish_new().await;
            let more_webhooks = self.fill(&mut webhooks, QueueKind::Webhook, &stopped).await;
            let more_messages = self.fill(&mut carriers, QueueKind::Carrier, &stopped).await;
            if more_webhooks || more_messages {
                continue;
            }
            tokio::select! {
                () = waiter.wait(self.settings.poll_interval) => {}
                () = webhooks.wait_for_room() => {}
                () = carriers.wait_for_room() => {}
                () = wait_for_stop(&mut stopped) => break,
            }
            sleep_until(published_at + PUBLISH_INTERVAL).await;
        }
        webhooks.finish().await;
        carriers.finish().await;
    }

    /// Claims queues for the free places of one kind of target, and begins the work on them. Each kind has places of its own:
    /// receivers of webhooks that answer slowly, or not at all, must not hold back what leaves over carriers, nor the webhooks of
    /// other workspaces. Returns whether it has claimed as many as it wanted, after which there may be more to claim.
    async fn fill(
        &self,
        places: &mut WorkPlaces,
        target: QueueKind,
        stopped: &watch::Receiver<bool>,
    ) -> bool {
        let Some(next) = places.next_claim() else {
            return false;
        };
        let limit = next.limit;
        let claimed = self.claim(target, next).await;
        let may_be_more = claimed.len() == limit;
        for lease in claimed {
            let (sender, stopped) = (self.sender.clone(), stopped.clone());
            places.spawn(lease.ws, async move {
                sender.work(lease, stopped).await;
            });
        }
        may_be_more
    }

    async fn publish_new(&self) {
        if let Err(error) = delivery::publish_new(&self.sender.engine).await {
            tracing::debug!(?error, "no new deliveries were found");
            tokio::time::sleep(ERROR_PAUSE).await;
        }
    }

    async fn claim(&self, target: QueueKind, next: NextClaim) -> Vec<DeliveryLease> {
        let lease = self.sender.lease_duration();
        match delivery::claim(&self.sender.engine, target, next, lease).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::debug!(?error, "no deliveries were claimed");
                tokio::time::sleep(ERROR_PAUSE).await;
                Vec::new()
            }
        }
    }
}

async fn wait_for_stop(stopped: &mut watch::Receiver<bool>) {
    // A dropped sender also means the end.
    let _ = stopped.wait_for(|stop| *stop).await;
}

impl QueueSender {
    /// Returns the lease of a queue, which each attempt extends.
    fn lease_duration(&self) -> Duration {
        let carrier = delivery::max_carrier_duration(&self.engine);
        self.client.max_duration().max(carrier) + LEASE_MARGIN
    }

    async fn work(&self, lease: DeliveryLease, stopped: watch::Receiver<bool>) {
        if let Err(error) = self.send_queue(lease, stopped).await {
            // Its lease ends, and it is claimed again.
            tracing::warn!(?error, "the work on deliveries was interrupted");
        }
    }

    /// Sends the deliveries of a queue, one after the other, until there is none that is due.
    async fn send_queue(
        &self,
        lease: DeliveryLease,
        mut stopped: watch::Receiver<bool>,
    ) -> Result<()> {
        let begun = Instant::now();
        while !*stopped.borrow() && begun.elapsed() < MAX_HOLD {
            let next =
                delivery::begin(&self.engine, &self.encoder, lease, self.lease_duration()).await?;
            let work = match next {
                NextDelivery::Send(work) => work,
                NextDelivery::Wait(delay) => {
                    return delivery::release(&self.engine, lease, delay).await;
                }
                NextDelivery::Again => continue,
                NextDelivery::Done => return Ok(()),
            };
            let Some(result) = self.attempt(&work, &mut stopped).await else {
                break;
            };
            log_failure(&work, &result);
            let timing = (self.retry_after(&work, &result), self.settings.pause_after);
            if !self.end(lease, &work, result, timing, &stopped).await? {
                return Ok(());
            }
        }
        delivery::release(&self.engine, lease, Duration::ZERO).await
    }

    /// Records the end of an attempt, also if the database is lost for a while: nobody else knows of it. Returns whether the
    /// queue is still held.
    async fn end(
        &self,
        lease: DeliveryLease,
        work: &DeliveryWork,
        result: AttemptResult,
        timing: (Option<Duration>, Duration),
        stopped: &watch::Receiver<bool>,
    ) -> Result<bool> {
        let begun = Instant::now();
        loop {
            let ended = delivery::end(&self.engine, lease, work, result.clone(), timing).await;
            let is_lost = |error: &Error| matches!(error.kind(), ErrorKind::Unavailable);
            let may_wait = begun.elapsed() < self.lease_duration() && !*stopped.borrow();
            match ended {
                Err(error) if is_lost(&error) && may_wait => tokio::time::sleep(ERROR_PAUSE).await,
                ended => return ended,
            }
        }
    }

    /// Makes an attempt. `None` if the server stops and the attempt does not end soon: it is repeated then.
    async fn attempt(
        &self,
        work: &DeliveryWork,
        stopped: &mut watch::Receiver<bool>,
    ) -> Option<AttemptResult> {
        let mut attempt = std::pin::pin!(self.send(work));
        tokio::select! {
            result = &mut attempt => Some(result),
            () = wait_for_stop(stopped) => timeout(STOP_GRACE, attempt).await.ok(),
        }
    }

    async fn send(&self, work: &DeliveryWork) -> AttemptResult {
        match &work.target {
            DeliveryTarget::Webhook(target) => self.client.send(&work.delivery, target).await,
            DeliveryTarget::Carrier(message) => {
                delivery::send_over_carrier(&self.engine, (**message).clone()).await
            }
        }
    }

    fn retry_after(&self, work: &DeliveryWork, result: &AttemptResult) -> Option<Duration> {
        let AttemptOutcome::Transient { retry_after, .. } = result.outcome else {
            return None;
        };
        let mut chance = [0];
        self.random.fill(&mut chance);
        let attempts = u32::try_from(work.delivery.attempts).unwrap_or(u32::MAX);
        retry_delay(&self.settings, attempts, retry_after, chance[0])
    }
}

/// Logs a failed attempt without the URL, which may have secrets, and without what was sent and answered.
fn log_failure(work: &DeliveryWork, result: &AttemptResult) {
    let reason = match result.outcome {
        AttemptOutcome::Sent => return,
        AttemptOutcome::Transient { reason, .. }
        | AttemptOutcome::Permanent(reason)
        | AttemptOutcome::Unknown(reason) => reason.as_str(),
        AttemptOutcome::Gone => "gone",
    };
    tracing::info!(
        delivery = %work.delivery.id.uuid(),
        event = work.delivery.event.as_str(),
        attempt = work.delivery.attempts + 1,
        status = result.status,
        reason,
        "{}",
        match &work.target {
            DeliveryTarget::Webhook(_) => "a webhook was not accepted",
            DeliveryTarget::Carrier(_) => "a message was not accepted by its carrier",
        }
    );
}
