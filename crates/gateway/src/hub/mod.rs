//! Who listens to which conversation on this node.
//!
//! The bus says that a log has grown; one reader per conversation then reads the log and hands the entries to all
//! listeners, encoded once for each vocabulary. So order and completeness come from the database, whatever the bus
//! loses or repeats. A listener that cannot keep up is told so and reads the log by itself until it has caught up.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use parking_lot::Mutex;
use parlor_bus::Note;
use parlor_engine::{Engine, conversation};
use parlor_model::Ctx;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::live::{Growth, Sign};
use tokio::runtime::Handle;
use tokio::sync::Notify;

mod allowance;
mod codec;
mod feed;
mod frames;
mod list;
mod lobby;
mod made;
mod outlet;
mod presence;
mod reader;
mod resume_point;
mod room;
mod screen;
mod tail;

pub use allowance::Allowance;
pub use codec::{Apart, Codec, Concerns, Frame, Turn};
pub use feed::{Feed, Heard};
pub use frames::Frames;
pub use list::{ListFeed, Listed};
use lobby::Lobbies;
pub use outlet::{Offered, Outlet};
pub use presence::Change;
use presence::Screens;
use reader::Reader;
pub use resume_point::{ResumePoint, ResumeRefusal};
use room::Room;
pub use screen::OnScreen;

/// The rooms of this node, by workspace and conversation.
pub struct Hub {
    engine: Arc<Engine>,
    rooms: Mutex<HashMap<(i64, i64), Arc<Room>>>,
    lobbies: Lobbies,
    screens: Mutex<Screens>,
    /// Told when the screens have changed.
    stirred: Arc<Notify>,
    /// Told when notes of other nodes may have been lost.
    resynced: Arc<Notify>,
    runtime: Handle,
}

impl Hub {
    /// A hub that listens to the engine's bus. Called on the runtime that serves.
    pub fn start(engine: &Arc<Engine>) -> Arc<Self> {
        let hub = Arc::new(Self {
            engine: engine.clone(),
            rooms: Mutex::default(),
            lobbies: Lobbies::default(),
            screens: Mutex::new(Screens::new(engine.random_uuid())),
            stirred: Arc::default(),
            resynced: Arc::default(),
            runtime: Handle::current(),
        });
        let weak = Arc::downgrade(&hub);
        hub.runtime.spawn(screen::keep(weak.clone()));
        if !engine.is_exclusive() {
            hub.runtime.spawn(tail::keep(weak.clone()));
        }
        engine.bus().listen(Box::new(move |notes| {
            if let Some(hub) = weak.upgrade() {
                notes.iter().for_each(|note| hub.told(note));
            }
        }));
        hub
    }

    /// Follows a conversation that the caller may see, strictly after a position.
    pub fn feed(
        self: &Arc<Self>,
        ctx: &Ctx,
        conversation: i64,
        codec: Arc<dyn Codec>,
        after: i64,
    ) -> Feed {
        self.feed_within(ctx, conversation, codec, after, Arc::default())
    }

    /// The same for somebody who follows several, for whom no more may wait in all of them than the allowance.
    pub fn feed_within(
        self: &Arc<Self>,
        ctx: &Ctx,
        conversation: i64,
        codec: Arc<dyn Codec>,
        after: i64,
        allowance: Arc<Allowance>,
    ) -> Feed {
        Feed::new(self.clone(), *ctx, conversation, codec, after, allowance)
    }

    /// Which of these conversations the workspace has come to hide from a listener. A database that does not answer for a
    /// moment has hidden nothing.
    pub(crate) async fn hidden(&self, ctx: &Ctx, conversations: Vec<i64>) -> Vec<i64> {
        let hidden = conversation::hidden(&self.engine, ctx, conversations).await;
        hidden.unwrap_or_default()
    }

    /// Tells every node something passing.
    pub fn tell(&self, notes: &[Note]) {
        self.engine.bus().publish(notes);
    }

    fn told(self: &Arc<Self>, note: &Note) {
        match note {
            Note::Grew(growth) => self.grew(growth),
            Note::Signal(signal) => {
                if let Some(room) = self.room(signal.ws, signal.conversation) {
                    room.signal(signal);
                }
                // A read mark is in no log, and moves what the reader's own list shows.
                if let Sign::Read(_) = signal.sign
                    && let Some(lobby) = self.lobbies.of(signal.ws)
                {
                    lobby.changed_for(signal.who.number, signal.conversation);
                }
            }
            Note::Presence(presence) => self.told_presence(presence),
            // The connections' own to look at: see `Pulse`.
            Note::RightsChanged(_) => {}
            Note::Resynced => {
                self.lobbies.walk_all();
                self.resynced.notify_one();
            }
            // No conversation's: see `Channels`.
            Note::Channel(_) => {}
        }
    }

    fn grew(self: &Arc<Self>, growth: &Growth) {
        if let Some(lobby) = self.lobbies.of(growth.ws) {
            if growth.is_end() {
                lobby.end(growth.conversation);
            } else if lobby.grew(growth.conversation, growth.seq) {
                let engine = self.engine.clone();
                self.runtime.spawn(async move {
                    let pumping = AssertUnwindSafe(lobby.pump(&engine));
                    if pumping.catch_unwind().await.is_err() {
                        tracing::error!("what finds out whose lists have changed panicked");
                        lobby.give_up();
                    }
                });
            }
        }
        let Some(room) = self.room(growth.ws, growth.conversation) else {
            return;
        };
        if growth.is_end() {
            room.end();
        } else if room.grew(growth.seq) {
            self.pump(room);
        }
    }

    fn pump(&self, room: Arc<Room>) {
        let engine = self.engine.clone();
        self.runtime.spawn(async move {
            let pumping = AssertUnwindSafe(room.pump(&engine));
            if pumping.catch_unwind().await.is_err() {
                tracing::error!("what reads a conversation for its listeners panicked");
                room.give_up();
            }
        });
    }

    fn room(&self, ws: i64, conversation: i64) -> Option<Arc<Room>> {
        self.rooms.lock().get(&(ws, conversation)).cloned()
    }

    /// Joins a listener to its conversation's room, unless the room has gone further than the listener.
    fn enter(
        &self,
        (workspace, conversation): (WorkspaceRef, i64),
        reader: &Arc<Reader>,
        has: i64,
    ) -> Option<Arc<Room>> {
        let place = (workspace.number, conversation);
        let (room, is_new) = {
            let mut rooms = self.rooms.lock();
            let is_new = !rooms.contains_key(&place);
            let room = rooms
                .entry(place)
                .or_insert_with(|| Arc::new(Room::new(workspace, conversation, has)))
                .clone();
            if !room.attach(reader, has) {
                return None;
            }
            (room, is_new)
        };
        // What was written after the listener's last look and before there was a room was told to nobody.
        if is_new && room.grew(has) {
            self.pump(room.clone());
        }
        Some(room)
    }

    fn leave(&self, ws: i64, conversation: i64, room: &Arc<Room>, reader: &Arc<Reader>) {
        let mut rooms = self.rooms.lock();
        if room.detach(reader) {
            return;
        }
        let place = (ws, conversation);
        if rooms
            .get(&place)
            .is_some_and(|there| Arc::ptr_eq(there, room) && room.is_empty())
        {
            rooms.remove(&place);
        }
    }
}
