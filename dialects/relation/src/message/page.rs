//! Streams a page of messages. The response cannot mark a page as shorter than requested, so a page of long messages is
//! sent while it is read, instead of being held in memory or cut.

use std::collections::{HashMap, VecDeque};

use parlor_engine::message;
use parlor_kit::AppState;
use parlor_kit::list_stream::{BatchSource, ItemBatch};
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::{Ctx, Result};

use super::history::{DisplayItem, DisplayItemRef};
use super::info::MessageInfo;
use super::render_context::RenderContext;

/// Bytes of message text in the first chunk of a page, and in each later chunk.
const FIRST_CHUNK_BYTES: usize = 1 << 20;
const NEXT_CHUNK_BYTES: usize = 256 * 1024;
/// Messages read at once before their average length is known.
const FIRST_READ_MESSAGES: usize = 8;
/// Maximum number of messages read at once.
const MAX_READ_MESSAGES: usize = 100;
/// Messages rendered at once if they quote others, because quoted messages may be long as well.
const MAX_QUOTING_MESSAGES: usize = 4;

/// The part of a page that is still to be sent.
pub(super) struct MessagePage {
    app: AppState,
    ctx: Ctx,
    channel: Conversation,
    remaining: VecDeque<(i64, DisplayItemRef)>,
    /// Items that were read and not rendered yet, with the times that lists show.
    loaded: VecDeque<(i64, DisplayItem)>,
    /// Bytes of message text in the next chunk.
    chunk_bytes: usize,
    /// Number of messages to read at once.
    read_count: usize,
}

impl MessagePage {
    /// Creates a page of `items`, in the page's order and with the times that lists show.
    pub(super) fn new(
        app: AppState,
        ctx: Ctx,
        channel: Conversation,
        items: Vec<(i64, DisplayItemRef)>,
    ) -> Self {
        Self {
            app,
            ctx,
            channel,
            remaining: items.into(),
            loaded: VecDeque::new(),
            chunk_bytes: FIRST_CHUNK_BYTES,
            read_count: FIRST_READ_MESSAGES,
        }
    }

    /// Reads the next messages until their texts fill a chunk.
    async fn load_items(&mut self) -> Result<()> {
        let mut bytes = 0;
        while bytes < self.chunk_bytes && !self.remaining.is_empty() {
            let count = self.read_count.min(self.remaining.len());
            let refs: Vec<(i64, DisplayItemRef)> = self.remaining.drain(..count).collect();
            let numbers = refs.iter().filter_map(|(_, item)| match item {
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
                .extend(refs.into_iter().filter_map(|(at, item)| {
                    let item = match item {
                        // A message that was deleted meanwhile is left out.
                        DisplayItemRef::Message(number) => {
                            DisplayItem::Message(found.remove(&number)?)
                        }
                        DisplayItemRef::Event(entry, event) => DisplayItem::Event(entry, event),
                    };
                    Some((at, item))
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
        let has_quote = |item: &DisplayItem| match item {
            DisplayItem::Message(message) => message.details.quote.is_some(),
            DisplayItem::Event(..) => false,
        };
        let count = match self.loaded.iter().any(|(_, item)| has_quote(item)) {
            true => MAX_QUOTING_MESSAGES.min(self.loaded.len()),
            false => self.loaded.len(),
        };
        let batch: Vec<(i64, DisplayItem)> = self.loaded.drain(..count).collect();
        let items: Vec<&DisplayItem> = batch.iter().map(|(_, item)| item).collect();
        let context = RenderContext::load(&self.app, &self.ctx, &self.channel, &items).await?;
        Ok(ItemBatch {
            items: batch
                .iter()
                .map(|(at, item)| context.render(item).with_create_at(*at))
                .collect(),
            is_last: self.remaining.is_empty() && self.loaded.is_empty(),
        })
    }
}
