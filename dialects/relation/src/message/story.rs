//! The newest messages of a channel together with what the system tells of it.

use parlor_engine::message::{self, HistoryHead, HistoryQuery};
use parlor_kit::App;
use parlor_model::conversation::{Conversation, ConversationKey, Kind};
use parlor_model::log::{Entry, Item};
use parlor_model::message::Message;
use parlor_model::{Ctx, Result};

use super::event::Event;

/// Something that is shown in a channel.
pub(crate) enum Shown {
    Message(Box<Message>),
    Event(Entry, Event),
}

/// What a page shows, before the texts are read.
pub(super) enum Place {
    /// A message, by its number.
    Message(i64),
    Event(Entry, Event),
}

/// The newest places that are shown at a time or before, in milliseconds, newest first, each with its time. A pair's
/// channel has no events; what is neither said nor told, such as instructions to an assistant, is shown nowhere here.
pub(super) async fn story(
    app: &App,
    ctx: &Ctx,
    channel: &Conversation,
    until: i64,
    limit: i64,
) -> Result<Vec<(i64, Place)>> {
    let query = HistoryQuery {
        conversation: ConversationKey::Number(channel.number),
        until,
        limit: usize::try_from(limit).unwrap_or_default(),
        entries: match channel.kind {
            Kind::Direct => |_| false,
            Kind::Group | Kind::Chat | Kind::Thread => |entry| Event::of(entry).is_some(),
        },
    };
    let heads = message::history_heads(&app.engine, ctx, query).await?;
    let places = heads.into_iter().filter_map(|(shown_at, head)| {
        let place = match head {
            HistoryHead::Message(number) => Place::Message(number),
            HistoryHead::Entry(entry) => {
                let event = Event::of(&entry)?;
                Place::Event(entry, event)
            }
        };
        Some((shown_at, place))
    });
    Ok(places.collect())
}

/// What is shown of an entry, if anything.
pub(crate) fn show(item: Item, kind: Kind) -> Option<Shown> {
    match item {
        Item::Message(message) => message.role.is_said().then_some(Shown::Message(message)),
        Item::Empty { .. } => None,
        Item::Entry(_) if kind == Kind::Direct => None,
        Item::Entry(entry) => Event::of(&entry).map(|event| Shown::Event(entry, event)),
    }
}
