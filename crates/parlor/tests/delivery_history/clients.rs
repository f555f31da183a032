//! Writers and readers, and their records of what they sent and received.

use parlor_testkit::TestRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parlor_client::{
    Backoff, ChatEvent, ChatSender, Client, ConnectionError, CreateMessageRequest, EventReceiver,
    ResumeOutcome,
};
use tokio::sync::{Notify, watch};

use crate::checker::{ReceivedLog, RecordedEntry, RecordedMessage, SentMessage};

/// The number of acknowledgements, with a wait for a given count.
#[derive(Default)]
pub(crate) struct AckCounter {
    count: AtomicUsize,
    changed: Notify,
}

impl AckCounter {
    fn add(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_one();
    }

    pub(crate) async fn wait_for(&self, count: usize) {
        while self.count.load(Ordering::SeqCst) < count {
            self.changed.notified().await;
        }
    }
}

/// Reconnects after a short delay.
pub(crate) fn fast_backoff(seed: u64) -> Backoff {
    Backoff {
        base: Duration::from_millis(20),
        cap: Duration::from_millis(500),
        shutdown: Duration::from_millis(200),
        too_many_connections: Duration::from_millis(200),
        server_error: Duration::from_millis(50),
        seed: Some(seed),
        ..Backoff::default()
    }
}

/// A conversation, by its index and id.
pub(crate) type IndexedChat = (usize, String);

/// The head of each log, once the writers have finished.
pub(crate) type LogHeads = watch::Receiver<Option<Arc<Vec<i64>>>>;

/// Reads a conversation from its first entry to its last.
pub(crate) struct Reader {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) chat: IndexedChat,
    pub(crate) seed: u64,
    /// Now and then it disconnects, and resumes from its last position.
    pub(crate) reconnects: bool,
}

impl Reader {
    pub(crate) async fn read(self, mut heads: LogHeads) -> ReceivedLog {
        let (conversation, chat) = self.chat.clone();
        let mut rng = TestRng::new(self.seed);
        let socket = || {
            let socket = self.client.socket(&chat, &self.name);
            // A short queue, so that the server notices a slow reader.
            socket.backoff(fast_backoff(self.seed)).event_buffer(4)
        };
        let mut held = ReceivedLog::new(&self.name, conversation);
        let mut next = socket().replay_all();
        loop {
            let (sender, mut events) = next.connect_lazy().unwrap();
            let mut leaves = || self.reconnects && rng.below(40) == 0;
            let done = read_to_head(&mut held, &mut events, &mut heads, &mut leaves).await;
            sender.close().await;
            next = match events.position() {
                _ if done => return held,
                Some(position) => socket().resume_from(position.clone()),
                None => socket().replay_all(),
            };
        }
    }
}

/// Records what a writer's socket receives.
pub(crate) async fn record_events(
    name: String,
    index: usize,
    mut events: EventReceiver,
    mut heads: LogHeads,
) -> ReceivedLog {
    let mut held = ReceivedLog::new(&name, index);
    read_to_head(&mut held, &mut events, &mut heads, &mut || false).await;
    held
}

/// Receives to the end of the log, or until the reader disconnects; returns whether it reached the end.
async fn read_to_head(
    held: &mut ReceivedLog,
    events: &mut EventReceiver,
    heads: &mut LogHeads,
    leaves: &mut (dyn FnMut() -> bool + Send),
) -> bool {
    loop {
        let head = heads
            .borrow_and_update()
            .as_ref()
            .map(|heads| heads[held.conversation]);
        let has = held.entries.last().map_or(0, |last| last.seq);
        if head.is_some_and(|head| has >= head) {
            return true;
        }
        tokio::select! {
            event = events.next() => match event {
                Some(ChatEvent::Entry(entry)) => {
                    held.entries.push(to_record(&entry));
                    if head.is_none() && leaves() {
                        return false;
                    }
                }
                Some(ChatEvent::Connected(connected)) => assert_eq!(connected.resume, ResumeOutcome::Resumed),
                // Entries that the client library reorders or drops still count as the server's violations.
                Some(ChatEvent::Disconnected(ConnectionError::SequenceGap)) => panic!("{} was told a gap", held.reader),
                Some(ChatEvent::Closed(closing)) => panic!("{}: {closing}", held.reader),
                Some(_) => {}
                None => return true,
            },
            changed = heads.changed() => if changed.is_err() {
                return true;
            },
        }
    }
}

fn to_record(entry: &parlor_client::ChatLogEntry) -> RecordedEntry {
    let words = entry.message().map(|message| RecordedMessage {
        id: message.id.clone(),
        content: message.content.clone(),
        client_id: message.client_message_id.clone(),
    });
    RecordedEntry {
        seq: entry.seq,
        message: words,
    }
}

/// The whole log as stored in the database.
pub(crate) async fn read_whole_log(client: &Client, chat: &str) -> Vec<RecordedEntry> {
    let log = client.read_log_to_end(chat, 0).await.unwrap();
    log.iter().map(to_record).collect()
}

/// Writes to some conversations, by socket and by HTTP.
pub(crate) struct Writer {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) chats: Vec<IndexedChat>,
    pub(crate) seed: u64,
    pub(crate) messages: usize,
    pub(crate) confirmed: Arc<AckCounter>,
}

/// The number of messages sent concurrently.
const MAX_CONCURRENT_SENDS: usize = 8;

impl Writer {
    /// Opens its sockets. What they receive is recorded too, its own messages included.
    pub(crate) async fn open_sockets(&self) -> Vec<(ChatSender, EventReceiver)> {
        let mut sockets = Vec::new();
        for (_, chat) in &self.chats {
            let socket = self
                .client
                .socket(chat, &self.name)
                .backoff(fast_backoff(self.seed));
            sockets.push(socket.replay_all().connect_lazy().unwrap());
        }
        sockets
    }

    pub(crate) async fn send_all(self, senders: Vec<ChatSender>) -> Vec<SentMessage> {
        let mut rng = TestRng::new(self.seed);
        let mut sent = Vec::new();
        while sent.len() < self.messages {
            let mut under_way = Vec::new();
            let count = (1 + rng.below(MAX_CONCURRENT_SENDS)).min(self.messages - sent.len());
            // All to one conversation, so that its log grows while it is read.
            let index = rng.below(self.chats.len());
            for n in sent.len()..sent.len() + count {
                let by_socket = rng.below(2) == 0;
                let content = format!("{} says {n} {}", self.name, "x".repeat(rng.below(1_500)));
                under_way.push(self.send_one(&senders[index], index, by_socket, n, content));
            }
            sent.extend(futures_util::future::join_all(under_way).await);
        }
        sent
    }

    async fn send_one(
        &self,
        sender: &ChatSender,
        index: usize,
        by_socket: bool,
        n: usize,
        content: String,
    ) -> SentMessage {
        let (conversation, chat) = self.chats[index].clone();
        let client_id = format!("{} {n}", self.name);
        let message = CreateMessageRequest::new(content.clone()).client_message_id(&client_id);
        let acked = if by_socket {
            let sent = sender.send(message).await;
            sent.map(|receipt| (receipt.seq, receipt.message_id))
        } else {
            let sent = self
                .client
                .send_message(&chat, message.user_id(&self.name))
                .await;
            sent.map(|posted| (posted.message.seq, posted.message.id))
        };
        if acked.is_ok() {
            self.confirmed.add();
        }
        SentMessage {
            conversation,
            client_id,
            content,
            acked: acked.ok(),
        }
    }
}
