//! Reads the newest messages of a channel together with its system events.

use parlor_engine::message::{self, HistoryItemSummary, HistoryQuery};
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::log::{LogEntry, LogItem};
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};

use super::system_event::SystemEvent;

/// A message or system event of a channel.
pub(crate) enum DisplayItem {
    Message(Box<Message>),
    Event(LogEntry, SystemEvent),
}

/// A [`DisplayItem`] before the message is loaded.
pub(super) enum DisplayItemRef {
    /// A message, by its number.
    Message(i64),
    Event(LogEntry, SystemEvent),
}

/// Reads the newest items at or before `until`, newest first, each with the time that lists show. Times are Unix
/// milliseconds. A pair's channel has no events; messages that are not conversational, such as instructions to an
/// assistant, are left out.
pub(super) async fn read_history(
    app: &AppState,
    ctx: &Ctx,
    channel: &Conversation,
    until: i64,
    limit: i64,
) -> Result<Vec<(i64, DisplayItemRef)>> {
    let query = HistoryQuery {
        conversation: ConversationKey::Number(channel.number),
        until,
        limit: usize::try_from(limit).unwrap_or_default(),
        entry_filter: match channel.kind {
            ConversationKind::Direct => |_| false,
            ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => {
                |entry| SystemEvent::from_entry(entry).is_some()
            }
        },
    };
    let summaries = message::read_history_summaries(&app.engine, ctx, query).await?;
    let items = summaries.into_iter().filter_map(|(shown_at, summary)| {
        let item = match summary {
            HistoryItemSummary::Message(number) => DisplayItemRef::Message(number),
            HistoryItemSummary::Entry(entry) => {
                let event = SystemEvent::from_entry(&entry)?;
                DisplayItemRef::Event(entry, event)
            }
        };
        Some((shown_at, item))
    });
    Ok(items.collect())
}

/// Converts a log item, or returns `None` if it is not displayed.
pub(crate) fn to_display_item(item: LogItem, kind: ConversationKind) -> Option<DisplayItem> {
    match item {
        LogItem::Message(message) => message
            .role
            .is_conversational()
            .then_some(DisplayItem::Message(message)),
        LogItem::Tombstone { .. } => None,
        LogItem::Entry(_) if kind == ConversationKind::Direct => None,
        LogItem::Entry(entry) => {
            SystemEvent::from_entry(&entry).map(|event| DisplayItem::Event(entry, event))
        }
    }
}
