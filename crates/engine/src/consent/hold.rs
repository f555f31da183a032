//! Decides whether something waits before it leaves.

use std::time::Duration;

use parlor_model::conversation::{Conversation, Medium};
use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::sending_policy::SendingPolicy;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{message, sending_rate, workspace};

use super::quiet_hours::end_of_quiet_hours;
use crate::Engine;

/// Time after a message of the subject in which an answer may also leave in quiet hours: who writes is awake.
const ANSWER_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Why something waits, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hold {
    /// End of the wait, after which it is looked at again.
    pub(crate) until: Timestamp,
    /// What it waits for.
    pub(crate) reason: DeliveryFailureReason,
}

/// Returns whether a message that is ready waits. With `has_place` it has waited for its place in the rate.
pub(crate) fn find_hold(
    tx: &mut dyn Tx,
    ws: i64,
    policy: &SendingPolicy,
    conversation: &Conversation,
    has_place: bool,
) -> Result<Option<Hold>> {
    if let Some(hold) = find_quiet_hold(tx, ws, policy, conversation)? {
        return Ok(Some(hold));
    }
    let Some(rate) = rate_of(policy, conversation.service.medium).filter(|_| !has_place) else {
        return Ok(None);
    };
    let now = tx.next_stamp().at;
    let place = sending_rate::take_place(tx, ws, rate, false)?;
    Ok(place.filter(|at| *at > now).map(|until| Hold {
        until,
        reason: DeliveryFailureReason::RateLimited,
    }))
}

/// Returns whether a message that a caller sends over text messages or mail has to wait in the outbox: in quiet hours, and
/// where the rate has no place for it now. It takes the place otherwise.
pub(crate) async fn must_wait(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &Conversation,
) -> Result<bool> {
    let workspaces = &engine.workspace_cache;
    let found = workspaces.find(&engine.store, ctx.workspace.id).await?;
    let is_unlimited = found.policy.sending == SendingPolicy::default();
    let is_sent = matches!(conversation.service.medium, Medium::Sms | Medium::Email);
    if is_unlimited || !is_sent {
        return Ok(false);
    }
    let (ws, conversation) = (ctx.ws(), conversation.clone());
    let decide = move |tx: &mut dyn Tx| {
        let policy = &found.policy.sending;
        if find_quiet_hold(tx, ws, policy, &conversation)?.is_some() {
            return Ok(true);
        }
        match rate_of(policy, conversation.service.medium) {
            Some(rate) => Ok(sending_rate::take_place(tx, ws, rate, true)?.is_none()),
            None => Ok(false),
        }
    };
    engine.store.write(decide).await
}

/// Returns whether nobody is called now.
pub(crate) fn is_quiet_for_calls(tx: &mut dyn Tx, ws: i64) -> Result<bool> {
    let now = tx.next_stamp().at;
    let found = workspace::find_by_number(tx, ws)?;
    Ok(found.is_some_and(|found| end_of_quiet_hours(&found.policy.sending, now).is_some()))
}

fn find_quiet_hold(
    tx: &mut dyn Tx,
    ws: i64,
    policy: &SendingPolicy,
    conversation: &Conversation,
) -> Result<Option<Hold>> {
    let now = tx.next_stamp().at;
    let Some(until) = end_of_quiet_hours(policy, now) else {
        return Ok(None);
    };
    let subject = conversation.subject.as_ref().map(|subject| subject.number);
    let last = match subject {
        Some(subject) => {
            let of = (conversation.number, subject);
            message::find_last_of_author(tx, ws, of, conversation.last_seq)?
        }
        None => None,
    };
    if last.is_some_and(|at| at.saturating_add(ANSWER_WINDOW) > now) {
        return Ok(None);
    }
    let reason = DeliveryFailureReason::QuietHours;
    Ok(Some(Hold { until, reason }))
}

fn rate_of(policy: &SendingPolicy, medium: Medium) -> Option<(Medium, u32)> {
    let per_minute = match medium {
        Medium::Sms => policy.texts_per_minute,
        Medium::Email => policy.mails_per_minute,
        Medium::Web | Medium::Voice => None,
    };
    per_minute.map(|per_minute| (medium, per_minute))
}
