//! Latency of messages while a member with very many messages and a conversation with very many are deleted.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use parlor_test_postgres::{Durability, PostgresServer, TestDatabase};
use rusqlite::Connection;

use super::message::MESSAGE_TEXT;
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::server::BenchServer;
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;
use crate::bench::{BenchContext, clock, wait};

/// Messages of others: concurrent connections, conversations and rate.
const CONNECTIONS: usize = 32;
const CONVERSATION_COUNT: usize = 100;
const MESSAGES_PER_SECOND: f64 = 300.0;
/// External id of the author of the many messages.
const AUTHOR: &str = "author";
/// Maximum time to build the search index, and to remove the messages.
const BACKGROUND_TIMEOUT: Duration = Duration::from_secs(3600);

/// Measures the p99 of others' messages; goal: at most twice that without a deletion.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    let data_dir = bench.run_dir.join("delete-embedded");
    let file = data_dir.join("parlor.db");
    rows.extend(measure_on(bench, &data_dir, &SeedDatabase::Embedded(file))?);
    let cluster = PostgresServer::start(Durability::On);
    let data_dir = bench.run_dir.join("delete-postgres");
    let database = SeedDatabase::Postgres(cluster.create_database());
    rows.extend(measure_on(bench, &data_dir, &database)?);
    Ok(rows)
}

/// Direct access to the database, to write the messages.
enum SeedDatabase {
    Embedded(PathBuf),
    Postgres(TestDatabase),
}

impl SeedDatabase {
    fn name(&self) -> &'static str {
        match self {
            Self::Embedded(_) => "embedded",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Embedded(_) => None,
            Self::Postgres(database) => Some(database.url()),
        }
    }

    fn execute(&self, sql: &str) -> Result<()> {
        match self {
            Self::Embedded(file) => Ok(Connection::open(file)?.execute_batch(sql)?),
            Self::Postgres(database) => {
                database.execute(sql);
                Ok(())
            }
        }
    }

    fn query_number(&self, sql: &str) -> Result<i64> {
        match self {
            Self::Embedded(file) => {
                Ok(Connection::open(file)?.query_row(sql, (), |row| row.get(0))?)
            }
            Self::Postgres(database) => Ok(database.count(sql)),
        }
    }

    /// Writes messages of the author into the conversation with the greatest number, one a millisecond.
    fn seed(&self, messages: u64) -> Result<()> {
        let now = clock::now_micros();
        let (numbers, id) = match self {
            Self::Embedded(_) => (
                format!(
                    "with recursive n(i) as (select 1 union all select i + 1 from n where i < {messages})"
                ),
                "unhex(printf('%012x70008%015x', at / 1000, i))",
            ),
            Self::Postgres(_) => (
                format!("with n(i) as (select generate_series(1, {messages}))"),
                "cast(lpad(to_hex(at / 1000), 12, '0') || '70008' || lpad(to_hex(i), 15, '0') as uuid)",
            ),
        };
        self.execute(&format!(
            "insert into message (ws, id, conversation, seq, author, role, text, created_at, updated_at)
                select ws, {id}, conversation, seq, author, 'user', '{MESSAGE_TEXT}', at, at from ({numbers}
                    select i, c.ws as ws, c.number as conversation, c.last_seq + i as seq, m.number as author,
                        {now} - ({messages} - i) * 1000 as at
                    from n, conversation c, member m
                    where c.number = (select max(number) from conversation) and m.external_id = '{AUTHOR}') s
                order by i;
             update conversation set last_seq = last_seq + {messages}, last_message_seq = last_seq + {messages},
                    last_message_at = {now}, updated_at = {now}
                where number = (select max(number) from conversation);"
        ))
    }
}

fn measure_on(
    bench: &BenchContext,
    data_dir: &Path,
    database: &SeedDatabase,
) -> Result<Vec<TableRow>> {
    let start =
        |credentials| BenchServer::start_unpinned(bench, data_dir, database.url(), credentials);
    let server = start(None)?;
    let others = (0..CONVERSATION_COUNT)
        .map(|_| create_chat(&server, "other"))
        .collect::<Result<Vec<_>>>()?;
    create_chat(&server, AUTHOR)?;
    let large = create_chat(&server, "customer")?;
    let credentials = server.credentials.clone();
    server.stop()?;
    let messages = bench.large_rows;
    println!("bench: writing {messages} messages, {}", database.name());
    database.seed(messages)?;
    let server = start(credentials)?;
    let newest = database.query_number("select max(number) from message")?;
    wait::wait_until("the search index", BACKGROUND_TIMEOUT, || {
        let indexed =
            database.query_number("select indexed from search_position where noun = 'message'")?;
        Ok((indexed >= newest).then_some(()))
    })?;
    let run = DeletionRun {
        bench,
        server: &server,
        others,
    };
    let mut calm = Vec::new();
    for _ in 0..bench.runs {
        calm.push(run.measure_others(None)?);
    }
    let member = run.measure_others(Some(&format!("/api/v1/users/{AUTHOR}")))?;
    let begun = Instant::now();
    let mut removal = vec![run.measure_others(Some(&format!("/api/v1/chats/{large}")))?];
    let left = "select count(*) from job where kind = 'remove_conversation'";
    while removal.len() < bench.runs && database.query_number(left)? > 0 {
        removal.push(run.measure_others(None)?);
    }
    wait::wait_until("the removal", BACKGROUND_TIMEOUT, || {
        Ok((database.query_number(left)? == 0).then_some(()))
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let author = format!("select count(*) from member where external_id = '{AUTHOR}'");
    ensure!(database.query_number(&author)? == 0, "the member is there");
    let remains =
        "select count(*) from message where conversation not in (select number from conversation)";
    ensure!(database.query_number(remains)? == 0, "messages are left");
    server.stop()?;
    Ok(to_rows(
        &format!("{}, {messages} messages", database.name()),
        &calm,
        &[member],
        &removal,
        seconds,
    ))
}

fn to_rows(
    what: &str,
    calm: &[f64],
    member: &[f64],
    removal: &[f64],
    seconds: f64,
) -> Vec<TableRow> {
    let name = format!("{what}: p99 ms of others' messages");
    let goal = Goal::AtMost(2.0, None);
    vec![
        TableRow::amount(format!("{name} before"), calm),
        TableRow::amount(format!("{name} while their member is deleted"), member),
        TableRow::amount(
            format!("{name} while their conversation is removed"),
            removal,
        ),
        TableRow::ratio_of(
            format!("{what}: p99 beside the deletion of their member over before"),
            member,
            calm,
        )
        .with_goal("", goal),
        TableRow::ratio_of(
            format!("{what}: p99 beside the removal of their conversation over before"),
            removal,
            calm,
        )
        .with_goal("", goal),
        TableRow::amount(format!("{what}: seconds until all is removed"), &[seconds]),
    ]
}

/// Server with the data, and the conversations that others write to.
struct DeletionRun<'b> {
    bench: &'b BenchContext,
    server: &'b BenchServer,
    others: Vec<String>,
}

impl DeletionRun<'_> {
    /// Measures the p99 of others' messages. `delete` is the path of what is deleted once they are sent.
    fn measure_others(&self, delete: Option<&str>) -> Result<f64> {
        let bench = self.bench;
        let mode = LoadMode::Repeat {
            connections: CONNECTIONS,
            warm: bench.warmup_seconds,
            seconds: bench.seconds,
            rate: Some(MESSAGES_PER_SECOND),
        };
        let mut plan = self.server.load_plan("POST", "", "X-API-Key", mode);
        plan.paths = self
            .others
            .iter()
            .map(|id| format!("/api/v1/chats/{id}/messages"))
            .collect();
        plan.body = Some(format!(r#"{{"content":"{MESSAGE_TEXT}"}}"#));
        let worker = LoadWorker::start(bench, "others", &plan)?;
        // The deletion falls into the measured time.
        let at =
            Instant::now() + Duration::from_secs_f64(bench.warmup_seconds + bench.seconds / 4.0);
        let mut deleted = delete.map(|path| self.delete_plan(path));
        let mut outcome = Ok(());
        let report = worker.wait_load_report(|| {
            if Instant::now() >= at
                && let Some(plan) = deleted.take()
            {
                outcome = load::request_json(&plan).map(drop);
            }
        })?;
        outcome?;
        ensure!(deleted.is_none(), "the deletion was not sent in time");
        Ok(report.p99_ms)
    }

    fn delete_plan(&self, path: &str) -> LoadPlan {
        self.server.load_plan("DELETE", path, "X-API-Key", single())
    }
}

fn create_chat(server: &BenchServer, user: &str) -> Result<String> {
    let mut plan = server.load_plan("POST", "/api/v1/chats/", "X-API-Key", single());
    plan.body = Some(format!(r#"{{"user_id":"{user}","title":"Deletion"}}"#));
    let chat = load::request_json(&plan)?;
    let id = chat["id"].as_str().map(str::to_owned);
    id.context("no chat was made")
}

fn single() -> LoadMode {
    LoadMode::Download { seconds: 0.0 }
}
