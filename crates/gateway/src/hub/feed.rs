//! A conversation as one listener follows it: from a position on, without a gap, and then live.

use std::future::poll_fn;
use std::sync::Arc;

use parlor_engine::conversation::chronicle;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Denied, Kind};
use parlor_model::{Ctx, Error, Result};

use super::Hub;
use super::allowance::{Allowance, length};
use super::codec::Codec;
use super::frames::Frames;
use super::made::frames;
use super::outlet::Outlet;
use super::reader::{Reader, Taken};
use super::room::{Room, STRETCH};

/// Entries of the log that a listener who is behind reads first. What it reads waits in memory until it is taken, so of
/// long entries it reads fewer, of short ones more.
const FIRST: i64 = 32;
/// So much is enough to have waiting.
const MANY_BYTES: usize = 128 * 1024;

/// What a listener hears next.
#[derive(Debug)]
pub enum Heard {
    /// Entries in order, and signals.
    Frames(Frames),
    /// It was too slow: what is between these positions now comes from the log.
    Lagged {
        /// The last position it has.
        from: i64,
        /// The last position there was.
        to: i64,
    },
    /// The conversation was deleted.
    Gone,
}

/// One listener's place in a conversation. Leaves it when dropped.
pub struct Feed {
    hub: Arc<Hub>,
    ctx: Ctx,
    conversation: i64,
    codec: Arc<dyn Codec>,
    /// Everything up to here was given out before the live part began.
    has: i64,
    /// Entries of the log read at a time.
    stretch: i64,
    allowance: Arc<Allowance>,
    outlet: Option<Arc<dyn Outlet>>,
    live: Option<(Arc<Room>, Arc<Reader>)>,
}

impl Feed {
    pub(super) fn new(
        hub: Arc<Hub>,
        ctx: Ctx,
        conversation: i64,
        codec: Arc<dyn Codec>,
        after: i64,
        allowance: Arc<Allowance>,
    ) -> Self {
        Self {
            hub,
            ctx,
            conversation,
            codec,
            has: after,
            stretch: FIRST,
            allowance,
            outlet: None,
            live: None,
        }
    }

    /// Lets what comes leave by itself while the listener is idle.
    pub(crate) fn with_outlet(mut self, outlet: Arc<dyn Outlet>) -> Self {
        self.outlet = Some(outlet);
        self
    }

    /// The last position that was given out.
    pub fn has(&self) -> i64 {
        let live = self.live.as_ref();
        live.map_or(self.has, |(_, reader)| reader.given())
    }

    /// Whether it follows what happens, rather than reading what happened.
    pub fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Whether the workspace has come to hide the conversation from the listener.
    pub(crate) async fn is_hidden(&self) -> bool {
        let hidden = self.hub.hidden(&self.ctx, vec![self.conversation]).await;
        !hidden.is_empty()
    }

    /// The listener is no longer idle: from now on it is told whatever comes.
    pub(crate) fn shut(&self) {
        if let Some((_, reader)) = &self.live {
            reader.shut();
        }
    }

    /// Waits for what comes next. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Result<Heard> {
        self.next_while(false).await
    }

    /// The same, and as long as it waits the listener may be idle: then only what cannot leave by itself is heard of.
    pub(crate) async fn next_while(&mut self, is_idle: bool) -> Result<Heard> {
        loop {
            match &self.live {
                None => {
                    // Apart, so that one who follows holds no room for it.
                    if let Some(heard) = Box::pin(self.catch_up()).await? {
                        return Ok(heard);
                    }
                }
                Some((_, reader)) => match poll_fn(|cx| reader.poll_take(cx, is_idle)).await {
                    Taken::Frames(frames) => return Ok(Heard::Frames(frames)),
                    Taken::Lagged(to) => {
                        self.leave();
                        let from = self.has;
                        return Ok(Heard::Lagged { from, to });
                    }
                    Taken::Gone => return Ok(Heard::Gone),
                },
            }
        }
    }

    /// A stretch of the log, or nothing once there is no more of it and the live part has begun.
    /// Nothing is lost when the wait is given up.
    pub async fn catch_up(&mut self) -> Result<Option<Heard>> {
        if self.is_live() {
            return Ok(None);
        }
        let key = ConversationKey::Number(self.conversation);
        let engine = &self.hub.engine;
        let found = match chronicle(engine, &self.ctx, key, self.has, self.stretch).await {
            Ok(found) => found,
            Err(error) if matches!(error.kind(), Kind::NotFound(_)) => {
                // What is hidden is as unknown as what is gone; one who follows it already is told which it is.
                return match self.is_hidden().await {
                    true => Err(Error::forbidden(Denied::NotParticipant)),
                    false => Ok(Some(Heard::Gone)),
                };
            }
            Err(error) => return Err(error),
        };
        if !found.items.is_empty() {
            let frames = Frames::from(frames(&*self.codec, &found));
            self.has = frames.last().unwrap_or(self.has);
            self.stretch = match length(frames.iter()) {
                ..MANY_BYTES => (self.stretch * 2).min(STRETCH),
                _ => (self.stretch / 2).max(1),
            };
            return Ok(Some(Heard::Frames(frames)));
        }
        let reader = Arc::new(Reader::new(
            self.codec.clone(),
            self.has,
            self.allowance.clone(),
            self.outlet.clone(),
        ));
        let place = (self.ctx.workspace, self.conversation);
        if let Some(room) = self.hub.enter(place, &reader, self.has) {
            self.live = Some((room, reader));
        }
        Ok(None)
    }

    fn leave(&mut self) {
        if let Some((room, reader)) = self.live.take() {
            // Somebody may be handing out to it at this moment.
            reader.shut();
            self.has = reader.given();
            self.hub
                .leave(self.ctx.ws(), self.conversation, &room, &reader);
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.leave();
    }
}
