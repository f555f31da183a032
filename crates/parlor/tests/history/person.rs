//! Those who write and those who read, and what they remember of it.

use parlor_testkit::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parlor_client::{Backoff, Client, Event, Events, Lost, NewMessage, Sender, Start};
use tokio::sync::{Notify, watch};

use crate::checker::{Entry, Held, Sent, Words};

/// How often something was confirmed, for whoever waits for that.
#[derive(Default)]
pub(crate) struct Confirmed {
    count: AtomicUsize,
    more: Notify,
}

impl Confirmed {
    fn add(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.more.notify_one();
    }

    pub(crate) async fn reach(&self, count: usize) {
        while self.count.load(Ordering::SeqCst) < count {
            self.more.notified().await;
        }
    }
}

/// Comes back soon.
pub(crate) fn quick(seed: u64) -> Backoff {
    Backoff {
        base: Duration::from_millis(20),
        cap: Duration::from_millis(500),
        shutdown: Duration::from_millis(200),
        crowded: Duration::from_millis(200),
        broken: Duration::from_millis(50),
        seed: Some(seed),
        ..Backoff::default()
    }
}

/// A conversation, by its place and its id.
pub(crate) type Chat = (usize, String);

/// How far each log reaches, once nothing more is written.
pub(crate) type Heads = watch::Receiver<Option<Arc<Vec<i64>>>>;

/// Reads a conversation from its first entry to its last.
pub(crate) struct Reader {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) chat: Chat,
    pub(crate) seed: u64,
    /// Now and then it ends, and goes on from where it was.
    pub(crate) restless: bool,
}

impl Reader {
    pub(crate) async fn read(self, mut heads: Heads) -> Held {
        let (conversation, chat) = self.chat.clone();
        let mut rng = Rng::new(self.seed);
        let socket = || {
            let socket = self.client.socket(&chat, &self.name);
            // A short queue, so that whoever reads slowly is felt by the server.
            socket.backoff(quick(self.seed)).queue(4)
        };
        let mut held = Held::new(&self.name, conversation);
        let mut next = socket().from_start();
        loop {
            let (sender, mut events) = next.open().unwrap();
            let mut leaves = || self.restless && rng.below(40) == 0;
            let done = follow(&mut held, &mut events, &mut heads, &mut leaves).await;
            sender.close().await;
            next = match events.position() {
                _ if done => return held,
                Some(position) => socket().after(position.clone()),
                None => socket().from_start(),
            };
        }
    }
}

/// Keeps what a writer's socket hears.
pub(crate) async fn keep(name: String, place: usize, mut events: Events, mut heads: Heads) -> Held {
    let mut held = Held::new(&name, place);
    follow(&mut held, &mut events, &mut heads, &mut || false).await;
    held
}

/// Listens to the end of the log, or until the reader leaves; tells whether it was the end.
async fn follow(
    held: &mut Held,
    events: &mut Events,
    heads: &mut Heads,
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
                Some(Event::Entry(entry)) => {
                    held.entries.push(remember(&entry));
                    if head.is_none() && leaves() {
                        return false;
                    }
                }
                Some(Event::Connected(connected)) => assert_eq!(connected.start, Start::Resumed),
                // What a client puts right is still a promise that the server has broken.
                Some(Event::Disconnected(Lost::Gap)) => panic!("{} was told a gap", held.reader),
                Some(Event::Closed(closing)) => panic!("{}: {closing}", held.reader),
                Some(_) => {}
                None => return true,
            },
            changed = heads.changed() => if changed.is_err() {
                return true;
            },
        }
    }
}

fn remember(entry: &parlor_client::Entry) -> Entry {
    let words = entry.message().map(|message| Words {
        id: message.id.clone(),
        content: message.content.clone(),
        client_id: message.client_message_id.clone(),
    });
    Entry {
        seq: entry.seq,
        words,
    }
}

/// The whole log, as the database has it.
pub(crate) async fn whole(client: &Client, chat: &str) -> Vec<Entry> {
    let log = client.log_after(chat, 0).await.unwrap();
    log.iter().map(remember).collect()
}

/// Writes into some conversations, by socket and by HTTP.
pub(crate) struct Writer {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) chats: Vec<Chat>,
    pub(crate) seed: u64,
    pub(crate) messages: usize,
    pub(crate) confirmed: Arc<Confirmed>,
}

/// Things said at once.
const AT_ONCE: usize = 8;

impl Writer {
    /// Opens its sockets; what they hear is everybody's to read, its own words included.
    pub(crate) async fn open(&self) -> Vec<(Sender, Events)> {
        let mut sockets = Vec::new();
        for (_, chat) in &self.chats {
            let socket = self
                .client
                .socket(chat, &self.name)
                .backoff(quick(self.seed));
            sockets.push(socket.from_start().open().unwrap());
        }
        sockets
    }

    pub(crate) async fn write(self, senders: Vec<Sender>) -> Vec<Sent> {
        let mut rng = Rng::new(self.seed);
        let mut sent = Vec::new();
        while sent.len() < self.messages {
            let mut under_way = Vec::new();
            let count = (1 + rng.below(AT_ONCE)).min(self.messages - sent.len());
            // All in one conversation, so that its log grows while it is read.
            let place = rng.below(self.chats.len());
            for n in sent.len()..sent.len() + count {
                let by_socket = rng.below(2) == 0;
                let content = format!("{} says {n} {}", self.name, "x".repeat(rng.below(1_500)));
                under_way.push(self.say(&senders[place], place, by_socket, n, content));
            }
            sent.extend(futures_util::future::join_all(under_way).await);
        }
        sent
    }

    async fn say(
        &self,
        sender: &Sender,
        place: usize,
        by_socket: bool,
        n: usize,
        content: String,
    ) -> Sent {
        let (conversation, chat) = self.chats[place].clone();
        let client_id = format!("{} {n}", self.name);
        let message = NewMessage::new(content.clone()).id(&client_id);
        let acked = if by_socket {
            let said = sender.send(message).await;
            said.map(|receipt| (receipt.seq, receipt.message_id))
        } else {
            let said = self.client.post(&chat, message.by(&self.name)).await;
            said.map(|posted| (posted.message.seq, posted.message.id))
        };
        if acked.is_ok() {
            self.confirmed.add();
        }
        Sent {
            conversation,
            client_id,
            content,
            acked: acked.ok(),
        }
    }
}
