//! A page of messages on its way into an answer: nothing can say that it is shorter than asked for, so of long messages it
//! is sent while it is read.

use std::collections::{HashMap, VecDeque};

use parlor_engine::message;
use parlor_kit::AppState;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::{Ctx, Result};

use super::history::{DisplayItem, DisplayItemRef};
use super::info::MessageInfo;
use super::render_context::RenderContext;

/// Bytes of the first piece of a page, and of every other one.
const FIRST_CHUNK_BYTES: usize = 1 << 20;
const NEXT_CHUNK_BYTES: usize = 256 * 1024;
/// Messages read at once before it is known how long they are.
const FIRST_READ_MESSAGES: usize = 8;
/// Messages read at once at the most.
const MAX_READ_MESSAGES: usize = 100;
/// Messages shown at once where they quote others, each of which may be long.
const MAX_QUOTING_MESSAGES: usize = 4;

/// What of a page is still to be sent.
pub(super) struct MessagePage {
    app: AppState,
    ctx: Ctx,
    channel: Conversation,
    remaining: VecDeque<(i64, DisplayItemRef)>,
    /// What was read and is not shown yet, with the times it is shown with.
    loaded: VecDeque<(i64, DisplayItem)>,
    /// Bytes of the next piece.
    chunk_bytes: usize,
    /// Messages to read at once.
    read_count: usize,
}

impl MessagePage {
    /// Places in the order of the page, with the times they are shown with.
    pub(super) fn new(
        app: AppState,
        ctx: Ctx,
        channel: Conversation,
        places: Vec<(i64, DisplayItemRef)>,
    ) -> Self {
        Self {
            app,
            ctx,
            channel,
            remaining: places.into(),
            loaded: VecDeque::new(),
            chunk_bytes: FIRST_CHUNK_BYTES,
            read_count: FIRST_READ_MESSAGES,
        }
    }

    /// Reads the texts of the next places, until there are enough bytes of them.
    async fn load_items(&mut self) -> Result<()> {
        let mut bytes = 0;
        while bytes < self.chunk_bytes && !self.remaining.is_empty() {
            let count = self.read_count.min(self.remaining.len());
            let places: Vec<(i64, DisplayItemRef)> = self.remaining.drain(..count).collect();
            let numbers = places.iter().filter_map(|(_, place)| match place {
                DisplayItemRef::Message(number) => Some(*number),
                DisplayItemRef::Event(..) => None,
            });
            let key = ConversationKey::Number(self.channel.number);
            let found =
                message::find_many(&self.app.engine, &self.ctx, key, numbers.collect()).await?;
            let read: usize = found
                .iter()
                .map(|message| message.text.as_str().len())
                .sum();
            let mut found: HashMap<i64, _> = found
                .into_iter()
                .map(|message| (message.number, Box::new(message)))
                .collect();
            self.loaded
                .extend(places.into_iter().filter_map(|(at, place)| {
                    let shown = match place {
                        // One that was deleted meanwhile is missing.
                        DisplayItemRef::Message(number) => {
                            DisplayItem::Message(found.remove(&number)?)
                        }
                        DisplayItemRef::Event(entry, event) => DisplayItem::Event(entry, event),
                    };
                    Some((at, shown))
                }));
            bytes += read;
            let average = (read / count).max(1);
            self.read_count = (NEXT_CHUNK_BYTES / average).clamp(1, MAX_READ_MESSAGES);
        }
        self.chunk_bytes = NEXT_CHUNK_BYTES;
        Ok(())
    }
}

impl BatchSource for MessagePage {
    type Item = MessageInfo;

    async fn next(&mut self) -> Result<ItemBatch<MessageInfo>> {
        if self.loaded.is_empty() {
            self.load_items().await?;
        }
        let quotes = |shown: &DisplayItem| match shown {
            DisplayItem::Message(message) => message.details.quote.is_some(),
            DisplayItem::Event(..) => false,
        };
        let count = match self.loaded.iter().any(|(_, shown)| quotes(shown)) {
            true => MAX_QUOTING_MESSAGES.min(self.loaded.len()),
            false => self.loaded.len(),
        };
        let shown: Vec<(i64, DisplayItem)> = self.loaded.drain(..count).collect();
        let items: Vec<&DisplayItem> = shown.iter().map(|(_, one)| one).collect();
        let scene = RenderContext::load(&self.app, &self.ctx, &self.channel, &items).await?;
        Ok(ItemBatch {
            items: shown
                .iter()
                .map(|(at, one)| scene.render(one).with_create_at(*at))
                .collect(),
            is_last: self.remaining.is_empty() && self.loaded.is_empty(),
        })
    }
}
