//! The protocol of a live socket. It subscribes to the member's channel list, and reads and sends the new messages of each
//! channel that the list reports as changed.
//!
//! So the cost of a socket does not depend on the number of channels, and channels joined later are included. Frames are
//! rendered per member, because they contain more than the log entry: the sender's picture, the quoted message.

use std::collections::{HashMap, VecDeque};

use parlor_engine::conversation;
use parlor_gateway::hub::{ListSubscription, ListUpdate};
use parlor_gateway::multiplex::{MultiplexProtocol, MultiplexReply, SocketAction};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_kit::AppState;
use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::error::ErrorKind;
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Result, Timestamp};
use tokio::time::{Duration, Instant};

use super::credential::SocketCredential;
use super::disconnect;
use super::merge;
use super::message_frame::encode_message;
use super::new_messages::{NewMessagesQuery, read_new_messages};

/// Tolerance for clock differences between nodes and for messages whose time is earlier than their commit.
///
/// When the socket opens, the log positions of channels with activity in the last minute are known. In all other channels,
/// every entry that is not older than this tolerance was committed after the socket opened.
const CLOCK_SKEW_GRACE: Duration = Duration::from_secs(30);
/// Maximum number of channels whose messages are merged.
const MAX_CHANNELS_PER_BATCH: usize = 25;
/// Maximum number of log entries per read, of all those channels together; entries may be long.
const MAX_ENTRIES_PER_BATCH: i64 = 100;
/// Delay after a failed read.
const RETRY_DELAY: Duration = Duration::from_secs(1);

pub(super) struct ChannelListProtocol {
    app: AppState,
    ctx: Ctx,
    credential: SocketCredential,
    /// In channels without a known position, entries before this time are not sent.
    since: Timestamp,
    /// The seq up to which the log was sent, by channel number; only of channels with recent activity.
    sent_seq: HashMap<i64, i64>,
    pending: VecDeque<PendingChannel>,
    deadline: Option<Instant>,
    is_list_subscribed: bool,
}

/// A channel with changes that were not sent yet.
#[derive(Clone, Copy)]
struct PendingChannel {
    number: i64,
    /// The seq up to which to send its log. Later entries are merged with those of other channels in the next batch.
    to_seq: i64,
    kind: ConversationKind,
    mute: bool,
}

impl ChannelListProtocol {
    /// Creates the protocol of a socket that opens at `opened_at`.
    pub(super) fn new(
        app: AppState,
        ctx: Ctx,
        credential: SocketCredential,
        opened_at: Timestamp,
    ) -> Self {
        Self {
            since: opened_at.saturating_sub(CLOCK_SKEW_GRACE),
            app,
            ctx,
            credential,
            sent_seq: HashMap::new(),
            pending: VecDeque::new(),
            deadline: None,
            is_list_subscribed: true,
        }
    }

    /// Reads the complete list before the handshake is answered. Entries that are in a log by then are not sent.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn read_initial_positions(
        &mut self,
        list: &mut ListSubscription,
    ) -> Result<()> {
        loop {
            let update = list.next().await?;
            for row in &update.changed {
                self.sent_seq.insert(row.number, row.last_seq);
            }
            // Channels that the member has hidden.
            for id in update.removed {
                let key = ConversationKey::Id(id);
                if let Ok(found) = conversation::find(&self.app.engine, &self.ctx, key).await {
                    self.sent_seq.insert(found.number, found.last_seq);
                }
            }
            if update.total.is_some() {
                return Ok(());
            }
        }
    }

    /// Returns frames of the next batch of new messages of the pending channels, by time.
    async fn send_new_messages(&mut self) -> Vec<SocketAction> {
        let count = self.pending.len().min(MAX_CHANNELS_PER_BATCH);
        let limit = MAX_ENTRIES_PER_BATCH / i64::try_from(count.max(1)).unwrap_or(1);
        let mut batches = Vec::with_capacity(count);
        let mut channels = Vec::with_capacity(count);
        for pending in self.pending.iter().take(count) {
            let query = NewMessagesQuery {
                number: pending.number,
                sent_seq: self.sent_seq.get(&pending.number).copied(),
                to_seq: pending.to_seq,
                limit,
            };
            match read_new_messages(&self.app, &self.ctx, query, self.since).await {
                Ok(batch) => {
                    batches.push(batch);
                    channels.push(*pending);
                }
                // The channel is deleted, or the member may not read it any more.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::NotFound(_) | ErrorKind::Forbidden(_)
                    ) =>
                {
                    self.sent_seq.remove(&pending.number);
                }
                Err(error) => {
                    tracing::warn!(?error, "a channel was not read for its listener");
                    self.deadline = Some(Instant::now() + RETRY_DELAY);
                    return Vec::new();
                }
            }
        }
        let mut actions = Vec::new();
        while let Some((index, info)) = merge::pop_earliest(&mut batches) {
            actions.extend(channels.get(index).map(|channel| {
                SocketAction::Send(encode_message(&info, channel.kind, channel.mute))
            }));
        }
        self.pending.drain(..count);
        for (channel, batch) in channels.into_iter().zip(&batches).rev() {
            self.sent_seq.insert(channel.number, batch.taken_seq());
            if !batch.is_exhausted() {
                self.pending.push_front(channel);
            }
        }
        self.deadline = (!self.pending.is_empty()).then(Instant::now);
        actions
    }
}

impl MultiplexProtocol for ChannelListProtocol {
    async fn on_text(&mut self, _: &str) -> MultiplexReply {
        MultiplexReply::default()
    }

    fn on_binary(&mut self) -> MultiplexReply {
        MultiplexReply::default()
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.deadline
    }

    async fn on_deadline(&mut self) -> MultiplexReply {
        if !self.is_list_subscribed {
            self.is_list_subscribed = true;
            self.deadline = None;
            return MultiplexReply {
                actions: vec![SocketAction::SubscribeList(Some(self.since))],
                disconnect: None,
            };
        }
        self.deadline = None;
        let actions = self.send_new_messages().await;
        MultiplexReply {
            actions,
            disconnect: None,
        }
    }

    fn on_caught_up(&self, _: i64) -> Option<Utf8Bytes> {
        None
    }

    fn lagged_frame(&self, _: i64, _: i64, _: i64) -> Option<Utf8Bytes> {
        None
    }

    async fn on_unsubscribed(&mut self, _: i64, _: DisconnectReason) -> MultiplexReply {
        MultiplexReply::default()
    }

    fn on_list_update(&mut self, update: ListUpdate) -> Vec<Utf8Bytes> {
        for row in update.changed {
            let sent = self.sent_seq.get(&row.number).copied();
            // Rows of a complete list read have no log head; their log is sent to its end.
            let log_head = update.log_heads.get(&row.number).copied();
            let to_seq = log_head.unwrap_or(row.last_seq);
            if row.membership != ParticipantState::Joined {
                self.sent_seq.remove(&row.number);
            } else if sent.map_or(to_seq > 0, |sent| sent < to_seq) {
                let changed = PendingChannel {
                    number: row.number,
                    to_seq,
                    kind: row.kind,
                    mute: row.muted,
                };
                match self
                    .pending
                    .iter_mut()
                    .find(|pending| pending.number == row.number)
                {
                    Some(pending) => {
                        *pending = PendingChannel {
                            to_seq: to_seq.max(pending.to_seq),
                            ..changed
                        };
                    }
                    None => self.pending.push_back(changed),
                }
            }
        }
        if !self.pending.is_empty() && self.deadline.is_none() {
            self.deadline = Some(Instant::now());
        }
        Vec::new()
    }

    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes> {
        // Subscribed again at the deadline. Nothing is lost until then, because the sent positions are known.
        self.is_list_subscribed = false;
        self.deadline = Some(Instant::now() + RETRY_DELAY);
        Vec::new()
    }

    async fn on_close(&mut self) -> MultiplexReply {
        MultiplexReply::default()
    }

    fn disconnect(&self, reason: DisconnectReason) -> Disconnect {
        disconnect::from_reason(reason)
    }

    async fn reauthorize(&mut self) -> std::result::Result<(), DisconnectReason> {
        let (app, request) = (&self.app, self.ctx.request);
        if let Some(ctx) = self.credential.reauthenticate(app, request).await? {
            self.ctx = ctx;
        }
        Ok(())
    }
}
