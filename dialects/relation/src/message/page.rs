//! A page of messages on its way into an answer: nothing can say that it is shorter than asked for, so of long messages it
//! is sent while it is read.

use std::collections::{HashMap, VecDeque};

use parlor_engine::message;
use parlor_kit::App;
use parlor_kit::pieces::{Piece, Pieces};
use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::{Ctx, Result};

use super::info::MessageInfo;
use super::scene::Scene;
use super::story::{Place, Shown};

/// Bytes of the first piece of a page, and of every other one.
const FIRST_BYTES: usize = 1 << 20;
const NEXT_BYTES: usize = 256 * 1024;
/// Messages read at once before it is known how long they are.
const FIRST_READ: usize = 8;
/// Messages read at once at the most.
const MOST_READ: usize = 100;
/// Messages shown at once where they quote others, each of which may be long.
const FEW: usize = 4;

/// What of a page is still to be sent.
pub(super) struct Page {
    app: App,
    ctx: Ctx,
    channel: Conversation,
    left: VecDeque<(i64, Place)>,
    /// What was read and is not shown yet, with the times it is shown with.
    ready: VecDeque<(i64, Shown)>,
    /// Bytes of the next piece.
    budget: usize,
    /// Messages to read at once.
    count: usize,
}

impl Page {
    /// Places in the order of the page, with the times they are shown with.
    pub(super) fn new(
        app: App,
        ctx: Ctx,
        channel: Conversation,
        places: Vec<(i64, Place)>,
    ) -> Self {
        Self {
            app,
            ctx,
            channel,
            left: places.into(),
            ready: VecDeque::new(),
            budget: FIRST_BYTES,
            count: FIRST_READ,
        }
    }

    /// Reads the texts of the next places, until there are enough bytes of them.
    async fn read(&mut self) -> Result<()> {
        let mut bytes = 0;
        while bytes < self.budget && !self.left.is_empty() {
            let count = self.count.min(self.left.len());
            let places: Vec<(i64, Place)> = self.left.drain(..count).collect();
            let numbers = places.iter().filter_map(|(_, place)| match place {
                Place::Message(number) => Some(*number),
                Place::Event(..) => None,
            });
            let key = ConversationKey::Number(self.channel.number);
            let found = message::pick(&self.app.engine, &self.ctx, key, numbers.collect()).await?;
            let read: usize = found
                .iter()
                .map(|message| message.text.as_str().len())
                .sum();
            let mut found: HashMap<i64, _> = found
                .into_iter()
                .map(|message| (message.number, Box::new(message)))
                .collect();
            self.ready
                .extend(places.into_iter().filter_map(|(at, place)| {
                    let shown = match place {
                        // One that was deleted meanwhile is missing.
                        Place::Message(number) => Shown::Message(found.remove(&number)?),
                        Place::Event(entry, event) => Shown::Event(entry, event),
                    };
                    Some((at, shown))
                }));
            bytes += read;
            let average = (read / count).max(1);
            self.count = (NEXT_BYTES / average).clamp(1, MOST_READ);
        }
        self.budget = NEXT_BYTES;
        Ok(())
    }
}

impl Pieces for Page {
    type Item = MessageInfo;

    async fn next(&mut self) -> Result<Piece<MessageInfo>> {
        if self.ready.is_empty() {
            self.read().await?;
        }
        let quotes = |shown: &Shown| match shown {
            Shown::Message(message) => message.details.quote.is_some(),
            Shown::Event(..) => false,
        };
        let count = match self.ready.iter().any(|(_, shown)| quotes(shown)) {
            true => FEW.min(self.ready.len()),
            false => self.ready.len(),
        };
        let shown: Vec<(i64, Shown)> = self.ready.drain(..count).collect();
        let items: Vec<&Shown> = shown.iter().map(|(_, one)| one).collect();
        let scene = Scene::read(&self.app, &self.ctx, &self.channel, &items).await?;
        Ok(Piece {
            items: shown
                .iter()
                .map(|(at, one)| scene.shown(one).shown_at(*at))
                .collect(),
            is_last: self.left.is_empty() && self.ready.is_empty(),
        })
    }
}
