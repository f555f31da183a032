//! Messages that leave over a carrier: what they cost those who write, how many leave in a second, and how soon.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use parlor_test_postgres::{Durability, PostgresServer};
use serde_json::{Value, json};

use super::LoadRuns;
use super::message::MESSAGE_TEXT;
use crate::bench::BenchContext;
use crate::bench::clock;
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::outbox::{OutboxLoadPlan, OutboxLoadReport, PacedPosts};
use crate::bench::parlor_command::set_quiet_hours;
use crate::bench::server::{self, BenchServer, DiskSpeed};
use crate::bench::table::{Goal, TableRow};
use crate::bench::worker::LoadWorker;

/// Chats of each medium.
const CHATS: usize = 64;
const CONNECTIONS: usize = 64;
/// Messages of a second whose delays are measured.
const PACE: f64 = 100.0;
/// Maximum time of a run beside that of its measurement.
const RUN_TIMEOUT: Duration = Duration::from_secs(120);
/// Single request.
const SINGLE: LoadMode = LoadMode::Download { seconds: 0.0 };
/// Only path of the floor, which parses JSON, stores nothing and answers.
const FLOOR_PATH: &str = "/workspaces/floor/generate-access-key-token";

/// Measures both databases.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let floor = measure_floor(bench)?;
    if bench.floors_only {
        return Ok(vec![TableRow::amount("bare requests/s", &floor.per_second)]);
    }
    let cluster = PostgresServer::start(Durability::On);
    let database = cluster.create_database();
    let mut rows = Vec::new();
    for (label, database) in [("embedded", None), ("PostgreSQL", Some(database.url()))] {
        let data = bench.run_dir.join(format!("outbox-{label}"));
        let stage = OutboxStage::start(bench, &data, database)?;
        let runs = stage.measure().with_context(|| label.to_owned())?;
        stage.server.stop()?;
        rows.extend(table_rows(label, &floor, &runs));
    }
    Ok(rows)
}

fn measure_floor(bench: &BenchContext) -> Result<LoadRuns> {
    let floor = BenchServer::start_baseline(bench, "http", None, DiskSpeed::Normal)?;
    let mut plan = floor.load_plan("POST", FLOOR_PATH, "x-api-key", repeat(bench));
    plan.body = Some("{}".to_owned());
    let mut runs = LoadRuns::default();
    for _ in 0..bench.runs {
        runs.push(&server::run_load(bench, &plan)?);
    }
    floor.stop()?;
    Ok(runs)
}

fn repeat(bench: &BenchContext) -> LoadMode {
    LoadMode::Repeat {
        connections: CONNECTIONS,
        warm: bench.warmup_seconds,
        seconds: bench.seconds,
        rate: None,
    }
}

/// Results of one database.
#[derive(Default)]
struct OutboxRuns {
    /// Messages that stay in the server.
    kept: LoadRuns,
    /// Messages that are queued, and do not leave yet.
    queued: LoadRuns,
    sent_per_second: Vec<f64>,
    delay_p50: Vec<f64>,
    delay_p99: Vec<f64>,
}

fn table_rows(label: &str, floor: &LoadRuns, runs: &OutboxRuns) -> Vec<TableRow> {
    let what = format!("outbox, {label}");
    vec![
        TableRow::compared(
            format!("{what}: messages/s without and with a row of the outbox, c={CONNECTIONS}"),
            &runs.kept.per_second,
            &runs.queued.per_second,
        )
        .with_goal("", Goal::AtLeast(0.8, None)),
        TableRow::compared(
            format!("{what}: processor µs of the server per message, without and with a row"),
            &runs.kept.server_us,
            &runs.queued.server_us,
        ),
        TableRow::compared(
            format!("{what}: bare requests/s, and messages/s to the carrier"),
            &floor.per_second,
            &runs.sent_per_second,
        ),
        TableRow::amount(
            format!("{what}: from the answer to the carrier at {PACE}/s, p50 ms"),
            &runs.delay_p50,
        ),
        TableRow::amount(
            format!("{what}: from the answer to the carrier at {PACE}/s, p99 ms"),
            &runs.delay_p99,
        ),
    ]
}

/// A server with chats over text messages, and others that stay on a page.
struct OutboxStage<'b> {
    bench: &'b BenchContext,
    data: &'b Path,
    database: Option<&'b str>,
    server: BenchServer,
    carrier_address: String,
    over_sms: Vec<String>,
    on_page: Vec<String>,
}

impl<'b> OutboxStage<'b> {
    fn start(
        bench: &'b BenchContext,
        data: &'b Path,
        database: Option<&'b str>,
    ) -> Result<OutboxStage<'b>> {
        let carrier_address = server::free_address()?;
        let variables = [
            ("PARLOR_SMS__KIND", "twilio".to_owned()),
            ("PARLOR_SMS__BASE_URL", format!("http://{carrier_address}")),
            ("PARLOR_SMS__ACCOUNT_SID", "AC1".to_owned()),
            ("PARLOR_SMS__AUTH_TOKEN", "token".to_owned()),
        ];
        let server = BenchServer::start_configured(bench, data, database, &variables)?;
        let mut stage = Self {
            bench,
            data,
            database,
            server,
            carrier_address,
            over_sms: Vec::new(),
            on_page: Vec::new(),
        };
        stage.create_chats()?;
        Ok(stage)
    }

    fn create_chats(&mut self) -> Result<()> {
        let number = json!({ "number": "+15005550001" });
        let number = self.create("/phone-numbers", &number)?["id"].clone();
        for index in 0..CHATS {
            let phone = format!("+150055502{index:02}");
            let member = json!({ "name": format!("Member {index}"), "phone": phone });
            let member = self.create("/members", &member)?["id"].clone();
            let sms = json!({
                "channel": "phone-sms", "assistantEnabled": false, "memberId": member, "phoneNumberId": number,
            });
            let page =
                json!({ "channel": "web-chat", "assistantEnabled": false, "memberId": member });
            let path = |chat: Value| {
                let id = chat["uuid"].as_str().context("no chat was made")?;
                anyhow::Ok(format!("/api/v1/chats/{id}/messages"))
            };
            self.over_sms.push(path(self.create("/chats", &sms)?)?);
            self.on_page.push(path(self.create("/chats", &page)?)?);
        }
        Ok(())
    }

    fn create(&self, path: &str, body: &Value) -> Result<Value> {
        let credentials = self.server.credentials.as_ref().context("no credentials")?;
        let path = format!("/api/v2/w/{}{path}", credentials.workspace_id);
        let mut plan = self
            .server
            .load_plan("POST", &path, "Authorization", SINGLE);
        plan.body = Some(body.to_string());
        load::request_json(&plan)
    }

    /// Posts what the assistant says to these chats.
    fn posts(&self, paths: &[String], mode: LoadMode) -> LoadPlan {
        let mut plan = self.server.load_plan("POST", "", "x-api-key", mode);
        plan.paths = paths.to_vec();
        let body = json!({ "content": MESSAGE_TEXT, "sender_role": "assistant" });
        plan.body = Some(body.to_string());
        plan
    }

    fn measure(&self) -> Result<OutboxRuns> {
        let bench = self.bench;
        let mut runs = OutboxRuns::default();
        for _ in 0..bench.runs {
            let posts = PacedPosts {
                plan: self.posts(&self.over_sms, SINGLE),
                per_second: PACE,
            };
            let report = self.run(Some(posts), || Ok(()))?;
            runs.delay_p50.push(report.delay_p50_ms);
            runs.delay_p99.push(report.delay_p99_ms);
            self.set_quiet_hours(&hours_around_now())?;
            let kept = self.posts(&self.on_page, repeat(bench));
            runs.kept.push(&server::run_load(bench, &kept)?);
            let queued = self.posts(&self.over_sms, repeat(bench));
            runs.queued.push(&server::run_load(bench, &queued)?);
            let report = self.run(None, || self.set_quiet_hours("none"))?;
            runs.sent_per_second.push(report.per_second);
            // What still waits must not disturb the next run.
            self.drain()?;
        }
        Ok(runs)
    }

    fn set_quiet_hours(&self, hours: &str) -> Result<()> {
        set_quiet_hours(self.bench, self.data, self.database, hours)
    }

    /// Runs a carrier, and something as soon as it is ready.
    fn run(
        &self,
        posts: Option<PacedPosts>,
        when_ready: impl FnOnce() -> Result<()>,
    ) -> Result<OutboxLoadReport> {
        let plan = OutboxLoadPlan {
            carrier_address: self.carrier_address.clone(),
            seconds: self.bench.seconds,
            posts,
        };
        let limit = RUN_TIMEOUT + Duration::from_secs_f64(self.bench.seconds);
        let mut worker = LoadWorker::launch(self.bench, "outbox", "outbox", &plan, limit)?;
        worker.wait_for_line("ready")?;
        when_ready()?;
        worker.wait_report(|| {})
    }

    /// Lets the rest leave.
    fn drain(&self) -> Result<()> {
        while self.run(None, || Ok(()))?.arrived > 0 {}
        Ok(())
    }
}

/// Returns quiet hours of the next two hours and of the last two, in UTC.
fn hours_around_now() -> String {
    let now = clock::now_micros() / 1_000_000;
    let time = |hours: i64| {
        let minute = (now / 60 + hours * 60) % (24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    format!("{}-{}", time(22), time(2))
}
