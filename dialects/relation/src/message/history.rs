//! The newest messages of a channel together with what the system tells of it.

use parlor_engine::log::{self, HistoryItemSummary, HistoryQuery};
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::log::{LogEntry, LogItem};
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};

use super::system_event::SystemEvent;

/// Something that is shown in a channel.
pub(crate) enum DisplayItem {
    Message(Box<Message>),
    Event(LogEntry, SystemEvent),
}

/// What a page shows, before the texts are read.
pub(super) enum DisplayItemRef {
    /// A message, by its number.
    Message(i64),
    Event(LogEntry, SystemEvent),
}

/// The newest places that are shown at a time or before, in milliseconds, newest first, each with its time. A pair's
/// channel has no events; what is neither said nor told, such as instructions to an assistant, is shown nowhere here.
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
    let heads = log::read_history_summaries(&app.engine, ctx, query).await?;
    let places = heads.into_iter().filter_map(|(shown_at, head)| {
        let place = match head {
            HistoryItemSummary::Message(number) => DisplayItemRef::Message(number),
            HistoryItemSummary::Entry(entry) => {
                let event = SystemEvent::from_entry(&entry)?;
                DisplayItemRef::Event(entry, event)
            }
        };
        Some((shown_at, place))
    });
    Ok(places.collect())
}

/// What is shown of an entry, if anything.
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
