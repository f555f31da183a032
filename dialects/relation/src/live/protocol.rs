//! This vendor's side of a socket: whatever the list of the member's channels says has changed is looked up and told.
//!
//! So a socket costs the same however many channels its member is in, and a channel joined later is one of them. A
//! frame differs from member to member, and is made of more than its log entry: the sender's picture, what is quoted.

use std::collections::{HashMap, VecDeque};

use parlor_engine::conversation;
use parlor_gateway::hub::{ListSubscription, ListUpdate};
use parlor_gateway::multiplex::{MultiplexProtocol, MultiplexReply, SocketAction};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_kit::AppState;
use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::error::ErrorKind as Fault;
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Result, Timestamp};
use tokio::time::{Duration, Instant};

use super::connect::SocketCredential;
use super::disconnect;
use super::merge;
use super::message_frame::encode_message;
use super::new_messages::{NewMessagesQuery, read_new_messages};

/// Clocks of nodes are apart, and a time is taken before its commit. Where a channel is where it stood when the socket was
/// opened is known of those in which something had happened within the last minute; of the others nothing that is no
/// older than this can have been said before.
const CLOCK_SKEW_GRACE: Duration = Duration::from_secs(30);
/// Channels that are told together.
const MAX_CHANNELS_PER_BATCH: usize = 25;
/// Entries of all of them that are read at a time: they may be long.
const MAX_ENTRIES_PER_BATCH: i64 = 100;
/// After a read that failed.
const RETRY_DELAY: Duration = Duration::from_secs(1);

pub(super) struct ChannelListProtocol {
    app: AppState,
    ctx: Ctx,
    credential: SocketCredential,
    /// What happened before is not told of channels whose position is not known.
    since: Timestamp,
    /// Everything up to these positions was told, by channel: only of those in which something happened meanwhile.
    sent_seq: HashMap<i64, i64>,
    pending: VecDeque<PendingChannel>,
    deadline: Option<Instant>,
    is_list_subscribed: bool,
}

/// A channel in which something has changed.
#[derive(Clone, Copy)]
struct PendingChannel {
    number: i64,
    /// How far its log is to be told: what is behind that comes with what happens in other channels meanwhile.
    to_seq: i64,
    kind: ConversationKind,
    mute: bool,
}

impl ChannelListProtocol {
    /// For a connection that begins at a time.
    pub(super) fn new(app: AppState, ctx: Ctx, shown: SocketCredential, begins: Timestamp) -> Self {
        Self {
            since: begins.saturating_sub(CLOCK_SKEW_GRACE),
            app,
            ctx,
            credential: shown,
            sent_seq: HashMap::new(),
            pending: VecDeque::new(),
            deadline: None,
            is_list_subscribed: true,
        }
    }

    /// Reads the list to its end, before the client knows that it is connected: nothing that is in a log by then is told.
    pub(super) async fn read_initial_positions(
        &mut self,
        list: &mut ListSubscription,
    ) -> Result<()> {
        loop {
            let listed = list.next().await?;
            for row in &listed.changed {
                self.sent_seq.insert(row.number, row.last_seq);
            }
            // Those that the member has hidden.
            for id in listed.removed {
                let key = ConversationKey::Id(id);
                if let Ok(found) = conversation::find(&self.app.engine, &self.ctx, key).await {
                    self.sent_seq.insert(found.number, found.last_seq);
                }
            }
            if listed.total.is_some() {
                return Ok(());
            }
        }
    }

    /// Tells some of what is new in the channels that wait, in the order in which it was said.
    async fn send_new_messages(&mut self) -> Vec<SocketAction> {
        let count = self.pending.len().min(MAX_CHANNELS_PER_BATCH);
        let most = MAX_ENTRIES_PER_BATCH / i64::try_from(count.max(1)).unwrap_or(1);
        let mut all = Vec::with_capacity(count);
        let mut channels = Vec::with_capacity(count);
        for waiting in self.pending.iter().take(count) {
            let wanted = NewMessagesQuery {
                number: waiting.number,
                sent_seq: self.sent_seq.get(&waiting.number).copied(),
                to_seq: waiting.to_seq,
                limit: most,
            };
            match read_new_messages(&self.app, &self.ctx, wanted, self.since).await {
                Ok(news) => {
                    all.push(news);
                    channels.push(*waiting);
                }
                // It is gone, or the member is.
                Err(error) if matches!(error.kind(), Fault::NotFound(_) | Fault::Forbidden(_)) => {
                    self.sent_seq.remove(&waiting.number);
                }
                Err(error) => {
                    tracing::warn!(?error, "a channel was not read for its listener");
                    self.deadline = Some(Instant::now() + RETRY_DELAY);
                    return Vec::new();
                }
            }
        }
        let mut acts = Vec::new();
        while let Some((place, info)) = merge::pop_earliest(&mut all) {
            let channel = channels.get(place);
            acts.extend(
                channel.map(|one| SocketAction::Send(encode_message(&info, one.kind, one.mute))),
            );
        }
        self.pending.drain(..count);
        for (channel, news) in channels.into_iter().zip(&all).rev() {
            self.sent_seq.insert(channel.number, news.taken_seq());
            if !news.is_exhausted() {
                self.pending.push_front(channel);
            }
        }
        self.deadline = (!self.pending.is_empty()).then(Instant::now);
        acts
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
        let acts = self.send_new_messages().await;
        MultiplexReply {
            actions: acts,
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

    fn on_list_update(&mut self, listed: ListUpdate) -> Vec<Utf8Bytes> {
        for row in listed.changed {
            let told = self.sent_seq.get(&row.number).copied();
            // From a walk through the whole list it is not known, and everything is told.
            let reached = listed.log_heads.get(&row.number).copied();
            let to = reached.unwrap_or(row.last_seq);
            if row.membership != ParticipantState::Joined {
                self.sent_seq.remove(&row.number);
            } else if told.map_or(to > 0, |told| told < to) {
                let waiting = PendingChannel {
                    number: row.number,
                    to_seq: to,
                    kind: row.kind,
                    mute: row.muted,
                };
                match self.pending.iter_mut().find(|one| one.number == row.number) {
                    Some(one) => {
                        let to = to.max(one.to_seq);
                        *one = PendingChannel {
                            to_seq: to,
                            ..waiting
                        };
                    }
                    None => self.pending.push_back(waiting),
                }
            }
        }
        if !self.pending.is_empty() && self.deadline.is_none() {
            self.deadline = Some(Instant::now());
        }
        Vec::new()
    }

    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes> {
        // Asked for again; meanwhile nothing is lost, as positions are known.
        self.is_list_subscribed = false;
        self.deadline = Some(Instant::now() + RETRY_DELAY);
        Vec::new()
    }

    async fn on_close(&mut self) -> MultiplexReply {
        MultiplexReply::default()
    }

    fn disconnect(&self, why: DisconnectReason) -> Disconnect {
        disconnect::from_reason(why)
    }

    async fn reauthorize(&mut self) -> std::result::Result<(), DisconnectReason> {
        match self
            .credential
            .authenticate(&self.app, self.ctx.request)
            .await
        {
            Ok(ctx) => {
                self.ctx = ctx;
                Ok(())
            }
            Err(error) if matches!(error.kind(), Fault::Unauthenticated(_)) => {
                Err(DisconnectReason::CredentialRevoked)
            }
            Err(error) if matches!(error.kind(), Fault::Forbidden(_)) => {
                Err(DisconnectReason::Forbidden)
            }
            // A database that does not answer for a moment has revoked nothing.
            Err(_) => Ok(()),
        }
    }
}
