//! Twenty who write, twenty who read, fifty conversations, connections that break, and a server that is killed.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_client::{Client, NewChat, NewMessage};
use parlor_testkit::{Backend, Gate, Rng};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::checker::{Held, History, check};
use crate::person::{Chat, Confirmed, Reader, Writer, keep, quick, whole};
use crate::planted::every_plant_is_noticed;
use crate::program::{Program, binary, block_on, command, folder};
use crate::witness::witness;

const WRITERS: usize = 20;
const READERS: usize = 20;
const CHATS: usize = 50;
/// Conversations of one person.
const OWN: usize = 5;
/// What each says, how often the server is killed, and the first seed, unless the variables say otherwise.
const MESSAGES: usize = 40;
const KILLS: usize = 1;
const SEED: u64 = 2;
/// For everybody to have read everything, once nothing more is written.
const PATIENCE: Duration = Duration::from_secs(60);

/// `PARLOR_HISTORY_SEED`, `PARLOR_HISTORY_MESSAGES`, `PARLOR_HISTORY_KILLS`.
fn number<T: std::str::FromStr>(name: &str, default: T) -> T {
    match std::env::var(format!("PARLOR_HISTORY_{name}")) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => default,
    }
}

#[test]
fn everything_confirmed_is_everywhere_once_in_one_order_sqlite() {
    weather(Backend::Sqlite);
}

#[test]
fn everything_confirmed_is_everywhere_once_in_one_order_postgres() {
    weather(Backend::Postgres);
}

fn weather(backend: Backend) {
    let seed = number("SEED", SEED);
    let place = folder();
    let database = (backend == Backend::Postgres).then(parlor_cluster::fresh_database);
    let url = database.as_ref().map(parlor_cluster::Database::url);
    println!("PARLOR_HISTORY_SEED={seed}");
    let began = Instant::now();
    let history = block_on(storm(&place.path().join("data"), url, seed));
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
    let held: usize = history.held.iter().map(|held| held.entries.len()).sum();
    println!(
        "{acked} confirmed, {held} held by {}, in {:?}",
        history.held.len(),
        began.elapsed()
    );
    // A storm in which little came through proves little.
    assert!(
        acked * 10 >= history.sent.len() * 9,
        "{acked} of {}",
        history.sent.len()
    );
    // And the checker sees what is planted into this very history.
    let one = &history.held[usize::try_from(seed).unwrap() % history.held.len()];
    let part = History {
        logs: vec![history.logs[one.conversation].clone()],
        held: vec![Held {
            conversation: 0,
            ..one.clone()
        }],
        ..History::default()
    };
    assert!(every_plant_is_noticed(&part) > 0);
}

/// Starts the server as it was started before.
fn start(data: &Path, database: Option<&str>) -> Program {
    let mut command = command(binary());
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--log-format",
        "json",
        "--connections",
        "4",
        "--data",
    ]);
    command.arg(data);
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    Program::spawn(command, data).unwrap_or_else(|ended| panic!("{ended:?}"))
}

/// The conversations of one person: neighbours share some.
fn own(chats: &[Chat], person: usize, stride: usize) -> Vec<Chat> {
    let place = |n| (person * OWN + n * stride) % CHATS;
    (0..OWN).map(|n| chats[place(n)].clone()).collect()
}

async fn storm(data: &Path, database: Option<&str>, seed: u64) -> History {
    let messages = number("MESSAGES", MESSAGES);
    let kills = number("KILLS", KILLS);
    let mut program = start(data, database);
    let key = program.key();
    let direct = Client::new(&program.url, &key).unwrap();
    let mut chats: Vec<Chat> = Vec::new();
    for place in 0..CHATS {
        let chat = direct.create_chat(NewChat::of("owner").title(format!("{place}")));
        chats.push((place, chat.await.unwrap().id));
    }
    join(&direct, &chats).await;
    let mut lengths = Rng::new(seed);
    // Some break before the first frame, most after some, some hold for long.
    let fuse = move || Some(200 + lengths.next() % 12_000);
    let gate = Gate::fused(&program.url, Box::new(fuse)).await;
    let confirmed = Arc::new(Confirmed::default());
    let (tell_heads, heads) = watch::channel(None);
    let client = |n: u64| {
        Client::new(&gate.url, &key)
            .unwrap()
            .backoff(quick(seed + n))
    };

    let mut reading = JoinSet::new();
    for person in 0..READERS {
        for chat in own(&chats, person, 1) {
            let reader = Reader {
                client: client(person as u64),
                name: format!("reader {person}"),
                seed: seed ^ ((person * CHATS + chat.0) as u64) << 8,
                restless: person % 4 == 0,
                chat,
            };
            reading.spawn(reader.read(heads.clone()));
        }
    }
    // Through a gate of their own, at which only the server's death is felt.
    let window = Gate::open(&program.url).await;
    for chat in &chats {
        let address = window.url.replacen("http", "ws", 1);
        let url = format!(
            "{address}/ws/chat?v=2&api_key={key}&user_id={}&chat_id={}",
            eye(chat),
            chat.1
        );
        reading.spawn(witness(url, chat.clone(), heads.clone()));
    }
    let mut writing = JoinSet::new();
    let mut senders = Vec::new();
    for person in 0..WRITERS {
        let writer = Writer {
            client: client(person as u64 + 100),
            name: format!("writer {person}"),
            chats: own(&chats, person, 3),
            seed: seed.wrapping_mul(31) + person as u64,
            messages,
            confirmed: confirmed.clone(),
        };
        let mut own = Vec::new();
        for ((sender, events), (chat, _)) in writer.open().await.into_iter().zip(&writer.chats) {
            reading.spawn(keep(writer.name.clone(), *chat, events, heads.clone()));
            own.push(sender);
        }
        senders.extend(own.clone());
        writing.spawn(writer.write(own));
    }

    for kill in 1..=kills {
        confirmed
            .reach(WRITERS * messages * kill / (kills + 1))
            .await;
        program.signal("KILL");
        program.wait();
        program = tokio::task::block_in_place(|| start(data, database));
        gate.lead_to(&program.url);
        window.lead_to(&program.url);
    }
    let sent = writing.join_all().await.into_iter().flatten().collect();
    gate.calm();
    let connections = gate.passed();
    println!("{connections} connections");
    assert!(
        connections > 600,
        "two hundred sockets and {connections} connections are no storm"
    );
    let direct = Client::new(&program.url, &key).unwrap();
    let mut logs = Vec::new();
    for (_, chat) in &chats {
        logs.push(whole(&direct, chat).await);
    }
    let heads = logs.iter().map(|log| log.last().map_or(0, |last| last.seq));
    let held = finish(heads.collect(), &tell_heads, reading).await;
    for sender in senders {
        sender.close().await;
    }
    tokio::task::block_in_place(|| program.stop());
    History { sent, held, logs }
}

/// Who witnesses a conversation: nobody may have many sockets.
fn eye((place, _): &Chat) -> String {
    format!("witness{}", place % 10)
}

/// Everybody says a first word, and so takes part before the storm: whoever came in later would make a log longer.
async fn join(direct: &Client, chats: &[Chat]) {
    let of = |who: &'static str, count: usize, stride| {
        (0..count).flat_map(move |person| {
            let own = own(chats, person, stride).into_iter();
            own.map(move |(_, chat)| (chat, format!("{who} {person}")))
        })
    };
    let watching = chats.iter().map(|chat| (chat.1.clone(), eye(chat)));
    let all = of("reader", READERS, 1).chain(of("writer", WRITERS, 3));
    for (chat, name) in all.chain(watching) {
        direct
            .post(&chat, NewMessage::new("here").by(name))
            .await
            .unwrap();
    }
}

/// Lets everybody read to the end of the logs.
async fn finish(
    heads: Vec<i64>,
    tell: &watch::Sender<Option<Arc<Vec<i64>>>>,
    mut reading: JoinSet<Held>,
) -> Vec<Held> {
    let nothing = Arc::new(vec![0; heads.len()]);
    tell.send_replace(Some(Arc::new(heads)));
    let mut held = Vec::new();
    let all = async {
        while let Some(one) = reading.join_next().await {
            held.push(one.unwrap());
        }
    };
    if tokio::time::timeout(PATIENCE, all).await.is_err() {
        // Whoever still waits lacks something: the checker says what.
        tell.send_replace(Some(nothing));
        while let Some(one) = reading.join_next().await {
            held.push(one.unwrap());
        }
    }
    held
}
