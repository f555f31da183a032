//! `parlor delivery ...`

use parlor_engine::Engine;
use parlor_engine::delivery::{self, QueuedDelivery};
use parlor_engine::{undeliverable_address, unmatched_message};
use parlor_kit::{ids, time};
use parlor_model::error::EntityKind;
use parlor_model::event_rule::EventRuleKey;
use parlor_model::id::IdOrNumber;
use parlor_model::outbox::{
    Delivery, DeliveryCursor, DeliveryFailureReason, DeliveryListFilter, QueueKind,
};
use parlor_model::redacted::Redacted;
use parlor_model::undeliverable_address::UndeliverableAddress;
use parlor_model::unmatched_message::UnmatchedMessage;
use parlor_model::{Ctx, Error};
use serde_json::{Value, json};

use super::{render_id, render_time};
use crate::cli_error::{CliError, ExitKind};
use crate::control::ControlCommand;
use crate::control::delivery_args::{ListDeliveriesArgs, ReplayDeliveriesArgs};

/// Bytes of a request that are shown.
const SHOWN_BYTES: usize = 16 * 1024;
/// Maximum number of rows that are listed.
const MAX_ROWS: u32 = 10_000;

/// Executes a command about deliveries.
pub(super) async fn execute(
    engine: &Engine,
    ctx: &Ctx,
    command: ControlCommand,
) -> Result<Value, CliError> {
    match command {
        ControlCommand::DeliveryList(args) => list(engine, ctx, &args).await,
        ControlCommand::DeliveryShow { id } => {
            let key = parse_key(&id, EntityKind::Delivery)?;
            let found = delivery::find(engine, ctx, None, key).await?;
            Ok(render_details(&found))
        }
        ControlCommand::DeliveryReplay(args) => replay(engine, ctx, args).await,
        ControlCommand::DeliveryResume { rule } => {
            let key: EventRuleKey = parse_key(&rule, EntityKind::EventRule)?;
            let is_resumed = delivery::resume(engine, ctx, key).await?;
            Ok(json!({ "rule": rule, "resumed": is_resumed }))
        }
        ControlCommand::DeliveryUndeliverable(args) => {
            let limit = args.limit.min(MAX_ROWS) as usize;
            let found = undeliverable_address::list(engine, ctx, limit).await?;
            Ok(found.iter().map(render_undeliverable).collect())
        }
        ControlCommand::DeliveryClear { address } => {
            let address = Redacted(address);
            let is_cleared = undeliverable_address::clear(engine, ctx, &address).await?;
            Ok(json!({ "address": address.0, "cleared": is_cleared }))
        }
        ControlCommand::DeliveryUnmatched(args) => {
            let limit = i64::from(args.limit.min(MAX_ROWS));
            let found = unmatched_message::list(engine, ctx, None, limit).await?;
            Ok(found.iter().map(render_unmatched).collect())
        }
        _ => Ok(Value::Null),
    }
}

fn render_undeliverable(found: &UndeliverableAddress) -> Value {
    json!({
        "medium": found.medium.as_str(),
        "address": found.address.as_str(),
        "code": found.code,
        "markedAt": render_time(Some(found.marked_at)),
    })
}

fn render_unmatched(found: &UnmatchedMessage) -> Value {
    json!({
        "number": found.number,
        "medium": found.medium.as_str(),
        "from": found.sender.as_str(),
        "to": found.recipient.as_str(),
        "text": found.content.as_str(),
        "receivedAt": render_time(Some(found.received_at)),
    })
}

async fn list(engine: &Engine, ctx: &Ctx, args: &ListDeliveriesArgs) -> Result<Value, CliError> {
    let limit = i64::from(args.limit.min(MAX_ROWS));
    let Some(rule) = &args.rule else {
        let filter = match args.waiting {
            true => DeliveryListFilter::Waiting,
            false => DeliveryListFilter::Unsent,
        };
        let found = delivery::list(engine, ctx, filter, DeliveryCursor::START, limit).await?;
        return Ok(found.iter().map(render_queued).collect());
    };
    let rule = parse_key(rule, EntityKind::EventRule)?;
    let (found, _) = delivery::page(engine, ctx, rule, limit, 0).await?;
    Ok(found.iter().map(render).collect())
}

async fn replay(engine: &Engine, ctx: &Ctx, args: ReplayDeliveriesArgs) -> Result<Value, CliError> {
    let replayed = match (args.id, args.rule, args.since) {
        (Some(id), ..) => {
            let key = parse_key(&id, EntityKind::Delivery)?;
            delivery::replay(engine, ctx, None, key).await?;
            1
        }
        (None, Some(rule), Some(since)) => {
            let rule = parse_key(&rule, EntityKind::EventRule)?;
            let since = time::parse_iso(&since).ok_or_else(|| {
                CliError::new(ExitKind::Usage, format!("--since {since:?} is not a time"))
                    .with_hint("write 2026-11-30T12:00:00Z")
            })?;
            delivery::replay_since(engine, ctx, rule, since, args.include_sent).await?
        }
        _ => 0,
    };
    Ok(json!({ "replayed": replayed }))
}

fn parse_key<K>(text: &str, kind: EntityKind) -> Result<IdOrNumber<K>, CliError> {
    match (ids::parse_uuid(text), ids::parse_number(text)) {
        (Some(id), _) => Ok(IdOrNumber::Id(id)),
        (None, Some(number)) => Ok(IdOrNumber::Number(number)),
        (None, None) => Err(Error::not_found(kind).into()),
    }
}

fn render(found: &Delivery) -> Value {
    json!({
        "id": render_id(found.id),
        "number": found.number,
        "event": found.event.as_str(),
        "conversation": found.conversation,
        "status": found.state.as_str(),
        "attempts": found.attempts,
        "reason": found.reason.map(DeliveryFailureReason::as_str),
        "responseStatus": found.status,
        "nextAttemptAt": render_time(found.next_attempt_at()),
        "createdAt": render_time(Some(found.created_at)),
        "finishedAt": render_time(found.finished_at),
    })
}

/// Renders a delivery with where it goes: the rule of a webhook, or the conversation whose subject gets a message.
fn render_queued(found: &QueuedDelivery) -> Value {
    let mut shown = render(&found.delivery);
    shown["kind"] = json!(found.queue.kind.as_str());
    let is_webhook = found.queue.kind == QueueKind::Webhook;
    shown["rule"] = json!(is_webhook.then_some(found.queue.target));
    shown
}

fn render_details(found: &QueuedDelivery) -> Value {
    let mut shown = render_queued(found);
    let found = &found.delivery;
    let sent = found.payload.as_ref().map(|payload| {
        let beginning = payload.get(..SHOWN_BYTES).unwrap_or(payload);
        String::from_utf8_lossy(beginning).into_owned()
    });
    shown["requestBody"] = json!(sent);
    shown["responseBody"] = json!(found.response.as_ref().map(|text| text.as_str()));
    shown
}
