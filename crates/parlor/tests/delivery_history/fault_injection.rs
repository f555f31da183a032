//! Twenty writers and twenty readers in fifty conversations, with breaking connections and a killed server.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_client::{Client, CreateChatRequest, CreateMessageRequest};
use parlor_testkit::{FaultProxy, TestBackend, TestRng};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::checker::{DeliveryHistory, ReceivedLog, check};
use crate::checker_self_test::assert_all_planted_detected;
use crate::clients::{
    AckCounter, IndexedChat, Reader, Writer, fast_backoff, read_whole_log, record_events,
};
use crate::nodes::Nodes;
use crate::program::{block_on, temp_dir};
use crate::raw_reader::read_raw;

const WRITERS: usize = 20;
const READERS: usize = 20;
const CHATS: usize = 50;
/// Conversations of one client.
const CHATS_PER_PERSON: usize = 5;
/// Messages of each writer, number of kills, and the first seed; environment variables override them.
const DEFAULT_MESSAGES: usize = 40;
const DEFAULT_KILLS: usize = 1;
const DEFAULT_SEED: u64 = 2;
/// Deadline for all readers to reach the end of the logs after the last write.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(60);

/// `PARLOR_HISTORY_SEED`, `PARLOR_HISTORY_MESSAGES`, `PARLOR_HISTORY_KILLS`.
fn env_number<T: std::str::FromStr>(name: &str, default: T) -> T {
    match std::env::var(format!("PARLOR_HISTORY_{name}")) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => default,
    }
}

#[test]
fn acknowledged_messages_are_delivered_once_in_order_sqlite() {
    run_and_check(TestBackend::Sqlite, 1);
}

#[test]
fn acknowledged_messages_are_delivered_once_in_order_postgres() {
    run_and_check(TestBackend::Postgres, 1);
}

/// Each connection is to a random node, and the nodes are killed in turn.
#[test]
fn acknowledged_messages_are_delivered_once_in_order_two_nodes() {
    run_and_check(TestBackend::Postgres, 2);
}

fn run_and_check(backend: TestBackend, nodes: usize) {
    let seed = env_number("SEED", DEFAULT_SEED);
    let folder = temp_dir();
    let database = (backend == TestBackend::Postgres).then(parlor_test_postgres::create_database);
    let url = database
        .as_ref()
        .map(parlor_test_postgres::TestDatabase::url);
    println!("PARLOR_HISTORY_SEED={seed}");
    let began = Instant::now();
    let history = block_on(run_history(folder.path(), url, nodes, seed));
    let faults = check(&history);
    let shown = &faults[..faults.len().min(20)];
    assert!(
        faults.is_empty(),
        "seed {seed}: {} faults, such as {shown:#?}",
        faults.len()
    );
    let acked = history
        .sent
        .iter()
        .filter(|sent| sent.acked.is_some())
        .count();
    let held: usize = history.received.iter().map(|held| held.entries.len()).sum();
    println!(
        "{acked} confirmed, {held} held by {}, in {:?}",
        history.received.len(),
        began.elapsed()
    );
    // A run with few acknowledged messages proves little.
    assert!(
        acked * 10 >= history.sent.len() * 9,
        "{acked} of {}",
        history.sent.len()
    );
    // The checker finds violations planted into this history.
    let one = &history.received[usize::try_from(seed).unwrap() % history.received.len()];
    let part = DeliveryHistory {
        logs: vec![history.logs[one.conversation].clone()],
        received: vec![ReceivedLog {
            conversation: 0,
            ..one.clone()
        }],
        ..DeliveryHistory::default()
    };
    assert!(assert_all_planted_detected(&part) > 0);
}

/// The conversations of one client: neighbouring clients share some.
fn chats_of_person(chats: &[IndexedChat], person: usize, stride: usize) -> Vec<IndexedChat> {
    let index = |n| (person * CHATS_PER_PERSON + n * stride) % CHATS;
    (0..CHATS_PER_PERSON)
        .map(|n| chats[index(n)].clone())
        .collect()
}

async fn run_history(
    folder: &Path,
    database: Option<&str>,
    node_count: usize,
    seed: u64,
) -> DeliveryHistory {
    let messages = env_number("MESSAGES", DEFAULT_MESSAGES);
    let kills = env_number("KILLS", DEFAULT_KILLS * node_count);
    let mut nodes = Nodes::start(folder, database, node_count);
    let key = nodes.first().key();
    let direct = Client::new(&nodes.first().url, &key).unwrap();
    let mut chats: Vec<IndexedChat> = Vec::new();
    for index in 0..CHATS {
        let chat = direct.create_chat(CreateChatRequest::new("owner").title(format!("{index}")));
        chats.push((index, chat.await.unwrap().id));
    }
    join_all(&direct, &chats).await;
    let mut lengths = TestRng::new(seed);
    // Some connections break before the first frame, most after some frames, some last long.
    let fuse = move || Some(200 + lengths.next() % 12_000);
    let gate = FaultProxy::with_byte_limit(&nodes.first().url, Box::new(fuse)).await;
    gate.set_targets(nodes.urls());
    gate.set_seed(seed);
    let confirmed = Arc::new(AckCounter::default());
    let (tell_heads, heads) = watch::channel(None);
    let client = |n: u64| {
        Client::new(&gate.url, &key)
            .unwrap()
            .backoff(fast_backoff(seed + n))
    };

    let mut reading = JoinSet::new();
    for person in 0..READERS {
        for chat in chats_of_person(&chats, person, 1) {
            let reader = Reader {
                client: client(person as u64),
                name: format!("reader {person}"),
                seed: seed ^ ((person * CHATS + chat.0) as u64) << 8,
                reconnects: person % 4 == 0,
                chat,
            };
            reading.spawn(reader.read(heads.clone()));
        }
    }
    // Through a proxy of their own that breaks no connections, so that only the server's death interrupts them.
    let window = FaultProxy::start(&nodes.first().url).await;
    window.set_targets(nodes.urls());
    window.set_seed(seed);
    for chat in &chats {
        let address = window.url.replacen("http", "ws", 1);
        let url = format!(
            "{address}/ws/chat?v=2&api_key={key}&user_id={}&chat_id={}",
            raw_reader_user(chat),
            chat.1
        );
        reading.spawn(read_raw(url, chat.clone(), heads.clone()));
    }
    let mut writing = JoinSet::new();
    let mut senders = Vec::new();
    for person in 0..WRITERS {
        let writer = Writer {
            client: client(person as u64 + 100),
            name: format!("writer {person}"),
            chats: chats_of_person(&chats, person, 3),
            seed: seed.wrapping_mul(31) + person as u64,
            messages,
            confirmed: confirmed.clone(),
        };
        let mut own = Vec::new();
        for ((sender, events), (chat, _)) in
            writer.open_sockets().await.into_iter().zip(&writer.chats)
        {
            reading.spawn(record_events(
                writer.name.clone(),
                *chat,
                events,
                heads.clone(),
            ));
            own.push(sender);
        }
        senders.extend(own.clone());
        writing.spawn(writer.send_all(own));
    }

    for kill in 1..=kills {
        confirmed
            .wait_for(WRITERS * messages * kill / (kills + 1))
            .await;
        tokio::task::block_in_place(|| nodes.kill(kill - 1));
        gate.set_targets(nodes.urls());
        window.set_targets(nodes.urls());
    }
    let sent = writing.join_all().await.into_iter().flatten().collect();
    gate.stop_faults();
    let connections = gate.connection_count();
    println!("{connections} connections");
    assert!(
        connections > 600,
        "two hundred sockets and {connections} connections are no storm"
    );
    let direct = Client::new(&nodes.first().url, &key).unwrap();
    let mut logs = Vec::new();
    for (_, chat) in &chats {
        logs.push(read_whole_log(&direct, chat).await);
    }
    let heads = logs.iter().map(|log| log.last().map_or(0, |last| last.seq));
    let held = wait_for_readers(heads.collect(), &tell_heads, reading).await;
    for sender in senders {
        sender.close().await;
    }
    tokio::task::block_in_place(|| nodes.stop());
    DeliveryHistory {
        sent,
        received: held,
        logs,
    }
}

/// The raw reader of a conversation: the number of sockets for one user is limited.
fn raw_reader_user((index, _): &IndexedChat) -> String {
    format!("witness{}", index % 10)
}

/// Sends a first message as every client, which makes it a participant: joining later would add entries to the log.
async fn join_all(direct: &Client, chats: &[IndexedChat]) {
    let of = |who: &'static str, count: usize, stride| {
        (0..count).flat_map(move |person| {
            let own = chats_of_person(chats, person, stride).into_iter();
            own.map(move |(_, chat)| (chat, format!("{who} {person}")))
        })
    };
    let watching = chats
        .iter()
        .map(|chat| (chat.1.clone(), raw_reader_user(chat)));
    let all = of("reader", READERS, 1).chain(of("writer", WRITERS, 3));
    for (chat, name) in all.chain(watching) {
        direct
            .send_message(&chat, CreateMessageRequest::new("here").user_id(name))
            .await
            .unwrap();
    }
}

/// Waits until every reader has reached the end of the logs.
async fn wait_for_readers(
    heads: Vec<i64>,
    tell: &watch::Sender<Option<Arc<Vec<i64>>>>,
    mut reading: JoinSet<ReceivedLog>,
) -> Vec<ReceivedLog> {
    let nothing = Arc::new(vec![0; heads.len()]);
    tell.send_replace(Some(Arc::new(heads)));
    let mut held = Vec::new();
    let all = async {
        while let Some(one) = reading.join_next().await {
            held.push(one.unwrap());
        }
    };
    if tokio::time::timeout(CATCH_UP_TIMEOUT, all).await.is_err() {
        // A reader that still waits lacks something: the checker reports what.
        tell.send_replace(Some(nothing));
        while let Some(one) = reading.join_next().await {
            held.push(one.unwrap());
        }
    }
    held
}
