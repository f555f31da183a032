//! A database per test, on either backend, with a workspace in it.

use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use parlor_cluster::Database;
use parlor_model::conversation::{Card, Kind, Service};
use parlor_model::member::{CreateMember, Kind as MemberKind};
use parlor_model::participant::Role;
use parlor_model::time::{Clock, Random};
use parlor_model::{Result, Timestamp};
use parlor_store::repo::conversation::{Inserted, NewConversation};
use parlor_store::repo::{conversation, log, member, participant, workspace};
use parlor_store::{Bounds, Options, Store, Tx, Watch};
use tempfile::TempDir;

/// Makes two tests of each function: one on each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { crate::world::run(crate::world::Place::sqlite(), super::$name); })*
        }
        mod postgres {
            $(#[test] fn $name() { crate::world::run(crate::world::Place::postgres(), super::$name); })*
        }
    };
}

/// Where a test's database is.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(Database),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) fn postgres() -> Self {
        Self::Postgres(parlor_cluster::fresh_database())
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(_) => format!("sqlite:{}", self.file().unwrap().display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }

    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(folder) => Some(folder.path().join("parlor.db")),
            Self::Postgres(_) => None,
        }
    }

    /// Runs one text past the store and gives its one number.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        match self {
            Self::Sqlite(_) => rusqlite::Connection::open(self.file().unwrap())
                .unwrap()
                .query_row(sql, (), |row| row.get(0))
                .unwrap(),
            Self::Postgres(_) => {
                let (url, sql) = (self.url(), sql.to_owned());
                on_a_thread(move || {
                    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                    client.query_one(&sql, &[]).unwrap().get(0)
                })
            }
        }
    }

    /// Runs a text past the store.
    pub(crate) fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(_) => rusqlite::Connection::open(self.file().unwrap())
                .unwrap()
                .execute_batch(sql)
                .unwrap(),
            Self::Postgres(_) => {
                let (url, sql) = (self.url(), sql.to_owned());
                on_a_thread(move || {
                    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                    client.batch_execute(&sql).unwrap();
                });
            }
        }
    }
}

/// The blocking driver may not run on a thread of the asynchronous runtime.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::spawn(work).join().unwrap()
}

/// Goes on from a fixed instant, and can be turned.
pub(crate) struct TestClock {
    start: Instant,
    base: AtomicI64,
}

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            base: AtomicI64::new(1_750_000_000_000_000),
        })
    }

    pub(crate) fn turn(&self, micros: i64) {
        self.base.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.start.elapsed().as_micros()).unwrap();
        Timestamp::from_micros(self.base.load(Ordering::Relaxed) + passed)
    }
}

struct TestRandom;

impl Random for TestRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let word = RandomState::new().build_hasher().finish().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

pub(crate) fn options(url: &str, clock: Arc<TestClock>) -> Options {
    Options {
        watch: Watch::default(),
        url: url.to_owned(),
        connections: 8,
        clock,
        random: Arc::new(TestRandom),
        bounds: Bounds::default(),
    }
}

/// An open store with one workspace and one member.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Store,
    pub(crate) ws: i64,
    pub(crate) member: i64,
}

/// Runs a test in a world of its own.
pub(crate) fn run<F: Future<Output = ()>>(place: Place, test: impl FnOnce(World) -> F) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async { test(World::new(place).await).await });
}

impl World {
    async fn new(place: Place) -> Self {
        let clock = TestClock::new();
        let store = Store::open(&options(&place.url(), clock.clone())).unwrap();
        let (ws, member) = store
            .write(|tx| {
                let organization = workspace::insert_organization(tx, "Org")?;
                let ws = workspace::insert(tx, organization, "Work")?.number;
                Ok((ws, new_member(tx, ws, None)?))
            })
            .await
            .unwrap();
        Self {
            place,
            clock,
            store,
            ws,
            member,
        }
    }

    /// A second store on the same database, as another node has one.
    pub(crate) fn another(&self) -> Store {
        Store::open(&options(&self.place.url(), self.clock.clone())).unwrap()
    }

    /// The same database after the store was dropped.
    pub(crate) fn reopened(self) -> Self {
        self.watched(Watch::default())
    }

    /// The same, with somebody to be told of what is committed.
    pub(crate) fn watched(self, watch: Watch) -> Self {
        self.opened_otherwise(|options| options.watch = watch)
    }

    /// The same world behind a store that is opened otherwise.
    pub(crate) fn opened_otherwise(self, change: impl FnOnce(&mut Options)) -> Self {
        let Self {
            place,
            clock,
            store,
            ws,
            member,
        } = self;
        drop(store);
        let mut options = options(&place.url(), clock.clone());
        change(&mut options);
        let store = Store::open(&options).unwrap();
        Self {
            place,
            clock,
            store,
            ws,
            member,
        }
    }

    /// A conversation with its opening entry and one participant.
    pub(crate) async fn conversation(&self) -> Inserted {
        let (ws, member) = (self.ws, self.member);
        self.store
            .write(move |tx| new_conversation(tx, ws, member, None))
            .await
            .unwrap()
    }

    /// Rows of a table.
    pub(crate) fn rows(&self, table: &str) -> i64 {
        self.place.number(&format!("select count(*) from {table}"))
    }
}

pub(crate) fn new_member(tx: &mut dyn Tx, ws: i64, external_id: Option<&str>) -> Result<i64> {
    let new = CreateMember {
        external_id: external_id.map(str::to_owned),
        ..CreateMember::of(MemberKind::Person)
    };
    Ok(member::insert(tx, ws, &new)?.unwrap().number)
}

pub(crate) fn new_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    title: Option<&str>,
) -> Result<Inserted> {
    let new = NewConversation {
        kind: Kind::Chat,
        space: None,
        title,
        title_is_automatic: false,
        owner: Some(member),
        subject: Some(member),
        service: &Service::default(),
        card: &Card::default(),
        description: None,
        responder: "{}",
        metadata: "{}",
    };
    let made = conversation::insert(tx, ws, &new)?;
    log::open(tx, ws, made.number, Some(member), made.at, "{}")?;
    participant::insert(tx, ws, made.number, member, Role::Owner, made.at, 0)?;
    Ok(made)
}
