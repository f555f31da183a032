//! The newest messages of a channel together with what the system tells of it.

use parlor_engine::message;
use parlor_kit::App;
use parlor_model::conversation::{ConversationKey, Kind};
use parlor_model::log::{Entry, Item};
use parlor_model::message::Message;
use parlor_model::{Ctx, Result, Timestamp};

use super::event::Event;

/// Something that is shown in a channel.
pub(crate) enum Shown {
    Message(Box<Message>),
    Event(Entry, Event),
}

/// Entries to read at once, at the most: after so many that are not shown, the page may be short.
const MOST: i64 = 25_600;

/// The newest of them before a time, newest first. A pair's channel has no events; what is neither said nor told, such
/// as instructions to an assistant, is shown nowhere here.
pub(super) async fn story(
    app: &App,
    ctx: &Ctx,
    channel: (i64, Kind),
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Shown>> {
    let (number, kind) = channel;
    let key = ConversationKey::Number(number);
    let wanted = usize::try_from(limit).unwrap_or_default();
    let mut asked = limit;
    loop {
        let items = message::history(&app.engine, ctx, key, before, asked).await?;
        let is_all = i64::try_from(items.len()).is_ok_and(|found| found < asked);
        let shown: Vec<Shown> = items
            .into_iter()
            .filter_map(|item| show(item, kind))
            .take(wanted)
            .collect();
        if is_all || shown.len() == wanted || asked >= MOST {
            return Ok(shown);
        }
        asked = (asked * 4).min(MOST);
    }
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
