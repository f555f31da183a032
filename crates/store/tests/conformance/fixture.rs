//! A database per test on either backend, with a workspace.

use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use parlor_model::conversation::{ConversationKind, GroupProfile, ServiceConfig};
use parlor_model::member::{CreateMember, MemberKind};
use parlor_model::participant::ParticipantRole;
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Result, Timestamp};
use parlor_store::repo::conversation::{InsertConversationResult, NewConversationRow};
use parlor_store::repo::{conversation, log, member, participant, workspace};
use parlor_store::{Bounds, CommitListener, Store, StoreOptions, Tx};
use parlor_test_postgres::TestDatabase;
use tempfile::TempDir;

/// Declares two tests per function: one on each database.
macro_rules! test_both_backends {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { crate::fixture::run(crate::fixture::DatabaseLocation::sqlite(), super::$name); })*
        }
        mod postgres {
            $(#[test] fn $name() { crate::fixture::run(crate::fixture::DatabaseLocation::postgres(), super::$name); })*
        }
    };
}

/// Location of a test's database.
pub(crate) enum DatabaseLocation {
    Sqlite(TempDir),
    Postgres(TestDatabase),
}

impl DatabaseLocation {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) fn postgres() -> Self {
        Self::Postgres(parlor_test_postgres::create_database())
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

    /// Runs a query outside of the store and returns its only number.
    pub(crate) fn query_number(&self, sql: &str) -> i64 {
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

    /// Returns the foreign keys to numbered rows of a workspace: table, column and the table it refers to.
    pub(crate) fn foreign_keys(&self) -> Vec<(String, String, String)> {
        match self {
            Self::Sqlite(_) => rusqlite::Connection::open(self.file().unwrap())
                .unwrap()
                .prepare(
                    r#"select m.name, f."from", f."table" from sqlite_master m
                    join pragma_foreign_key_list(m.name) f
                    where m.type = 'table' and f."table" <> 'workspace'"#,
                )
                .unwrap()
                .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .unwrap()
                .map(|row| row.unwrap())
                .collect(),
            Self::Postgres(_) => {
                let url = self.url();
                on_a_thread(move || {
                    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                    let sql = "select c.conrelid::regclass::text, cast(a.attname as text), c.confrelid::regclass::text
                        from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[2]
                        where c.contype = 'f' and array_length(c.conkey, 1) = 2";
                    let rows = client.query(sql, &[]).unwrap().into_iter();
                    rows.map(|row| (row.get(0), row.get(1), row.get(2)))
                        .collect()
                })
            }
        }
    }

    /// Runs a statement outside of the store.
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

/// Runs blocking work on a thread: the blocking driver must not run on a thread of the async runtime.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::spawn(work).join().unwrap()
}

/// Clock that runs from a fixed instant and can be set.
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

    pub(crate) fn advance(&self, micros: i64) {
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

impl RandomSource for TestRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let word = RandomState::new().build_hasher().finish().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

pub(crate) fn options(url: &str, clock: Arc<TestClock>) -> StoreOptions {
    StoreOptions {
        commit_listener: CommitListener::default(),
        url: url.to_owned(),
        connections: 8,
        clock,
        random: Arc::new(TestRandom),
        bounds: Bounds::default(),
    }
}

/// Open store with one workspace and one member.
pub(crate) struct TestWorkspace {
    pub(crate) database: DatabaseLocation,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Store,
    pub(crate) ws: i64,
    pub(crate) member: i64,
}

/// Runs a test with its own database.
pub(crate) fn run<F: Future<Output = ()>>(
    database: DatabaseLocation,
    test: impl FnOnce(TestWorkspace) -> F,
) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async { test(TestWorkspace::new(database).await).await });
}

impl TestWorkspace {
    async fn new(database: DatabaseLocation) -> Self {
        let clock = TestClock::new();
        let store = Store::open(&options(&database.url(), clock.clone())).unwrap();
        let (ws, member) = store
            .write(|tx| {
                let organization = workspace::insert_organization(tx, "Org")?;
                let ws = workspace::insert(tx, organization, "Work")?.number;
                Ok((ws, new_member(tx, ws, None)?))
            })
            .await
            .unwrap();
        Self {
            database,
            clock,
            store,
            ws,
            member,
        }
    }

    /// Opens a second store on the same database, as another node does.
    pub(crate) fn open_second_store(&self) -> Store {
        Store::open(&options(&self.database.url(), self.clock.clone())).unwrap()
    }

    /// Drops the store and opens the database again.
    pub(crate) fn reopened(self) -> Self {
        self.with_listener(CommitListener::default())
    }

    /// Reopens the database with a commit listener.
    pub(crate) fn with_listener(self, watch: CommitListener) -> Self {
        self.with_options(|options| options.commit_listener = watch)
    }

    /// Reopens the database with changed options.
    pub(crate) fn with_options(self, change: impl FnOnce(&mut StoreOptions)) -> Self {
        let Self {
            database,
            clock,
            store,
            ws,
            member,
        } = self;
        drop(store);
        let mut options = options(&database.url(), clock.clone());
        change(&mut options);
        let store = Store::open(&options).unwrap();
        Self {
            database,
            clock,
            store,
            ws,
            member,
        }
    }

    /// Creates a conversation with its first entry and one participant.
    pub(crate) async fn conversation(&self) -> InsertConversationResult {
        let (ws, member) = (self.ws, self.member);
        self.store
            .write(move |tx| new_conversation(tx, ws, member, None))
            .await
            .unwrap()
    }

    /// Returns the number of rows of a table.
    pub(crate) fn rows(&self, table: &str) -> i64 {
        self.database
            .query_number(&format!("select count(*) from {table}"))
    }
}

pub(crate) fn new_member(tx: &mut dyn Tx, ws: i64, external_id: Option<&str>) -> Result<i64> {
    let new = CreateMember {
        external_id: external_id.map(str::to_owned),
        ..CreateMember::new(MemberKind::Person)
    };
    Ok(member::insert(tx, ws, &new)?.unwrap().number)
}

pub(crate) fn new_conversation(
    tx: &mut dyn Tx,
    ws: i64,
    member: i64,
    title: Option<&str>,
) -> Result<InsertConversationResult> {
    let new = NewConversationRow {
        kind: ConversationKind::Chat,
        space: None,
        title,
        title_is_automatic: false,
        owner: Some(member),
        subject: Some(member),
        service: &ServiceConfig::default(),
        group_profile: &GroupProfile::default(),
        description: None,
        responder: "{}",
        metadata: "{}",
    };
    let made = conversation::insert(tx, ws, &new)?;
    log::insert_first_entry(tx, ws, made.number, Some(member), made.at, "{}")?;
    participant::insert(
        tx,
        ws,
        made.number,
        member,
        ParticipantRole::Owner,
        made.at,
        0,
    )?;
    Ok(made)
}
